"""What one may ask for of points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from api.schemas.requests import Expiry, HashIn, Org, Request, Short
from api.schemas.unit_requests import (
    AddressIn,
    Index,
    Indexes,
    IssueRef,
    Number,
    Path,
    SignatureIn,
)
from ledger.earnings import MOST_POINTS

Points = Annotated[StrictInt, Field(ge=1, le=MOST_POINTS, examples=[50])]
Rules = Annotated[
    HashIn | dict[str, Any],
    Field(
        description="The rules that points are earned by: what people read, which is kept here, "
        "or the hash of a document that is kept elsewhere.",
        examples=[{"en": "One point for each bottle."}],
    ),
]
_LONGEST_WINDOW = 366 * 86_400
Window = Annotated[
    StrictInt, Field(ge=0, le=_LONGEST_WINDOW, description="Seconds.", examples=[1_209_600])
]


class ProgrammeTerms(Request):
    """What a programme gives, and how fast."""

    rules: Rules
    daily_cap: Points
    return_window: Window


class NewProgramme(ProgrammeTerms):
    """A loyalty programme to open, with the points it may ever issue."""

    budget: Points


class NewFunding(Request):
    """Points that a programme may issue beside."""

    points: Points


class Closing(Request):
    """The end of earning in a programme."""


class NewPartner(Request):
    """What another organisation may do in a programme; an empty list for nothing any more."""

    partner: Org
    rights: list[Literal["earn", "redeem"]] = Field(max_length=2, examples=[["earn", "redeem"]])


class NewEarning(IssueRef):
    """Points for each unit of an issue, if claimed before ``closes``."""

    points: Points
    closes: Expiry | None = None


class NewClaim(IssueRef):
    """What the hidden code of a unit has signed for a member (EIP-712 ``Claim``)."""

    index: Index
    serial: Short = Field(examples=["7K3M9QX2HB4C5D6E7F8G"])
    member: AddressIn
    path: Path
    signature: SignatureIn


class NewAward(Request):
    """Points for a receipt: a number that stands for a sale and for nobody."""

    programme: Number
    member: AddressIn
    receipt: HashIn
    points: Points


class NewSettlement(Request):
    """Earnings whose return window is over."""

    programme: Number
    earnings: Annotated[list[HashIn], Field(min_length=1, max_length=200)]


class NewClawback(Request):
    """What returned goods earned: of units, or ``points`` of a receipt of one's own."""

    gtin: Short | None = Field(None, examples=["09521234543213"])
    lot: Short | None = Field(None, examples=["LOT42A"])
    issue: Number | None = None
    indexes: Indexes | None = None
    programme: Number | None = None
    receipt: HashIn | None = None
    points: Points | None = None


class RedemptionRef(Request):
    """A redemption by the number that the member gave it."""

    programme: Number
    member: AddressIn
    redemption: HashIn


class NewRedemption(RedemptionRef):
    """Points to be spent here, signed by the member (EIP-712 ``Redemption``)."""

    points: Points
    deadline: StrictInt = Field(
        ge=1, le=2**40 - 1, description="Last good second since 1970.", examples=[1_900_000_000]
    )
    signature: SignatureIn


class NewCompensation(IssueRef):
    """Points for those who claimed units of a recalled lot."""

    indexes: Indexes
    points: Points


class NewLapse(Request):
    """Members whose expired points are to be written down."""

    programme: Number
    members: Annotated[list[AddressIn], Field(min_length=1, max_length=200)]
