"""The same history under other rules, or as it grew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from insights.conflicts.model import Conflict, Level, Scan, UnitFacts
from insights.conflicts.rules import CURRENT, Rules
from insights.conflicts.units import judge_unit
from ledger.vocabulary import Id

History = tuple[UnitFacts, tuple[Scan, ...]]


def replay(
    histories: Iterable[History], rules: Rules = CURRENT
) -> Iterator[tuple[Id, Conflict | None]]:
    """Judges units one after another; equal to having judged each when its last scan came."""
    for facts, scans in histories:
        yield facts.unit, judge_unit(scans, facts, rules)


@dataclass(frozen=True, slots=True)
class Step:
    """From this scan on the unit stood at this level."""

    seq: int
    level: Level
    rules: tuple[str, ...]


def steps(scans: Iterable[Scan], facts: UnitFacts, rules: Rules = CURRENT) -> list[Step]:
    """How a unit's level rose as its scans came, by number: one judgement per scan."""
    came: list[Scan] = []
    found: list[Step] = []
    for scan in sorted(scans):
        came.append(scan)
        conflict = judge_unit(came, facts, rules)
        if conflict is None:
            continue
        step = Step(scan.seq, conflict.level, tuple(each.rule for each in conflict.reasons))
        if not found or (found[-1].level, found[-1].rules) != (step.level, step.rules):
            found.append(step)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit that two versions of the rules judge differently."""

    unit: Id
    before: Conflict | None
    after: Conflict | None


def differences(histories: Iterable[History], before: Rules, after: Rules) -> Iterator[Difference]:
    """Units whose level, rules or publicity change when ``after`` takes the place of ``before``."""
    for facts, scans in histories:
        old, new = judge_unit(scans, facts, before), judge_unit(scans, facts, after)
        if _outcome(old) != _outcome(new):
            yield Difference(facts.unit, old, new)


def _outcome(conflict: Conflict | None) -> tuple[object, ...]:
    if conflict is None:
        return ()
    fired = tuple(reason.rule for reason in conflict.reasons)
    return conflict.level, conflict.public, fired
