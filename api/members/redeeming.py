"""Spending points: the member asks for a code, staff confirm it, and the member's key signs.

The signature is made only once staff of a retailer have brought the code, for exactly what the
member asked for, good for this retailer alone. Points that are due are made available in the same
operation, so nobody has to wait for a job.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from api.acceptance import Acceptance, accepting, part_key
from api.languages import marked
from api.members.domains import loyalty_domain
from api.members.membership import vault_of
from api.services import Services
from indexer.queries import loyalty as queries
from ledger import commands as c
from ledger.chain.points import sign_redemption
from ledger.errors import IdempotencyKeyReused, NotFound, RedemptionCodeRefused
from ledger.programme_rules import Channel
from ledger.refusals import refuse
from ledger.vocabulary import Address, DocumentHash, OrgId, Seconds
from records import members, outbox
from records.engine import reading, writing
from records.members import codes, devices
from records.members.codes import CodeState, RedemptionCode
from records.outbox import Operation

SIGNATURE_LIFE = 30 * 86_400
"""Seconds within which a confirmed redemption must come to the chain: a node may be down."""
MOST_SETTLED = 100
"""Earnings that one redemption makes available before it spends."""
_PURPOSE = "redeem"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A confirmed code and the operation that spends its points."""

    operation: Operation
    code: RedemptionCode


def ask(
    services: Services, card: str, programme: int, points: int, device: str | None = None
) -> tuple[str, RedemptionCode]:
    """A code for the till, shown to its member only. ``device`` is who asks, where that is known.

    Raises:
        NotFound, MemberErased: no such member or programme.
        ActRefused: fewer points are available, or none of them are wanted.
        VaultClosed: members cannot be read.
    """
    vault, now = vault_of(services), services.now()
    with writing(services.records) as records, reading(services.mirror) as mirror:
        vault.require(records)
        member = members.require(records, card)
        _require_enough(mirror, programme, member.address, points, now)
        if device:
            devices.note(records, vault, card, device, now)
        return codes.open_code(records, vault, card, programme=programme, points=points, now=now)


def _require_enough(
    mirror: Connection, programme: int, member: Address, points: int, now: Seconds
) -> None:
    if queries.programme(mirror, programme) is None:
        raise NotFound(f"there is no programme {programme}", programme=programme)
    if points < 1:
        raise refuse("PointsInvalid", points=points)
    available = spendable(mirror, programme, member, now)
    if points > available:
        raise refuse(
            "BalanceTooSmall",
            programme=programme, member=member, available=available, wanted=points,
        )  # fmt: skip


def spendable(mirror: Connection, programme: int, member: Address, now: Seconds) -> int:
    """Points that a member can spend now: what is available, and what becomes so on the way."""
    account = queries.account(mirror, programme, member, now)
    due = queries.due_points(mirror, programme, member, now)
    return max(0, account.available + due - account.owed)


def confirm(
    services: Services,
    org: OrgId,
    key_id: str | None,
    text: str,
    idempotency_key: str,
    request_hash: bytes,
    *,
    channel: Channel = "store",
) -> Redeemed:
    """Spends what a code stands for, at a retailer; exactly once, however often and by how many it
    is asked for.

    Raises:
        CodeInvalid: it has not the form of a code.
        RedemptionCodeRefused: unknown, used, taken back, or too old.
        ActRefused: no partner that may redeem, or fewer points are available now.
        MemberErased: the member is no more.
        IdempotencyKeyReused: the key was used for another request.
    """
    vault, now = vault_of(services), services.now()
    with accepting(services, org, idempotency_key, request_hash) as acceptance:
        records = acceptance.records
        if known := _before(acceptance):
            return known
        code = codes.look_up(records, vault, text)
        code = _good(code, now)
        card = code.card or ""
        member = members.require(records, card)
        redemption = c.RedeemPoints(
            code.programme, member.address, code.number, code.points,
            Seconds(now + SIGNATURE_LIFE), b"",
        )  # fmt: skip
        key = members.signing_key(records, vault, card)
        signed = sign_redemption(key, loyalty_domain(services), redemption, org)
        commands = [*_settlements(acceptance, code.programme, member.address), signed]
        acceptance.judge(commands)
        operation = acceptance.submit(_PURPOSE, commands)
        used = codes.use(
            records, code,
            org=org, key_id=key_id, operation=operation.id, channel=channel, now=now,
        )  # fmt: skip
        if not used:
            raise _refused(CodeState.USED)
        return Redeemed(operation, codes.get(records, code.number))


def _before(acceptance: Acceptance) -> Redeemed | None:
    """What the same request led to before."""
    key = part_key(acceptance.idempotency_key, _PURPOSE, 0)
    operation = outbox.find(acceptance.records, acceptance.org, key)
    if operation is None:
        return None
    if operation.request_hash != acceptance.request_hash:
        raise IdempotencyKeyReused(
            "this idempotency key was used for another request", key=acceptance.idempotency_key
        )
    number = next(n.redemption for n in operation.commands if isinstance(n, c.RedeemPoints))
    return Redeemed(operation, codes.get(acceptance.records, number))


def _settlements(
    acceptance: Acceptance, programme: int, member: Address
) -> tuple[c.SettlePoints, ...]:
    """What makes a member's due points available, of what nobody else is about to settle."""
    now = acceptance.services.now()
    found = queries.due(
        acceptance.mirror, now, programme=programme, member=member, limit=MOST_SETTLED
    )
    still = [
        earning
        for _, earning in found
        if (known := acceptance.state.earnings.get((programme, earning)))
        and not known.settled
        and known.points
    ]
    return (c.SettlePoints(programme, tuple(still)),) if still else ()


def _good(code: RedemptionCode | None, now: Seconds) -> RedemptionCode:
    if code is None or code.card is None:
        text = marked("There is no such code.")
        raise RedemptionCodeRefused(text, template=text)
    if code.state is not CodeState.OPEN:
        raise _refused(code.state)
    if code.expires <= now:
        text = marked("This code is too old. The member can ask for a new one.")
        raise RedemptionCodeRefused(text, template=text)
    return code


def _refused(state: CodeState) -> RedemptionCodeRefused:
    used, cancelled = marked("This code was used before."), marked("This code was taken back.")
    text = cancelled if state is CodeState.CANCELLED else used
    return RedemptionCodeRefused(text, template=text)


def preview(services: Services, text: str) -> RedemptionCode:
    """What a code stands for, before it is used.

    Raises:
        CodeInvalid, RedemptionCodeRefused: as `confirm`.
    """
    with reading(services.records) as records:
        return _good(codes.look_up(records, vault_of(services), text), services.now())


def cancellation(mirror: Connection, org: OrgId, number: DocumentHash) -> c.CancelRedemption:
    """What undoes a redemption of one's own by its number.

    Raises:
        NotFound: the organisation knows none with this number.
    """
    found = queries.redeemer(mirror, org, number)
    if not found:
        raise NotFound("this organisation has no redemption with this number", number=number)
    programme, member = found[0]
    return c.CancelRedemption(programme, member, number)
