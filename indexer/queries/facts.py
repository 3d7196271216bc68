"""The events of the chain, where they stand: the story of an item, and what an operation did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.books import cursor
from indexer.logged import Place, Placed, placed_at, placed_in
from ledger.events import CATALOGUE, Event, ItemPacked, ItemUnpacked, OperationPerformed
from ledger.vocabulary import Address, Id, OrgId, Seconds

MOST_LOG_INDEX = 2**31 - 1
FOREVER: Place = (2**63 - 1, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the catalogue with its place in the chain and who brought it about.

    ``operation`` and ``key`` are None for events outside any operation (the registry's); ``org`` is
    0 where nobody is named. ``final``: it lies at or below the block that counts as final.
    ``sequence`` is its number in its contract's journal.
    """

    event: Event
    block: int
    log_index: int
    tx: bytes
    time: Seconds
    operation: int | None
    org: OrgId
    key: Address | None
    final: bool
    sequence: int


def story(
    connection: Connection, subject: Id, without: Collection[type[Event]] = ()
) -> tuple[Entry, ...]:
    """Every event that names a subject, or its logistic unit while it was inside.

    In chain order. What else was packed with it is left out, and events of the kinds in
    ``without``.
    """
    places = mentions(connection, subject, without)
    ours = {subject}
    for stay in stays(connection, subject):
        ours.add(stay.logistic_unit)
        for event, some in mentions(connection, stay.logistic_unit).items():
            places.setdefault(event, []).extend(p for p in some if stay.covers(p))
    unique = {event: sorted(set(some)) for event, some in places.items()}
    found = placed_at(connection, unique)
    own = [e for e in found if not _packs_others(e.logged.event, ours, subject)]
    return entries(connection, own)


def _packs_others(event: Event, ours: set[Id], subject: Id) -> bool:
    if not isinstance(event, ItemPacked | ItemUnpacked):
        return False
    return event.item not in ours and event.logistic_unit != subject


def entries_of(connection: Connection, subject: Id) -> tuple[Entry, ...]:
    """Every event that names a subject itself, in chain order."""
    return entries(connection, placed_at(connection, mentions(connection, subject)))


def facts_of_operation(connection: Connection, org: OrgId, operation: int) -> tuple[Entry, ...]:
    """What an operation did, statements included, in order; empty where there was none."""
    place = place_of(connection, org, operation)
    return entries(connection, performed_from(connection, *place)) if place else ()


def place_of(
    connection: Connection, org: OrgId, operation: int, contract: str = "ProductLedger"
) -> Place | None:
    """Where an operation of a contract begins, or None where there was none."""
    if not 0 <= operation < 2**256:
        return None
    o = t.EVENTS[OperationPerformed].c
    number = operation.to_bytes(32, "big")
    query = select(o.block, o.log_index).where(
        o.org == org, o.operation == number, o.contract == contract
    )
    row = connection.execute(query).one_or_none()
    return (row.block, row.log_index) if row else None


def performed_from(connection: Connection, block: int, log_index: int) -> list[Placed]:
    """The events of the operation that begins at a place, in order."""
    o = t.EVENTS[OperationPerformed].c
    following = select(func.min(o.log_index)).where(o.block == block, o.log_index > log_index)
    end = connection.execute(following).scalar()
    last = MOST_LOG_INDEX if end is None else end - 1
    found = placed_in(connection, block, log_index, last)
    return [each for each in found if each.performed == log_index]


def mentions(
    connection: Connection, subject: Id, without: Collection[type[Event]] = ()
) -> dict[type[Event], list[Place]]:
    """Where a subject is named, by event, in chain order; not by the kinds in ``without``."""
    m = t.mention.c
    query = select(m.event, m.block, m.log_index).where(m.subject == subject)
    if without:
        query = query.where(m.event.not_in([t.NUMBERS[each] for each in without]))
    found: dict[type[Event], list[Place]] = {}
    for row in connection.execute(query.order_by(m.block, m.log_index)):
        found.setdefault(CATALOGUE[row.event], []).append((row.block, row.log_index))
    return found


def entries(connection: Connection, placed: Sequence[Placed]) -> tuple[Entry, ...]:
    """Events as entries, in the same order."""
    heads = {(each.logged.block, each.performed) for each in placed if each.performed is not None}
    found = placed_at(connection, {OperationPerformed: sorted(heads)})
    performed = {each.place: each.logged.event for each in found}
    at = cursor(connection)
    final = at.final_block if at else 0
    return tuple(_entry(each, performed, final) for each in placed)


def _entry(placed: Placed, performed: Mapping[Place, Event], final: int) -> Entry:
    logged = placed.logged
    head = None if placed.performed is None else performed[logged.block, placed.performed]
    if isinstance(head, OperationPerformed):
        operation, org, key = head.operation, head.org, head.key
    else:
        operation, org, key = None, getattr(logged.event, "org", OrgId(0)), None
    return Entry(
        event=logged.event,
        block=logged.block,
        log_index=logged.log_index,
        tx=logged.tx,
        time=logged.time,
        operation=operation,
        org=org,
        key=key,
        final=logged.block <= final,
        sequence=logged.sequence,
    )


# --- inside logistic units ---


@dataclass(frozen=True, slots=True)
class Stay:
    """An amount of an item was inside a logistic unit, from after one place to before another."""

    logistic_unit: Id
    amount: int
    since: Place
    until: Place

    def covers(self, place: Place) -> bool:
        """Whether something that happened there happened meanwhile."""
        return self.since < place < self.until


def stays(connection: Connection, item: Id) -> tuple[Stay, ...]:
    """Where an item was inside, in logistic units that were inside others too."""
    found: list[Stay] = []
    waiting = [Stay(item, 0, (-1, 0), FOREVER)]
    for outer in waiting:  # grows: logistic units nest at most 4 deep
        for stay in _direct_stays(connection, outer.logistic_unit):
            since, until = max(stay.since, outer.since), min(stay.until, outer.until)
            if since < until:
                amount = stay.amount if outer.logistic_unit == item else outer.amount
                found.append(Stay(stay.logistic_unit, amount, since, until))
                waiting.append(found[-1])
    return tuple(sorted(found, key=lambda stay: (stay.since, stay.logistic_unit)))


def _direct_stays(connection: Connection, item: Id) -> list[Stay]:
    named = mentions(connection, item)
    wanted: dict[type[Event], Sequence[Place]] = {
        event: named.get(event, ()) for event in (ItemPacked, ItemUnpacked)
    }
    inside: dict[Id, tuple[int, Place]] = {}
    found: list[Stay] = []
    for placed in placed_at(connection, wanted):
        event = placed.logged.event
        if not isinstance(event, ItemPacked | ItemUnpacked) or event.item != item:
            continue
        before, since = inside.get(event.logistic_unit, (0, placed.place))
        if before:
            found.append(Stay(event.logistic_unit, before, since, placed.place))
        change = event.amount if isinstance(event, ItemPacked) else -event.amount
        inside[event.logistic_unit] = (before + change, placed.place)
    for logistic_unit, (amount, since) in inside.items():
        if amount:
            found.append(Stay(logistic_unit, amount, since, FOREVER))
    return found
