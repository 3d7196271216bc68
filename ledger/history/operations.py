"""Operations: which events were performed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ledger import events as e


@dataclass(frozen=True, slots=True)
class Operation:
    """The events of one operation, in order; ``head`` is None for events outside any (the
    registry's).
    """

    head: e.OperationPerformed | None
    events: tuple[e.Logged, ...]


def operations(logged: Iterable[e.Logged]) -> Iterator[Operation]:
    """Splits logged events, in chain order, into operations."""
    for _, transaction in groupby(logged, key=lambda entry: (entry.block, entry.tx)):
        head: e.OperationPerformed | None = None
        body: list[e.Logged] = []
        for entry in transaction:
            if isinstance(entry.event, e.OperationPerformed):
                if body:
                    yield Operation(head, tuple(body))
                head, body = entry.event, [entry]
            else:
                body.append(entry)
        if body:
            yield Operation(head, tuple(body))
