"""Points for a pack: its hidden code, once, for one member.

The code signs the claim; the organisation that runs this installation brings it to the contract.
Unit, claim and operation are committed together, so of any number who ask at once one wins. What
the contract would refuse is refused now, with its own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from api.acceptance import Acceptance, accepting, part_key
from api.known_units import KnownUnit, locate
from api.languages import marked
from api.members.domains import loyalty_domain
from api.services import Services
from indexer.queries import loyalty as queries
from ledger import commands as c
from ledger.chain.codes import code_key
from ledger.chain.points import sign_claim
from ledger.errors import ClaimRefused, IdempotencyKeyReused, Unavailable
from ledger.refusals import refuse
from ledger.vocabulary import Address, DocumentHash, Id, OrgId
from records import accounts, members, outbox, units
from records.engine import writing
from records.members import claims
from records.outbox import Operation
from records.scans.codes import add_used_code

_PURPOSE = "claim"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim led to: an operation that is to be performed, and what it earns."""

    operation: Operation
    programme: int
    points: int
    card: str


@dataclass(frozen=True, slots=True)
class ClaimAsked:
    """A hidden code for a unit, brought for a member."""

    card: str
    unit: Id
    code: bytes
    channel: str = "online"


def operator_of(services: Services, records: Connection) -> OrgId:
    """Who brings claims here.

    Raises:
        Unavailable: no organisation here can.
    """
    found = accounts.operator(records, services.settings.operator)
    if found is None:
        raise Unavailable("no organisation here can bring claims: see the setting operator")
    return found.org


def claim(
    services: Services, org: OrgId, asked: ClaimAsked, idempotency_key: str, request_hash: bytes
) -> Claimed:
    """Takes a unit for a member and lets its points be claimed. ``org`` is who brings it.

    Raises:
        NotFound, MemberErased: there is no such member.
        ClaimRefused: the unit is not known here, the code is another's, or the unit was claimed.
        ActRefused: the contract would refuse it: not sold, void, recalled, closed.
        IdempotencyKeyReused: the key was used for another request.
    """
    used: list[Id] = []
    try:
        with accepting(services, org, idempotency_key, request_hash) as acceptance:
            return _before(acceptance) or _claim(acceptance, asked, used)
    except ClaimRefused:
        if used:  # what was refused left nothing, but that it was tried is evidence
            with writing(services.records) as connection:
                add_used_code(connection, asked.unit, org=org, now=services.now())
        raise


def may_earn(services: Services, mirror: Connection, unit: KnownUnit) -> bool:
    """Whether a unit's page should offer its points: it is sold, unclaimed, and its issue earns."""
    state = unit.state
    if state is None or unit.issue is None or not any(unit.code):
        return False
    opening = queries.opening(mirror, unit.lot, unit.issue)
    if opening is None or (opening.closes and services.now() >= opening.closes):
        return False
    return state.sold and not state.claimed and not state.voided


def _claim(acceptance: Acceptance, asked: ClaimAsked, used: list[Id]) -> Claimed:
    """Takes the unit; who presents the code of a unit that another has claimed adds to ``used``."""
    member = members.require(acceptance.records, asked.card)
    unit = _unit(acceptance, asked)
    claimed = claims.claim_of(acceptance.records, unit.lot, unit.index or 0)
    if claimed is not None:
        if claimed.card != asked.card:
            used.append(asked.unit)
        raise _claimed_before()
    command = _signed(acceptance, unit, asked, member.address)
    opening = acceptance.state.openings.get((unit.lot, command.issue))
    if opening is None:
        raise refuse("EarningNotOpened", lot=unit.lot, issue=command.issue)
    needs = _waits_for(acceptance.records, command)
    acceptance.judge([command])
    operation = acceptance.submit(_PURPOSE, [command], needs)
    taken = claims.take(
        acceptance.records, unit.lot, command.index, asked.card,
        programme=opening.programme, operation=operation.id, channel=asked.channel,
        now=acceptance.services.now(),
    )  # fmt: skip
    if not taken:
        raise _claimed_before()
    return Claimed(operation, opening.programme, opening.points, asked.card)


def _before(acceptance: Acceptance) -> Claimed | None:
    """What the same request led to before."""
    key = part_key(acceptance.idempotency_key, _PURPOSE, 0)
    operation = outbox.find(acceptance.records, acceptance.org, key)
    if operation is None:
        return None
    if operation.request_hash != acceptance.request_hash:
        raise IdempotencyKeyReused(
            "this idempotency key was used for another request", key=acceptance.idempotency_key
        )
    (command,) = operation.commands
    if not isinstance(command, c.ClaimPoints):
        raise TypeError(command)
    opening = acceptance.state.openings.get((command.lot, command.issue))
    member = members.by_address(acceptance.records, command.member)
    programme, points = (opening.programme, opening.points) if opening else (0, 0)
    return Claimed(operation, programme, points, member.card if member else "")


def _unit(acceptance: Acceptance, asked: ClaimAsked) -> KnownUnit:
    unit = locate(acceptance, asked.unit)
    if unit is None:
        text = marked("No pack with this code is known here.")
        raise ClaimRefused(text, template=text)
    if unit.index is None:
        text = marked("This pack is not registered yet. Please try again later.")
        raise ClaimRefused(text, template=text)
    if code_key(asked.code).address != unit.code:
        text = marked("This is not the hidden code of this pack.")
        raise ClaimRefused(text, template=text)
    return unit


def _signed(
    acceptance: Acceptance, unit: KnownUnit, asked: ClaimAsked, member: Address
) -> c.ClaimPoints:
    path = tuple(map(DocumentHash, units.path(acceptance.records, unit.run, unit.place)))
    command = c.ClaimPoints(
        unit.lot, unit.issue or 0, unit.index or 0, asked.unit, member, path, b""
    )
    return sign_claim(code_key(asked.code), loyalty_domain(acceptance.services), command)


def _waits_for(records: Connection, claim: c.ClaimPoints) -> Sequence[str]:
    """Operations on their way without which the contract would refuse the claim: the sale of this
    unit, and the opening of what it earns.
    """
    return [
        operation.id
        for operation in outbox.pending(records)
        if any(_leads_to(command, claim) for command in operation.commands)
    ]


def _leads_to(command: c.Command, claim: c.ClaimPoints) -> bool:
    match command:
        case c.SellUnits(lot=lot, indexes=indexes):
            return lot == claim.lot and claim.index in indexes
        case c.SellProvenUnit(lot=lot, index=index):
            return lot == claim.lot and index == claim.index
        case c.OpenEarning(lot=lot, issue=issue):
            return (lot, issue) == (claim.lot, claim.issue)
    return False


def _claimed_before() -> ClaimRefused:
    text = marked("The points of this pack were claimed before.")
    return ClaimRefused(text, template=text)
