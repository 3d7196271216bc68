"""What will be true once everything that was accepted is performed: the state that plans are made
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from indexer.queries.operations import performed
from indexer.queries.state import load_ahead, mirror_state
from indexer.queries.status import mirrored_block
from ledger import commands as c
from ledger.errors import ActRefused
from ledger.events import Event, Logged
from ledger.findings import advance
from ledger.history import Operation, State
from ledger.rules import decide
from ledger.vocabulary import Id, OrgId, Seconds, product_of
from records import outbox

WORTH_LOADING = 2
"""Operations on their way from which on their goods are loaded together."""


def planning_state(mirror: Connection, records: Connection, now: Seconds) -> State:
    """The mirror's state with the operations on top that it has not seen yet."""
    waiting = unseen(mirror, records)
    state = mirror_state(mirror).overlay()
    if len(waiting) >= WORTH_LOADING:
        goods = ((each.org, item) for each in waiting for item in _goods(each.commands))
        load_goods(mirror, state, goods)
    for operation in waiting:
        foresee(state, operation.org, operation.commands, now)
    return state


def unseen(mirror: Connection, records: Connection) -> list[outbox.Operation]:
    """Operations that were accepted and that the mirror has not seen yet, but for those of others.

    A slow mirror may be further behind than what counts as final.
    """
    waiting = outbox.not_in_mirror(records, mirrored_block(mirror))
    own = [each for each in waiting if not each.brought]
    known = performed(mirror, [(each.org, each.number, each.contract) for each in own])
    return [each for each in own if (each.org, each.number, each.contract) not in known]


def load_goods(mirror: Connection, state: State, goods: Iterable[tuple[OrgId, Id]]) -> None:
    """Loads at once what selling and returning of items by organisations will ask for."""
    pairs = list(dict.fromkeys((item, org) for org, item in goods))
    items = [item for item, _ in pairs]
    load_ahead(mirror, state, "items", items)
    load_ahead(mirror, state, "products", (product_of(item) for item in items))
    load_ahead(mirror, state, "holdings", pairs)
    load_ahead(mirror, state, "sold", pairs)


def _goods(commands: Sequence[c.Command]) -> Iterator[Id]:
    for command in commands:
        if isinstance(command, c.SellItem | c.AcceptReturn):
            yield command.item
        elif isinstance(command, c.SellUnits | c.ReturnUnits):
            yield command.lot


def foresee(state: State, org: OrgId, commands: Sequence[c.Command], now: Seconds) -> None:
    """Moves a state on as if the commands were performed; what will be refused moves nothing."""
    try:
        events = decide(state, org, commands, now)
    except ActRefused:
        return
    move_on(state, events, now)


def move_on(state: State, events: Sequence[Event], now: Seconds) -> None:
    """Moves a state on by what an operation is expected to do."""
    advance(state, Operation(None, tuple(_expected(event, now) for event in events)))


def _expected(event: Event, now: Seconds) -> Logged:
    return Logged(event, block=0, log_index=0, tx=b"", time=now, sequence=0)
