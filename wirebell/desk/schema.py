"""The JSON Schema files that let an editor help while an analyst types."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from wirebell.desk.models import ChannelsFile, FeedsFile, PeopleFile, WatchFile

_FILES: dict[str, type[BaseModel]] = {
    "feeds": FeedsFile,
    "people": PeopleFile,
    "channels": ChannelsFile,
    "watch": WatchFile,
}


def schemas() -> dict[str, str]:
    """The text of each schema file by its name, `feeds.json` and so on."""
    texts = {}
    for name, model in _FILES.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        schema |= model.model_json_schema()
        texts[f"{name}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def write_schemas(folder: Path) -> None:
    """Write the schema files the models give into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
