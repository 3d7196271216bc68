"""What is kept of a scan, and the one form of it that is hashed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import Row

from ledger.vocabulary import Id, OrgId, Seconds, Verdict

ScanKind = Literal["view", "goods_in", "till", "return", "code"]
StaffKind = Literal["goods_in", "till", "return"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan came from, no finer than half a degree: ``latitude`` and ``longitude`` count
    half degrees, None where only the country is known. ``country`` is ISO 3166-1, or empty.
    """

    country: str
    latitude: int | None = None
    longitude: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A page of a unit or lot that somebody saw.

    ``visitors`` are the pseudonyms that this device may have had before under this subject, the
    one that it has now first; ``device`` is its pseudonym of the day.
    """

    subject: Id
    time: Seconds
    verdict: Verdict
    device: bytes
    visitors: tuple[bytes, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What the log seals of one scan; what does not apply is None."""

    subject: Id
    kind: ScanKind
    verdict: Verdict
    device: bytes | None = None
    visitor: bytes | None = None
    country: str | None = None
    latitude: int | None = None
    longitude: int | None = None
    org: OrgId | None = None
    site: str | None = None
    key_id: str | None = None

    def canonical(self) -> dict[str, object]:
        """As it is hashed: bytes in hexadecimal, without what does not apply."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in told.items()
            if value is not None
        }

    def columns(self) -> dict[str, object]:
        """As it is stored."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan whose details are kept."""

    seq: int
    time: Seconds
    details: Details


def details_of(row: Row[Any]) -> Details:
    """Details as stored."""
    return Details(
        subject=Id(row.subject),
        kind=row.kind,
        verdict=row.verdict,
        device=row.device,
        visitor=row.visitor,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        org=None if row.org is None else OrgId(row.org),
        site=row.site,
        key_id=row.key_id,
    )
