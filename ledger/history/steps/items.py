"""Steps of the fold: items, from their making to their end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import Item
from ledger.history.steps.step import Steps
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _sum(state: State, item: Id, **changes: int) -> None:
    known = state.items.get(item)
    if known is not None:
        sums = {name: getattr(known, name) + by for name, by in changes.items()}
        state.items.put(item, replace(known, **sums))


def _make(
    state: State, item: Id, org: OrgId, amount: int, expiry: Seconds, depth: int, time: Seconds
) -> None:
    known = state.items.get(item)
    if known is None:
        state.items.put(item, Item(org, expiry, depth, amount, since=time))
    else:
        state.items.put(item, replace(known, made=known.made + amount))
    state.add(item, org, amount)


def _commissioned(state: State, event: e.ItemCommissioned, time: Seconds) -> None:
    _make(state, event.item, event.org, event.amount, event.expiry, 0, time)


def _consumed(state: State, event: e.ItemConsumed, time: Seconds) -> None:
    known = state.items.get(event.item)
    depth = known.depth if known else 0
    number, deepest, complete = state.transformation
    # events that are only foreseen may share a number with those of another operation
    before = deepest if number == event.transformation and not complete else 0
    state.transformation = (event.transformation, max(before, depth), False)
    _sum(state, event.item, consumed=event.amount)
    state.add(event.item, event.org, -event.amount)


def _produced(state: State, event: e.ItemProduced, time: Seconds) -> None:
    number, deepest, _ = state.transformation
    state.transformation = (number, deepest, True)
    depth = deepest + 1
    _make(state, event.item, event.org, event.amount, event.expiry, depth, time)


def _disposed(state: State, event: e.ItemDisposed, time: Seconds) -> None:
    _sum(state, event.item, disposed=event.amount)
    state.add(event.item, event.org, -event.amount)


def _sold(state: State, event: e.ItemSold, time: Seconds) -> None:
    _sum(state, event.item, sold=event.amount)
    state.add(event.item, event.org, -event.amount)
    _count(state, event.item, event.org, event.amount)


def _returned(state: State, event: e.ItemReturned, time: Seconds) -> None:
    _sum(state, event.item, sold=-event.amount)
    state.add(event.item, event.org, event.amount)
    _count(state, event.item, event.org, -event.amount)


def _count(state: State, item: Id, org: OrgId, amount: int) -> None:
    """Of several units the sum follows on what is said of each."""
    state.add_sold(item, org, amount, by_units=state.by_units)
    state.by_units = False


def _recalled(state: State, event: e.ItemRecalled, time: Seconds) -> None:
    known = state.items.get(event.item)
    if known is not None:
        changed = replace(known, recalled_by=event.org, recall_document=event.document)
        state.items.put(event.item, changed)


def _released(state: State, event: e.ItemReleased, time: Seconds) -> None:
    known = state.items.get(event.item)
    if known is not None:
        nobody = DocumentHash(bytes(32))
        state.items.put(event.item, replace(known, recalled_by=OrgId(0), recall_document=nobody))


STEPS: Steps = {
    e.ItemCommissioned: _commissioned,
    e.ItemConsumed: _consumed,
    e.ItemProduced: _produced,
    e.ItemDisposed: _disposed,
    e.ItemSold: _sold,
    e.ItemReturned: _returned,
    e.ItemRecalled: _recalled,
    e.ItemReleased: _released,
}
