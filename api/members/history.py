"""A member's points as one history, and what they come to, by channel and together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import Connection

from indexer.queries import loyalty as queries
from ledger import events as e
from ledger.earnings import earning_of_receipt, earning_of_unit, lapse_of, quarter_of
from ledger.events import Logged
from ledger.vocabulary import Address, DocumentHash, Id, OrgId, Seconds
from records.members.channels import Channels

Kind = Literal[
    "earned", "compensated", "available", "redeemed", "cancelled", "clawed_back", "expired"
]
OTHER = "other"
"""The channel of what happened in none: compensation, expiry, acts of others."""
CHANNELS = ("store", "online", OTHER)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to a member's points. ``change`` is by how many more it has then,
    ``points`` how many it is about; ``available_from`` and ``expires`` where they are told.
    """

    programme: int
    kind: Kind
    points: int
    change: int
    channel: str
    time: Seconds
    block: int
    log_index: int
    tx: bytes
    lot: Id | None = None
    index: int | None = None
    org: OrgId | None = None
    redemption: DocumentHash | None = None
    available_from: Seconds | None = None
    expires: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a channel's lines come to: ``balance`` is earned and compensated, less the others."""

    earned: int = 0
    redeemed: int = 0
    clawed_back: int = 0
    expired: int = 0

    @property
    def balance(self) -> int:
        """What is left of it: pending, available, and less what is owed."""
        return self.earned - self.redeemed - self.clawed_back - self.expired

    def __add__(self, other: Totals) -> Totals:
        names = [each.name for each in fields(self)]
        return Totals(*(getattr(self, name) + getattr(other, name) for name in names))


def history_of(
    mirror: Connection, address: Address, channels: Channels, programme: int | None = None
) -> list[Line]:
    """All that happened to a member's points, in the chain's order."""
    teller = _Teller(channels)
    told = queries.told_of_member(mirror, address, programme)
    return [line for each in told for line in teller.lines(each)]


def totals_of(lines: Iterable[Line]) -> dict[str, Totals]:
    """Sums by channel; their sum is what the whole comes to."""
    sums = dict.fromkeys(CHANNELS, Totals())
    for line in lines:
        sums[line.channel] += _counted(line)
    return sums


def totals_now(
    mirror: Connection, address: Address, lines: Sequence[Line], now: Seconds
) -> dict[str, Totals]:
    """The same, with what has expired by now and no act has written off yet."""
    sums = totals_of(lines)
    for programme in sorted({line.programme for line in lines}):
        account = queries.account(mirror, programme, address, now)
        mine = [line for line in lines if line.programme == programme]
        known = sum(totals_of(mine).values(), Totals()).balance
        late = known - (account.pending + account.available - account.owed)
        sums[OTHER] += Totals(expired=late)
    return sums


def _counted(line: Line) -> Totals:
    match line.kind:
        case "earned" | "compensated":
            return Totals(earned=line.points)
        case "redeemed":
            return Totals(redeemed=line.points)
        case "cancelled":
            return Totals(redeemed=-line.points)
        case "clawed_back":
            return Totals(clawed_back=line.points)
        case "expired":
            return Totals(expired=line.points)
    return Totals()


class _Teller:
    """Tells events as lines; remembers in which channel an earning was made."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._of_earning: dict[bytes, str] = {}

    def lines(self, logged: Logged) -> list[Line]:
        """What a member sees of an event: two lines where a cancellation came too late for some."""
        event = logged.event
        told: list[Line] = []
        match event:
            case e.PointsClaimed():
                channel = self._channels.claims.get((event.lot, event.index), OTHER)
                self._of_earning[earning_of_unit(event.lot, event.index)] = channel
                told = [_earned(logged, event, channel, lot=event.lot, index=event.index)]
            case e.PointsAwarded():
                channel = self._channels.receipts.get(event.receipt, OTHER)
                self._of_earning[earning_of_receipt(event.org, event.receipt)] = channel
                told = [_earned(logged, event, channel, org=event.org)]
            case e.PointsCompensated():
                told = [_compensated(logged, event)]
            case e.PointsSettled():
                channel = self._of_earning.get(event.earning, OTHER)
                expires = Seconds(lapse_of(event.quarter))
                told = [_line(logged, "available", event.points, 0, channel, expires=expires)]
            case e.PointsExpired():
                told = [_line(logged, "expired", event.points, -1, OTHER)]
            case e.PointsClawedBack():
                channel = self._of_earning.get(event.earning, OTHER)
                told = [_line(logged, "clawed_back", event.points, -1, channel)]
            case e.PointsRedeemed():
                told = [self._spent(logged, event, "redeemed", event.points, -1)]
            case e.RedemptionCancelled():
                told = self._cancelled(logged, event)
        return told

    def _spent(
        self,
        logged: Logged,
        event: e.PointsRedeemed | e.RedemptionCancelled,
        kind: Kind,
        points: int,
        sign: int,
    ) -> Line:
        channel = self._channels.redemptions.get(event.redemption, OTHER)
        more = {"org": event.org, "redemption": event.redemption}
        return _line(logged, kind, points, sign, channel, **more)

    def _cancelled(self, logged: Logged, event: e.RedemptionCancelled) -> list[Line]:
        """What was too late for has expired all the same."""
        back = event.restored + event.expired
        lines = [self._spent(logged, event, "cancelled", back, 1)]
        if event.expired:
            lines.append(_line(logged, "expired", event.expired, -1, OTHER))
        return lines


def _earned(
    logged: Logged, event: e.PointsClaimed | e.PointsAwarded, channel: str, **more: object
) -> Line:
    available = event.available_from
    expires = Seconds(lapse_of(quarter_of(available)))
    return _line(
        logged, "earned", event.points, 1, channel,
        available_from=available, expires=expires, **more,
    )  # fmt: skip


def _compensated(logged: Logged, event: e.PointsCompensated) -> Line:
    expires = Seconds(lapse_of(event.quarter))
    return _line(
        logged, "compensated", event.points, 1, OTHER,
        lot=event.lot, index=event.index, expires=expires,
    )  # fmt: skip


def _line(logged: Logged, kind: Kind, points: int, sign: int, channel: str, **more: object) -> Line:
    of: Mapping[str, object] = {
        "programme": getattr(logged.event, "programme"),  # noqa: B009  # every one of these has it
        "time": logged.time,
        "block": logged.block,
        "log_index": logged.log_index,
        "tx": logged.tx,
    }
    return Line(kind=kind, points=points, change=sign * points, channel=channel, **of, **more)  # type: ignore[arg-type]  # names are Line's own
