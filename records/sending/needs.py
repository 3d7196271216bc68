"""Operations that need others first: points of a sale need the sale.

One contract cannot see what another refused, so without this a sale that the contract refuses in
the end would leave its points behind. What needs an operation waits until that is in a block, and
so does what names the same things as what waits; everything else of the organisation goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.errors import ActRefused
from records import transitions
from records.outbox import Operation, State
from records.sending.order import Things, things

_PERFORMED = (State.INCLUDED, State.FINAL)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Operations by what becomes of them now: ``free`` to go, ``refused`` and ``stuck`` because of
    what they need; the rest waits.
    """

    free: list[Operation] = field(default_factory=list)
    refused: list[tuple[Operation, ActRefused]] = field(default_factory=list)
    stuck: list[tuple[Operation, str]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether there is something to write down before anything is sent."""
        return bool(self.refused or self.stuck)


def sort_out(connection: Connection, operations: Sequence[Operation]) -> Sorted:
    """Which of an organisation's operations, in order of acceptance, may go."""
    ids = {each for operation in operations for each in operation.needs}
    if not ids:
        return Sorted(list(operations))
    needed = {each.id: each for each in transitions.by_ids(connection, sorted(ids))}
    sorted_out, held = Sorted(), list[Things]()
    for operation in operations:
        needs = [needed[each] for each in operation.needs if each in needed]
        if refusal := _refusal(needs):
            sorted_out.refused.append((operation, refusal))
        elif why := _attention(needs):
            sorted_out.stuck.append((operation, why))
        elif _waits(operation, needs, held):
            held.append(things(operation.commands_json))
        else:
            sorted_out.free.append(operation)
    return sorted_out


def _waits(operation: Operation, needs: Sequence[Operation], held: Sequence[Things]) -> bool:
    if not all(map(_is_performed, needs)):
        return True
    return bool(held) and _meets(things(operation.commands_json), held)


def _is_performed(operation: Operation) -> bool:
    return operation.state in _PERFORMED and operation.reason is None


def _refusal(needs: Sequence[Operation]) -> ActRefused | None:
    return next((each.refusal for each in needs if each.state is State.REFUSED), None)


def _attention(needs: Sequence[Operation]) -> str | None:
    waiting = next((each for each in needs if each.attention and not _is_performed(each)), None)
    if waiting is None:
        return None
    return f"it needs the operation {waiting.id}, which waits for an operator"


def _meets(own: Things, held: Sequence[Things]) -> bool:
    """Whether what waits names one of its things, as `records.sending.order` tells it."""
    return any(
        own.named & (each.named | each.products) or own.products & each.named for each in held
    )
