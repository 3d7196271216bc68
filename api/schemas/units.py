"""Answers about units: packs of a lot that carry a code of their own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.dependencies import View
from api.known_units import KnownUnit
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    party,
    party_or_none,
    thing,
)
from api.schemas.things import Scale
from indexer.queries.units import UnitIssueView, UnitView
from ledger.vocabulary import VoidReason

Reason = Literal["other", "printed_wrong", "lost", "stolen", "revealed", "replaced"]


class UnitIssue(Answer):
    """Units of a lot with the indexes from ``first`` on."""

    lot: Thing
    issue: int = Field(examples=[1])
    issuer: Party
    first: int = Field(description="Index of the first unit.", examples=[0])
    count: int = Field(examples=[5000])
    each: AmountText
    unit: str
    root: Hash = Field(description="RFC 6962 root over the units' leaves.")
    voided: int = Field(description="How many codes count no more.")


class UnitState(Answer):
    """What is true of one unit."""

    lot: Thing
    index: int
    issue: int
    sold: bool
    seller: Party | None
    returned: bool = Field(description="It came back, and was not sold again unclaimed.")
    claimed: bool = Field(description="It has earned its points.")
    voided: bool
    void_reason: str | None = Field(examples=["printed_wrong"])


class IssuedUnit(Answer):
    """A unit that was issued with a code of its own. What is null is not on the chain yet."""

    issue: int | None
    index: int | None = Field(description="Its number in its lot.", examples=[41])
    activated: bool = Field(description="Its maker has dispatched it, or it need not be.")
    sold: bool
    seller: Party | None
    returned: bool
    claimed: bool
    voided: bool
    void_reason: str | None = Field(examples=["printed_wrong"])


def issued_unit(found: KnownUnit, view: View) -> IssuedUnit:
    """A unit of a run."""
    state = found.state
    return IssuedUnit(
        issue=found.issue,
        index=found.index,
        activated=found.activated,
        sold=bool(state and state.sold),
        seller=party_or_none(state.seller, view.names) if state else None,
        returned=bool(state and state.returned),
        claimed=bool(state and state.claimed),
        voided=bool(state and state.voided),
        void_reason=void_reason(state.void_reason) if state else None,
    )


def unit_issue(found: UnitIssueView, view: View) -> UnitIssue:
    """An issue."""
    scale = Scale(view, found.lot)
    return UnitIssue(
        lot=thing(found.lot, view.base_url),
        issue=found.issue,
        issuer=party(found.org, view.names),
        first=found.first,
        count=found.count,
        each=scale.text(found.each),
        unit=scale.unit,
        root=hexadecimal(found.root),
        voided=found.voided,
    )


def unit_state(found: UnitView, view: View) -> UnitState:
    """A unit."""
    return UnitState(
        lot=thing(found.lot, view.base_url),
        index=found.index,
        issue=found.issue,
        sold=found.sold,
        seller=party_or_none(found.seller, view.names),
        returned=found.returned,
        claimed=found.claimed,
        voided=found.voided,
        void_reason=void_reason(found.void_reason),
    )


def void_reason(number: int | None) -> str | None:
    """The word of a reason; its number where we know none."""
    if number is None:
        return None
    known = {int(each): each.name.lower() for each in VoidReason}
    return known.get(number, str(number))
