"""Where labels stand on a sheet: data of ``geometries.toml``, in millimetres."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ledger.errors import CommandInvalid

_FILE = Path(__file__).parent / "geometries.toml"
MOST_OFFSET = 10.0
"""Millimetres that a sheet may be moved by: a printer that is further off needs a mechanic."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """A sheet of labels; a roll is a sheet of one. Pairs are across, then down."""

    name: str
    title: str
    page: tuple[float, float]
    label: tuple[float, float]
    grid: tuple[int, int] = (1, 1)
    first: tuple[float, float] = (0.0, 0.0)
    pitch: tuple[float, float] = (0.0, 0.0)

    @property
    def count(self) -> int:
        """Labels of a sheet."""
        return self.grid[0] * self.grid[1]

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a label; places count from 0 along the rows."""
        row, column = divmod(place, self.grid[0])
        return self.first[0] + column * self.pitch[0], self.first[1] + row * self.pitch[1]


@dataclass(frozen=True, slots=True)
class Placing:
    """Which labels of the first sheet are still there, and how far the printer is off.

    ``start`` counts from 1 along the rows; ``offset`` moves everything right and down.
    """

    start: int = 1
    offset: tuple[float, float] = (0.0, 0.0)

    def check(self, geometry: Geometry) -> None:
        """Sees that it fits the sheet.

        Raises:
            CommandInvalid: the sheet has no such label, or an offset is too large.
        """
        if not 1 <= self.start <= geometry.count:
            said = f"start is 1 to {geometry.count} on {geometry.name}"
            raise CommandInvalid(said, field="start")
        for name, value in zip(("offset_x", "offset_y"), self.offset, strict=True):
            if not -MOST_OFFSET <= value <= MOST_OFFSET:
                said = f"{name} is -{MOST_OFFSET:g} to {MOST_OFFSET:g} mm"
                raise CommandInvalid(said, field=name)


def geometry(name: str) -> Geometry:
    """A geometry by name, in any case.

    Raises:
        CommandInvalid: there is none of this name.
    """
    found = next((each for key, each in geometries().items() if key.lower() == name.lower()), None)
    if found is None:
        known = ", ".join(geometries())
        raise CommandInvalid(f"geometry is one of {known}", field="geometry", value=name)
    return found


@cache
def geometries() -> Mapping[str, Geometry]:
    """Every geometry by name."""
    read = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: Geometry(name, **_pairs(values)) for name, values in read.items()}


def _pairs(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
