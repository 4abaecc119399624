"""The versions of the desk, and what operators were told once."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from wirebell.storage.leases import insert_new
from wirebell.storage.payloads import FILES
from wirebell.storage.tables import DeskRow, TellingRow, index_key

Files = tuple[tuple[str, str], ...]


def accept(session: Session, desk_hash: str, files: Files, now: datetime) -> bool:
    """Put a desk in force; False if it is already. Going back to an older one is a new row."""
    newest = _newest(session)
    if newest is not None and newest.hash == desk_hash:
        return False
    session.add(DeskRow(hash=desk_hash, files=FILES.to_text(files), accepted_at=now))
    return True


def in_force(session: Session) -> tuple[str, Files] | None:
    """Hash and files of the newest accepted desk."""
    newest = _newest(session)
    return None if newest is None else (newest.hash, FILES.from_text(newest.files))


def tell_once(session: Session, subject: str, now: datetime) -> bool:
    """True for the first caller of all processes, False for every later one."""
    row = {"subject": index_key(subject), "told_at": now}
    return bool(insert_new(session, TellingRow, [row]))


def _newest(session: Session) -> DeskRow | None:
    return session.exec(select(DeskRow).order_by(col(DeskRow.id).desc()).limit(1)).first()
