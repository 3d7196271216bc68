"""What statements and facts contradict: derived from the chain alone, so that anyone can derive it
again.

A statement is never refused for contradicting the ledger. Where acts follow from it and the ledger
allows them, they are recorded with it; where not, the statement stands and a finding says why.
Findings are closed by what comes later: the acts after all, or a correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ledger import commands as c
from ledger import events as e
from ledger.errors import ActRefused
from ledger.hashing import sha256
from ledger.history import Happening, Operation, Said, State
from ledger.refusals import refuse, values_to_json
from ledger.rules import decide
from ledger.statements import Statement, acts_of, statements_in
from ledger.vocabulary import DocumentHash, Id, OrgId, Part, Seconds

NOTICES = {"StatementRepeated", "SaidOfAnother"}
"""Kinds that are worth knowing but contradict nothing."""
LEDGER = "ProductLedger"
"""The contract whose facts are numbered and corrected."""
_WORDS = (e.StatementMade, e.StatementCorrected, e.FactCorrected, e.OperationPerformed)


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction. ``kind`` is a Solidity error's name or a kind of `ledger.refusals`;
    ``values`` fill its sentence.
    """

    kind: str
    severity: Literal["notice", "warning"]
    org: OrgId
    statement: DocumentHash
    subject: Id
    values: dict[str, int | str]
    block: int = 0
    log_index: int = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """A statement's open findings are closed, by facts that followed after all or by a
    correction.
    """

    org: OrgId
    statement: DocumentHash
    by: Literal["facts", "correction"]
    block: int
    log_index: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from a statement: the acts to record with it, or the finding that says why
    there are none.
    """

    commands: tuple[c.Command, ...] = ()
    finding: Finding | None = None
    known: bool = False
    """The same organisation has said exactly this before, and everything that follows from it is
    recorded."""


def plan(
    statement: Statement,
    state: State,
    now: Seconds,
    expiries: Mapping[Id, Seconds] | None = None,
) -> Plan:
    """Judges a statement against a state, which is left alone."""
    before = state.said.get((statement.org, statement.hash))
    if before is not None and (before.fulfilled or before.corrected):
        return Plan(known=True)
    try:
        _require_new(statement, state)
        _require_own(statement, state)
        commands = acts_of(statement, state, expiries)
        if commands:
            decide(state, statement.org, commands, now)
    except ActRefused as refused:
        return Plan(finding=_finding(statement, refused))
    return Plan(commands)


def _finding(statement: Statement, refused: ActRefused) -> Finding:
    subject = next(
        (
            refused.values[name]
            for name in ("item", "logistic_unit", "product")
            if name in refused.values
        ),
        statement.lines[0].subject if statement.lines else Id(bytes(32)),
    )
    return Finding(
        refused.code,
        "notice" if refused.code in NOTICES else "warning",
        statement.org,
        statement.hash,
        Id(subject) if isinstance(subject, bytes) else Id(bytes(32)),
        values_to_json(refused.values),
    )


def happening_of(statement: Statement) -> tuple[bytes, bytes]:
    """Keys of what is said to have happened: (what, where and when; with which amounts).

    Two documents that tell of one happening differ in bytes, not in these.
    """
    what = sorted((line.part, line.subject) for line in statement.lines)
    amounts = sorted((line.part, line.subject, line.amount) for line in statement.lines)
    head = (int(statement.action), statement.step, statement.occurred_at, statement.place.hex())
    return sha256(repr((head, _flat(what))).encode()), sha256(repr(_flat(amounts)).encode())


def _flat(rows: list[tuple[Part, Id]] | list[tuple[Part, Id, int]]) -> list[tuple[object, ...]]:
    return [(int(row[0]), row[1].hex(), *row[2:]) for row in rows]


def _require_new(statement: Statement, state: State) -> None:
    """Told before with the same amounts: a repetition. With others: the two cannot both be
    right.
    """
    what, amounts = happening_of(statement)
    first = state.happenings.get(what)
    if first is None or (first.org, first.statement) == (statement.org, statement.hash):
        return
    told = state.said.get((first.org, first.statement))
    if told is None or not told.fulfilled or told.corrected:
        return
    kind = "StatementRepeated" if first.amounts == amounts else "StatementDiffers"
    raise refuse(kind, first=first.statement, org=first.org)


def _require_own(statement: Statement, state: State) -> None:
    """Acts follow only from what an organisation says of itself."""
    there = state.org_at(statement.place)
    if there and there != statement.org:
        raise refuse("SaidOfAnother", place=statement.place, org=there)


def advance(state: State, operation: Operation) -> tuple[Finding | Closed, ...]:
    """Moves a state one operation forward and says what that contradicts or settles."""
    outcomes: list[Finding | Closed] = []
    events = [entry.event for entry in operation.events]
    recorded = any(is_fact(event) for event in events)
    for statement in statements_in(events):
        entry = next(n for n in operation.events if _is_line(n.event, statement))
        outcomes += _hear(state, statement, entry, recorded=recorded)
    for entry in operation.events:
        state.apply(entry.event, entry.time)
        if isinstance(entry.event, e.StatementCorrected):
            outcomes += _correct(state, entry.event, entry)
        elif isinstance(entry.event, e.FactCorrected):
            outcomes += _judge_correction(state, entry.event, entry)
        elif operation.head is not None and entry.event.is_of(LEDGER) and is_fact(entry.event):
            state.put_fact(entry.sequence, operation.head.org)
    return tuple(outcomes)


def is_fact(event: e.Event) -> bool:
    """Whether an event is a fact: neither words nor the mark of an operation."""
    return not isinstance(event, _WORDS)


def _is_line(event: e.Event, statement: Statement) -> bool:
    return isinstance(event, e.StatementMade) and event.statement == statement.hash


def _hear(
    state: State, statement: Statement, entry: e.Logged, *, recorded: bool
) -> list[Finding | Closed]:
    key = (statement.org, statement.hash)
    before = state.said.get(key)
    outcomes: list[Finding | Closed] = []
    if recorded:
        if before is not None and not before.fulfilled:
            outcomes.append(Closed(*key, "facts", entry.block, entry.log_index))
        state.said.put(key, Said(fulfilled=True, recorded=True))
    elif before is None:
        finding = _contradiction(statement, state, entry.time)
        if finding is not None:
            outcomes.append(replace(finding, block=entry.block, log_index=entry.log_index))
        state.said.put(key, Said(fulfilled=finding is None))
    _remember(state, statement)
    return outcomes


def _contradiction(statement: Statement, state: State, now: Seconds) -> Finding | None:
    judged = plan(statement, state, now)
    if judged.commands:  # the ledger would have allowed the acts, yet none were recorded
        return _finding(statement, refuse("NotRecorded", statement=statement.hash))
    return judged.finding


def _remember(state: State, statement: Statement) -> None:
    """The first fulfilled telling of a happening is what later ones are held against."""
    what, amounts = happening_of(statement)
    first = state.happenings.get(what)
    told = state.said.get((first.org, first.statement)) if first else None
    if first is None or told is None or not told.fulfilled or told.corrected:
        state.happenings.put(what, Happening(statement.org, statement.hash, amounts))


def _correct(state: State, event: e.StatementCorrected, entry: e.Logged) -> list[Finding | Closed]:
    key = (event.org, event.statement)
    before = state.said.get(key)
    if before is None or before.corrected:
        return []
    state.said.put(key, replace(before, corrected=True))
    outcomes: list[Finding | Closed] = [Closed(*key, "correction", entry.block, entry.log_index)]
    if before.recorded:  # facts are not undone by words: new acts must put the amounts right
        standing = Finding(
            "FactsStand", "warning", *key, Id(bytes(32)), {"by": "0x" + event.by.hex()},
            entry.block, entry.log_index,
        )  # fmt: skip
        outcomes.append(standing)
    return outcomes


def _judge_correction(state: State, event: e.FactCorrected, entry: e.Logged) -> list[Finding]:
    """Only who recorded a fact can say that it was wrong."""
    owner = state.who_recorded(event.fact)
    if owner == event.org:
        return []
    kind, whose = ("FactNotKnown", {}) if owner is None else ("FactNotOwn", {"org": int(owner)})
    found = Finding(
        kind, "warning", event.org, event.document, Id(bytes(32)), {"fact": event.fact, **whose},
        entry.block, entry.log_index,
    )  # fmt: skip
    return [found]
