"""Where an address is, as coarse as half a degree, from a database that the operator provides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import maxminddb

from ledger.errors import SettingInvalid
from records.scans import Place

_HALVES = 2
"""Steps to a degree: 0.5 degrees are about 55 km from north to south."""


class Places:
    """A database of networks in MaxMind's format, with or without coordinates; or none."""

    def __init__(self, path: Path | None) -> None:
        """``path`` names the file.

        Raises:
            SettingInvalid: it is not there, or no such database.
        """
        self._reader: maxminddb.Reader | None = None
        if path is None:
            return
        try:
            self._reader = maxminddb.open_database(path)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            said = f"{path} is no database of places"
            raise SettingInvalid(said, field="places_database") from error

    def of(self, address: str) -> Place | None:
        """Where an address is; None where that is not known."""
        if self._reader is None:
            return None
        try:
            found = self._reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):  # a name, or a damaged file
            return None
        return _place(found) if isinstance(found, dict) else None


def _place(found: dict[str, Any]) -> Place | None:
    country, where = found.get("country"), found.get("location")
    code = country.get("iso_code") if isinstance(country, dict) else None
    known = where if isinstance(where, dict) else {}
    latitude, longitude = known.get("latitude"), known.get("longitude")
    if not isinstance(latitude, float | int) or not isinstance(longitude, float | int):
        latitude = longitude = None
    if not isinstance(code, str) or len(code) != len("FR"):
        code = ""
    if not code and latitude is None:
        return None
    return Place(code, _coarse(latitude), _coarse(longitude))


def _coarse(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * _HALVES)
