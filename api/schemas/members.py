"""What one may ask for as a member or for one, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from api.dependencies import View
from api.members.history import CHANNELS, Line, Totals
from api.schemas.common import (
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party_or_none,
    thing,
)
from api.schemas.loyalty import QuarterPoints
from api.schemas.operations import Operation
from api.schemas.requests import Request, Short
from api.schemas.unit_requests import Number
from indexer.queries.loyalty import AccountView
from ledger.earnings import MOST_POINTS, lapse_of
from ledger.programme_rules import Standing
from records.members import Member
from records.members.codes import RedemptionCode

Card = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40),
    Field(description="16 digits.", examples=["9209 7791 4138 6343"]),
]
Channel = Literal["store", "online"]
PersonalText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Email = Annotated[
    str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
]
Phone = Annotated[str, StringConstraints(min_length=5, max_length=40, pattern=r"^\+?[0-9 ()./-]+$")]
Language = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
]
Word = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="The password, or the secret on the card."),
]


class ConsentsIn(Request):
    """What a member agrees to; what is left out stays as it is."""

    marketing: StrictBool | None = None
    recall_notices: StrictBool | None = None
    research: StrictBool | None = None

    def said(self) -> dict[str, bool]:
        """Purposes that something is said of."""
        return {name: value for name, value in self if isinstance(value, bool)}


class NewMemberIn(Request):
    """Somebody who joins. Nothing about the person is needed; with no password there is a secret to
    be printed on the card.
    """

    name: PersonalText | None = None
    email: Email | None = None
    phone: Phone | None = None
    password: Annotated[str, StringConstraints(min_length=10, max_length=200)] | None = None
    language: Language = "en"
    channel: Channel = "store"
    referred_by: Card | None = Field(None, description="The card of who brought this member.")
    consents: ConsentsIn = ConsentsIn()


class SignInIn(Request):
    """A member that signs in."""

    card: Card
    password: Word


class NewCode(Request):
    """Points that a member wants to spend."""

    programme: Number
    points: Annotated[StrictInt, Field(ge=1, le=MOST_POINTS, examples=[50])]


class Confirmation(Request):
    """Where a code was shown."""

    channel: Channel = "store"


class Nothing(Request):
    """An empty object."""


class Erasure(Request):
    """A member that wants to be forgotten names its card once more."""

    card: Card


class NewMemberClaim(Request):
    """A pack's hidden code for a member."""

    card: Card
    gtin: Short = Field(examples=["09521234543213"])
    serial: Short = Field(examples=["7K3M9QX2HB4C5D6E7F8G"])
    code: Short = Field(description="The hidden code, as printed.")
    channel: Channel = "online"


# --- answers ---


class Joined(Answer):
    """A new member. ``secret`` signs in where there is no password; it is shown to this request
    only.
    """

    card: str = Field(examples=["9209779141386343"])
    secret: str | None
    address: str = Field(description="All that the chain will know of the member.")
    consents: list[str]


class MemberSession(Answer):
    """What a member's further requests carry as ``Member-Token``."""

    token: str
    card: str
    expires: datetime


class TierIn(Answer):
    """Where a member stands in a programme."""

    tier: dict[str, str] | None = Field(description="Its name by language.")
    earned: int = Field(description="Points earned in the period that counts.")
    next: dict[str, str] | None
    missing: int


class Balance(Answer):
    """What a member has in a programme now."""

    programme: int
    name: dict[str, str]
    available: int
    pending: int
    owed: int
    spendable: int = Field(description="Available, or becoming so when they are spent.")
    by_quarter: list[QuarterPoints]
    standing: TierIn | None


class MemberView(Answer):
    """A member as staff see it: no name, no address of any kind."""

    card: str
    address: str
    language: str
    joined: datetime
    consents: list[str]
    balances: list[Balance]


class HistoryLine(Answer):
    """One thing that happened to a member's points."""

    programme: int
    kind: str = Field(examples=["earned"])
    points: int
    change: int = Field(description="By how many more the member has then.")
    channel: str = Field(examples=["store"])
    time: datetime
    block: int
    transaction: Hash
    lot: Thing | None
    index: int | None
    organisation: Party | None
    redemption: Hash | None
    available_from: datetime | None
    expires: datetime | None


class ChannelTotals(Answer):
    """What a channel's lines come to."""

    channel: str
    earned: int
    redeemed: int
    clawed_back: int
    expired: int
    balance: int


class History(Answer):
    """A member's points, the oldest line first; ``totals`` are over all lines, ``whole`` is their
    sum.
    """

    entries: list[HistoryLine]
    next: str | None
    totals: list[ChannelTotals]
    whole: ChannelTotals


class Code(Answer):
    """A code to be shown at the till."""

    code: str = Field(examples=["7K3M-9QX2"])
    programme: int
    points: int
    expires: datetime
    redemption: Hash
    qr: str = Field(description="The code as an SVG image.")


class CodeView(Answer):
    """What a code stands for, as staff see it before they confirm."""

    programme: int
    points: int
    expires: datetime
    redemption: Hash


class RedeemedCode(Answer):
    """A confirmed code."""

    redemption: Hash
    programme: int
    points: int
    card: str | None
    operation: Operation


class MemberClaimed(Answer):
    """A claim that was taken in."""

    card: str
    programme: int
    points: int
    operation: Operation


def joined(found: Member, secret: str | None) -> Joined:
    """A new member."""
    return Joined(
        card=found.card,
        secret=secret,
        address=hexadecimal(found.address),
        consents=sorted(found.consents),
    )


def tier_in(found: Standing) -> TierIn:
    """Where a member stands."""
    return TierIn(
        tier=dict(found.tier.name) if found.tier else None,
        earned=found.earned,
        next=dict(found.following.name) if found.following else None,
        missing=found.missing,
    )


def quarters(found: AccountView) -> list[QuarterPoints]:
    """Points by when they expire, the oldest first."""
    return [
        QuarterPoints(points=points, until=moment(lapse_of(quarter)))
        for quarter, points in found.by_quarter
    ]


def history(
    lines: list[Line], sums: Mapping[str, Totals], start: int, limit: int, view: View
) -> History:
    """A part of a history, with what all of it comes to."""
    some = lines[start : start + limit]
    following = start + limit if start + limit < len(lines) else None
    return History(
        entries=[line(each, view) for each in some],
        next=None if following is None else str(following),
        totals=[_totals(channel, sums[channel]) for channel in CHANNELS],
        whole=_totals("all", sum(sums.values(), Totals())),
    )


def line(found: Line, view: View) -> HistoryLine:
    """A line of a history."""
    return HistoryLine(
        programme=found.programme,
        kind=found.kind,
        points=found.points,
        change=found.change,
        channel=found.channel,
        time=moment(found.time),
        block=found.block,
        transaction=hexadecimal(found.tx),
        lot=thing(found.lot, view.base_url) if found.lot else None,
        index=found.index,
        organisation=party_or_none(found.org, view.names),
        redemption=hexadecimal(found.redemption) if found.redemption else None,
        available_from=moment_or_none(found.available_from),
        expires=moment_or_none(found.expires),
    )


def _totals(channel: str, found: Totals) -> ChannelTotals:
    return ChannelTotals(
        channel=channel,
        earned=found.earned,
        redeemed=found.redeemed,
        clawed_back=found.clawed_back,
        expired=found.expired,
        balance=found.balance,
    )


def code_view(found: RedemptionCode) -> CodeView:
    """What a code stands for."""
    return CodeView(
        programme=found.programme,
        points=found.points,
        expires=moment(found.expires),
        redemption=hexadecimal(found.number),
    )
