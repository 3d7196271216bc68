"""What will be true once everything that was accepted is performed: the state that plans are made
on.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from indexer.queries.operations import performed
from indexer.queries.state import mirror_state
from ledger import commands as c
from ledger.errors import ActRefused
from ledger.events import Event, Logged
from ledger.findings import advance
from ledger.history import Operation, State
from ledger.rules import decide
from ledger.vocabulary import OrgId, Seconds
from records import outbox


def planning_state(mirror: Connection, records: Connection, now: Seconds) -> State:
    """The mirror's state with the operations on top that it has not seen yet."""
    waiting = [each for each in outbox.pending(records) if not each.brought]  # acts of others
    state = mirror_state(mirror).overlay()
    known = performed(mirror, [(each.org, each.number, each.contract) for each in waiting])
    for operation in waiting:
        if (operation.org, operation.number, operation.contract) not in known:
            foresee(state, operation.org, operation.commands, now)
    return state


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
