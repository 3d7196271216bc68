"""What all answers share: things named by GS1 keys, organisations, times and hashes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.languages import LATEST
from api.names import Names
from ledger.errors import DigitalLinkInvalid, KeyInvalid
from ledger.gs1.digital_link import path_of, uri_of
from ledger.vocabulary import Gs1Key, Kind, OrgId, key_of

T = TypeVar("T")

AmountText = Annotated[
    str, Field(description="Decimal, in the product's unit.", examples=["12.5"], title="Amount")
]
Hash = Annotated[
    str, Field(description="0x and 64 hexadecimal digits.", examples=["0x" + "5a" * 32])
]


class Answer(BaseModel):
    """What every answer is."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Entries(Answer, Generic[T]):
    """A part of a list. ``next`` is what to send as ``after`` for the part that follows."""

    entries: list[T]
    next: str | None = Field(None, examples=["09521234543213"])


class Thing(Answer):
    """Something with a GS1 key."""

    id: str | None = Field(
        description="Canonical GS1 Digital Link; null for a shipment by own reference.",
        examples=["https://id.gs1.org/01/09521234543213/10/LOT42A"],
    )
    url: str | None = Field(
        description="Where a person reads about it.",
        examples=["https://id.shop.example/01/09521234543213/10/LOT42A"],
    )
    kind: str = Field(examples=["lot"])
    gtin: str | None = Field(None, examples=["09521234543213"])
    lot: str | None = Field(None, examples=["LOT42A"])
    serial: str | None = None
    sscc: str | None = None
    gln: str | None = None
    reference: str | None = None


class Party(Answer):
    """An organisation: its number on chain, GLN and name in the reader's language."""

    organisation: int = Field(examples=[1])
    gln: str | None = Field(examples=["9521234000006"])
    name: str = Field(examples=["Green Valley Farm"])


def thing(packed: bytes, base_url: str) -> Thing:
    """What a packed id names."""
    try:
        key = key_of(packed)
    except KeyInvalid:  # on chain in a statement, but no GS1 key
        return Thing(id=None, url=None, kind="unreadable", reference=hexadecimal(packed))
    return thing_of(key, base_url)


def thing_of(key: Gs1Key, base_url: str) -> Thing:
    """What a key names."""
    try:
        link, url = uri_of(key), base_url + path_of(key)
    except DigitalLinkInvalid:
        link, url = None, None
    return Thing(id=link, url=url, kind=key.label, **_parts(key))


def _parts(key: Gs1Key) -> dict[str, str]:
    match key.kind:
        case Kind.PRODUCT:
            return {"gtin": key.digits}
        case Kind.LOT:
            return {"gtin": key.digits, "lot": key.extension}
        case Kind.UNIT:
            return {"gtin": key.digits, "serial": key.extension}
        case Kind.LOGISTIC_UNIT:
            return {"sscc": key.digits}
        case Kind.SHIPMENT:
            return {"reference": key.extension or key.digits}
        case _:
            return {"gln": key.digits}


def party(org: OrgId, names: Names) -> Party:
    """An organisation by its number."""
    found = names.party(org)
    return Party(organisation=org, gln=found.gln or None, name=found.name.text)


def party_or_none(org: OrgId | None, names: Names) -> Party | None:
    """An organisation, where one is named."""
    return party(org, names) if org else None


def moment(seconds: int) -> datetime:
    """A time; the chain's latest ones lie beyond the year 9999, where dates end."""
    return datetime.fromtimestamp(min(seconds, LATEST), UTC)


def moment_or_none(seconds: int | None) -> datetime | None:
    """A time, where one is said."""
    return moment(seconds) if seconds else None


def hexadecimal(data: bytes) -> str:
    """Bytes as 0x and hexadecimal digits."""
    return "0x" + data.hex()
