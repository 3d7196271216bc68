"""Who held an item when: the path of custody, through logistic units too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from indexer.queries.facts import Entry, Stay, entries_of, stays
from ledger import events as e
from ledger.vocabulary import Id, OrgId, Seconds

MoveKind = Literal[
    "commissioned", "produced", "consumed", "shipped", "received", "rejected", "taken_back",
    "packed", "unpacked", "disposed", "sold",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """An amount changed hands or place. ``source`` and ``target`` are None where there is none:
    made, consumed.

    A shipped amount has its receiver as ``target`` though it does not hold it yet. ``via`` is the
    item or logistic unit that the event names: a logistic unit where the item travelled inside it.
    """

    kind: MoveKind
    source: OrgId | None
    target: OrgId | None
    amount: int
    shipment: Id | None
    logistic_unit: Id | None
    via: Id
    block: int
    log_index: int
    time: Seconds


def custody(connection: Connection, item: Id) -> tuple[Move, ...]:
    """Who held an item when, also inside logistic units, in chain order."""
    found = [_move(each, item, None) for each in entries_of(connection, item)]
    for stay in stays(connection, item):
        found += [
            _move(each, stay.logistic_unit, stay)
            for each in entries_of(connection, stay.logistic_unit)
            if stay.covers((each.block, each.log_index))
        ]
    moves = [move for move in found if move is not None]
    return tuple(sorted(moves, key=lambda move: (move.block, move.log_index, move.amount)))


_Parties = tuple[MoveKind, OrgId | None, OrgId | None]
_KINDS: dict[type[e.Event], Callable[[Any], _Parties]] = {
    e.ItemCommissioned: lambda it: ("commissioned", None, it.org),
    e.ItemProduced: lambda it: ("produced", None, it.org),
    e.ItemConsumed: lambda it: ("consumed", it.org, None),
    e.ItemShipped: lambda it: ("shipped", it.shipper, it.receiver),
    e.ItemReceived: lambda it: ("received", it.shipper, it.receiver),
    e.ItemRejected: lambda it: ("rejected", it.receiver, it.shipper),
    e.ItemTakenBack: lambda it: ("taken_back", it.receiver, it.shipper),
    e.ItemPacked: lambda it: ("packed", it.org, it.org),
    e.ItemUnpacked: lambda it: ("unpacked", it.org, it.org),
    e.ItemDisposed: lambda it: ("disposed", it.org, None),
    e.ItemSold: lambda it: ("sold", it.org, None),
}


def _move(entry: Entry, via: Id, stay: Stay | None) -> Move | None:
    """What an event did to an item, or to the logistic unit it was in."""
    parties = _KINDS.get(type(entry.event))
    event: Any = entry.event
    if parties is None or event.item != via:
        return None  # a statement, or a word about what else is in the logistic unit
    kind, source, target = parties(event)
    return Move(
        kind=kind,
        source=source,
        target=target,
        amount=stay.amount if stay else event.amount,
        shipment=getattr(event, "shipment", None),
        logistic_unit=getattr(event, "logistic_unit", None),
        via=via,
        block=entry.block,
        log_index=entry.log_index,
        time=entry.time,
    )
