"""Which units of runs are active: all at once, or range by range as they are dispatched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select

from ledger.errors import CommandInvalid
from ledger.vocabulary import Seconds
from records.outbox import State
from records.schema.kept import outbox
from records.schema.units import print_runs, unit_activations
from records.units.runs import AT_ONCE, PrintRun

LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Activation:
    """Units of a run from the place ``first`` on that were activated, and by which paper.
    ``operation`` is the act that dispatched them, if one did; refused, it activates nothing.
    """

    id: int
    run: str
    first: int
    count: int
    reference: str
    operation: str | None
    created: Seconds


def activate(
    connection: Connection,
    run: PrintRun,
    first: int,
    count: int,
    reference: str,
    *,
    operation: str | None = None,
    now: Seconds,
) -> Activation:
    """Activates units of a run. Doing the same again adds nothing.

    Raises:
        CommandInvalid: the run has not all of these places.
    """
    if first < 0 or count < 1 or first + count > run.count:
        raise CommandInvalid(
            f"run {run.id} has the places 0 to {run.count - 1}",
            field="first" if first >= run.count else "count", count=run.count,
        )  # fmt: skip
    values: dict[str, Any] = {
        "run": run.id,
        "first": first,
        "count": count,
        "reference": reference,
        "operation": operation,
        "created": now,
    }
    a = unit_activations.c
    same = (a.run == run.id) & (a.first == first) & (a.count == count)
    same &= (a.reference == reference) & a.operation.is_not_distinct_from(operation)
    before = connection.execute(select(unit_activations).where(same)).mappings().first()
    if before is not None:
        return Activation(**before)
    added = insert(unit_activations).values(**values).returning(unit_activations.c.id)
    return Activation(int(connection.execute(added).scalar_one()), **values)


def activations(
    connection: Connection, run_id: str, *, after: int = 0, limit: int = 50
) -> list[Activation]:
    """The activations of a run, oldest first."""
    a = unit_activations.c
    query = select(unit_activations).where(a.run == run_id, a.id > after)
    rows = connection.execute(query.order_by(a.id).limit(limit)).mappings()
    return [Activation(**row) for row in rows]


def active(place: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a place of a run (joined as `print_runs`) is active."""
    a = unit_activations.c
    stands = or_(
        a.operation.is_(None),
        exists().where(outbox.c.id == a.operation, outbox.c.state != State.REFUSED),
    )
    covered = exists().where(
        and_(a.run == print_runs.c.id, a.first <= place, a.first + a.count > place, stands)
    )
    return or_(print_runs.c.activation == AT_ONCE, covered)
