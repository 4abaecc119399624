from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions

import pytest
from packaging.specifiers import SpecifierSet

PYTHONS = ("3.11.2", "3.12.0", "3.13.0")  # 3.11.2 is what Debian 12 ships


def refusing(found: Iterable[tuple[str, str]], python: str) -> list[str]:
    """The packages whose Requires-Python leaves `python` out."""
    return [f"{name} wants {spec}" for name, spec in found if python not in SpecifierSet(spec)]


def declared(distribution: Distribution) -> tuple[str, str]:
    metadata = distribution.metadata
    return metadata["Name"], (metadata.get_all("Requires-Python") or [""])[0]


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pinned_package_takes_the_pythons_we_promise(python: str) -> None:
    assert refusing(map(declared, distributions()), python) == []


def test_a_planted_package_that_wants_a_later_patch_is_seen() -> None:
    assert refusing([("planted", ">=3.11.5"), ("well", ">=3.9")], "3.11.2") == [
        "planted wants >=3.11.5"
    ]
