"""The JSON Schema files that let an editor help while an analyst types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
        schema |= _or_one(model.model_json_schema())
        texts[f"{name}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def _or_one(schema: Any) -> Any:
    """`schema` with every list under a key also writable as its one item."""
    if isinstance(schema, list):
        return [_or_one(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _or_one(part) for key, part in schema.items()}
    for key, part in parts.get("properties", {}).items():
        if part.get("type") == "array" and "items" in part:
            parts["properties"][key] = {"anyOf": [part, part["items"]]}
    return parts


def write_schemas(folder: Path) -> None:
    """Write the schema files the models give into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
