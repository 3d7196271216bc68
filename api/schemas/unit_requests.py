"""What one may ask for of units: packs of a lot that carry a code of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from api.schemas.requests import AmountIn, HashIn, Request, Short
from ledger.vocabulary import VoidReason

VOID_REASONS = {reason.name.lower(): reason for reason in VoidReason}
MOST_UNITS = 200
"""Units that one request may name."""
_LONGEST_PATH = 63

AddressIn = Annotated[
    str,
    StringConstraints(pattern=r"^0x[0-9a-fA-F]{40}$"),
    Field(description="0x and 40 hexadecimal digits.", examples=["0x" + "5a" * 20]),
]
SignatureIn = Annotated[
    str,
    StringConstraints(pattern=r"^0x[0-9a-f]{130}$"),
    Field(description="r, s and v in hexadecimal.", examples=["0x" + "5a" * 65]),
]
Number = Annotated[StrictInt, Field(ge=1, le=2**32 - 1, examples=[1])]
Index = Annotated[
    StrictInt, Field(ge=0, lt=2**63, description="The unit's number in its lot.", examples=[41])
]
Indexes = Annotated[list[Index], Field(min_length=1, max_length=MOST_UNITS, examples=[[41, 42]])]
Path = Annotated[
    list[HashIn],
    Field(max_length=_LONGEST_PATH, description="Inclusion path (RFC 6962), lowest first."),
]


class LotRef(Request):
    """A lot."""

    gtin: Short = Field(examples=["09521234543213"])
    lot: Short = Field(examples=["LOT42A"])


class IssueRef(LotRef):
    """An issue of units of a lot."""

    issue: Number


class NewUnitIssue(LotRef):
    """Units of a lot to be issued, ``each`` of so much of it, as the root over their leaves."""

    count: StrictInt = Field(ge=1, lt=2**63, examples=[5000])
    each: AmountIn = Field("1", description="How much of the lot a unit is.")
    root: HashIn


class NewVoid(IssueRef):
    """Units whose codes are to count no more: ``count`` of them from ``first`` on."""

    first: Index
    count: StrictInt = Field(1, ge=1, lt=2**63)
    reason: Literal["other", "printed_wrong", "lost", "stolen", "revealed", "replaced"] = "other"


class NewUnitSale(IssueRef):
    """Units to sell by number, or one whose code is proven: ``index``, ``serial`` and ``path``."""

    indexes: Indexes | None = None
    index: Index | None = None
    serial: Short | None = None
    code: AddressIn | None = Field(None, description="Address of the hidden code, if any.")
    path: Path | None = None


class NewUnitReturn(IssueRef):
    """Units that come back from consumers."""

    indexes: Indexes
