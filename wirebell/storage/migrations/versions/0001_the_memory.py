"""The first tables. There is nothing to do: a new database is made from `storage.tables` and
stamped with the newest revision; revisions bring up those that were made before them.
"""

revision = "0001"
down_revision = None
