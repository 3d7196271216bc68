"""The story of an item: what happened to it, told once each, in the order in which it happened.

An act and the statements that go with it are one step. What several documents tell of the same
happening is one step too, with a count. Pure: it works on what the queries gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from indexer.queries.facts import Entry
from ledger import events as e
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

SAYINGS = (e.StatementMade, e.StatementCorrected)
MAKING = (e.ItemCommissioned, e.ItemProduced, e.ItemRecalled, e.ItemReleased)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to ``item``, told by ``org``.

    ``when`` is the time that the statement gives, else that of the block; ``recorded`` is always
    the block's. ``facts`` are the acts that the contract accepted, ``said`` the lines of
    statements; ``again`` counts further statements that tell the same.
    """

    item: Id
    org: OrgId
    when: Seconds
    recorded: Seconds
    facts: tuple[Entry, ...]
    said: tuple[Entry, ...]
    again: int = 0

    @property
    def entry(self) -> Entry:
        """Where the step stands in the chain: its first act, else its first statement."""
        return (self.facts or self.said)[0]

    @property
    def statement(self) -> DocumentHash | None:
        """The hash of the statement behind the step."""
        made = (n.event for n in self.said if isinstance(n.event, e.StatementMade))
        return next((event.statement for event in made), None)

    @property
    def final(self) -> bool:
        """Whether nothing can undo the step any more."""
        return all(entry.final for entry in (*self.facts, *self.said))


def steps(item: Id, entries: Iterable[Entry]) -> tuple[Step, ...]:
    """The steps that an item's events make up, oldest happening first."""
    told = [
        _step(item, list(group))
        for _, group in groupby(entries, key=lambda n: (n.block, n.tx, n.org, n.operation))
    ]
    return in_time(_merged(told))


def making(item: Id, entries: Iterable[Entry]) -> tuple[Step, ...]:
    """Only how an item came to be, and recalls: what concerns what was made of it."""
    return tuple(
        step
        for step in steps(item, entries)
        if any(isinstance(entry.event, MAKING) for entry in step.facts)
    )


def in_time(told: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order of happening; what happened at once in the order of the chain."""
    return tuple(sorted(told, key=lambda s: (s.when, s.entry.block, s.entry.log_index)))


def _step(item: Id, entries: Sequence[Entry]) -> Step:
    facts = tuple(n for n in entries if not isinstance(n.event, SAYINGS))
    said = tuple(n for n in entries if isinstance(n.event, SAYINGS))
    occurred = [
        n.event.occurred_at
        for n in said
        if isinstance(n.event, e.StatementMade) and n.event.occurred_at
    ]
    recorded = entries[0].time
    when = min(occurred, default=recorded)
    return Step(item, entries[0].org, when, recorded, facts, said)


def _merged(told: Iterable[Step]) -> list[Step]:
    """Steps without those that only repeat another organisation's or document's telling."""
    kept: list[Step] = []
    places: dict[tuple[object, ...], int] = {}
    for step in sorted(told, key=lambda s: not s.facts):  # acts first, then the order of the chain
        key = _happening(step)
        if key is not None and key in places and not step.facts:
            first = kept[places[key]]
            kept[places[key]] = replace(first, again=first.again + 1)
            continue
        if key is not None:
            places.setdefault(key, len(kept))
        kept.append(step)
    return kept


def _happening(step: Step) -> tuple[object, ...] | None:
    """What a step's statement says happened, without the bytes it says it in."""
    made = [n.event for n in step.said if isinstance(n.event, e.StatementMade)]
    if not made:
        return None
    first = made[0]
    place = (first.action, first.step, first.part, first.occurred_at, first.place)
    return step.item, *place
