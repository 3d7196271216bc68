"""Acts of the contract Loyalty."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands.command import Command
from ledger.events.fields import (
    AddressField,
    BytesField,
    HashField,
    IdField,
    OrgField,
    Points,
    SecondsField,
    Uint8,
    Uint32,
    Uint64,
)


class LoyaltyCommand(Command):
    """An act of the contract Loyalty."""

    contract = "Loyalty"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OpenProgramme(LoyaltyCommand):
    """Opens a programme of the organisation's own; see `ledger.events.ProgrammeOpened`."""

    function = "openProgramme"
    rules: HashField
    budget: Points
    daily_cap: Points
    return_window: Uint32


@dataclass(frozen=True, slots=True)
class FundProgramme(LoyaltyCommand):
    """Lets a programme issue more points."""

    function = "fundProgramme"
    programme: Uint32
    points: Points


@dataclass(frozen=True, slots=True)
class ChangeProgramme(LoyaltyCommand):
    """Gives a programme other rules for what is earned from now on."""

    function = "changeProgramme"
    programme: Uint32
    rules: HashField
    daily_cap: Points
    return_window: Uint32


@dataclass(frozen=True, slots=True)
class CloseProgramme(LoyaltyCommand):
    """Ends the earning in a programme, for ever."""

    function = "closeProgramme"
    programme: Uint32


@dataclass(frozen=True, slots=True)
class SetPartner(LoyaltyCommand):
    """Says what another organisation may do in a programme (`ledger.vocabulary.PartnerRight`)."""

    function = "setPartner"
    programme: Uint32
    partner: OrgField
    rights: Uint8


@dataclass(frozen=True, slots=True)
class OpenEarning(LoyaltyCommand):
    """Lets each unit of an issue of one's own earn points, if claimed before ``closes`` (0: no
    end).
    """

    function = "openEarning"
    programme: Uint32
    lot: IdField
    issue: Uint32
    points: Points
    closes: SecondsField


@dataclass(frozen=True, slots=True)
class ClaimPoints(LoyaltyCommand):
    """Brings what the hidden code of a unit has signed for a member; the fields are those of the
    Solidity struct Claim. ``path`` is the inclusion path of the unit's leaf, lowest first.
    """

    function = "claim"
    lot: IdField
    issue: Uint32
    index: Uint64
    unit: IdField
    member: AddressField
    path: tuple[HashField, ...]
    signature: BytesField


@dataclass(frozen=True, slots=True)
class AwardPoints(LoyaltyCommand):
    """Gives a member points for a receipt: a number that stands for a sale and for nobody."""

    function = "award"
    programme: Uint32
    member: AddressField
    receipt: HashField
    points: Points


@dataclass(frozen=True, slots=True)
class SettlePoints(LoyaltyCommand):
    """Makes points available whose return window is over; ``earnings`` as
    `ledger.earnings` names them.
    """

    function = "settle"
    programme: Uint32
    earnings: tuple[HashField, ...]


@dataclass(frozen=True, slots=True)
class ClawBackUnits(LoyaltyCommand):
    """Takes back what returned units earned."""

    function = "clawBackUnits"
    lot: IdField
    issue: Uint32
    indexes: tuple[Uint64, ...]


@dataclass(frozen=True, slots=True)
class ClawBackAward(LoyaltyCommand):
    """Takes back some of what a receipt of one's own earned: the points of what was returned."""

    function = "clawBackAward"
    programme: Uint32
    receipt: HashField
    points: Points


@dataclass(frozen=True, slots=True)
class RedeemPoints(LoyaltyCommand):
    """Brings what a member has signed: points to be spent here, under a number that it uses once;
    the fields are those of the Solidity struct Redemption.
    """

    function = "redeem"
    programme: Uint32
    member: AddressField
    redemption: HashField
    points: Points
    deadline: SecondsField
    signature: BytesField


@dataclass(frozen=True, slots=True)
class CancelRedemption(LoyaltyCommand):
    """Undoes a redemption of one's own."""

    function = "cancelRedemption"
    programme: Uint32
    member: AddressField
    redemption: HashField


@dataclass(frozen=True, slots=True)
class CompensateUnits(LoyaltyCommand):
    """Gives points to those who claimed units of a recalled lot, once for each unit."""

    function = "compensateUnits"
    lot: IdField
    issue: Uint32
    indexes: tuple[Uint64, ...]
    points: Points


@dataclass(frozen=True, slots=True)
class ExpirePoints(LoyaltyCommand):
    """Writes down what of members' points has expired."""

    function = "expire"
    programme: Uint32
    members: tuple[AddressField, ...]
