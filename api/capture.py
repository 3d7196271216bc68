"""What people bring in: documents become statements, statements become operations.

Everything a request asks for is committed to the records in one transaction, or nothing is. Whether
an act is possible is asked of the mirror's state with the operations on top that are still on
their way; the contract decides in the end, and a statement that was wrongly hoped for stands
alone then (the outbox's fallback).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from api.acceptance import Intent, act, act_all, bring
from api.csv_capture import read_lines
from api.cutting import cut, operations
from api.intake import Said
from api.planning import foresee, planning_state
from api.services import Services
from ledger import commands as c
from ledger import epcis
from ledger.epcis.mapping import acting_org, statement_of
from ledger.findings import Finding, Plan, plan
from ledger.hashing import document_hash, sha256
from ledger.history import State
from ledger.statements import observations
from ledger.vocabulary import DocumentHash, OrgId
from records import documents, outbox
from records.engine import reading, writing

__all__ = [
    "CaptureReport",
    "Intent",
    "StatementReport",
    "act",
    "act_all",
    "bring",
    "capture",
    "planning_state",
]

Outcome = Literal["facts", "statement", "known"]
"""Acts follow, the statement stands alone, or it was said before and nothing new follows."""


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What became of one statement of a document."""

    pointer: str
    line: int
    statement: DocumentHash
    org: OrgId
    outcome: Outcome
    acts: tuple[str, ...]
    finding: Finding | None
    notes: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """What became of a document. ``statements`` are in the order of the document."""

    document: DocumentHash
    media_type: str
    dry_run: bool
    statements: tuple[StatementReport, ...]
    reconsidered: tuple[StatementReport, ...] = ()
    """Earlier statements whose acts became possible through this document."""

    @property
    def added(self) -> int:
        """How many statements led to an operation."""
        return sum(bool(s.operations) for s in (*self.statements, *self.reconsidered))


def capture(
    services: Services,
    org: OrgId,
    data: bytes,
    media_type: str,
    *,
    authors: Iterable[OrgId] = (),
    name: str | None = None,
    dry_run: bool = False,
    request: tuple[str, bytes] | None = None,
) -> CaptureReport:
    """Takes in an EPCIS document or a supplier's CSV file.

    ``authors`` are further organisations the caller may speak for: an event that happened at one
    of them becomes its statement, every other one is a statement of ``org``. ``name`` is what
    people call the file, ``request`` the idempotency key and hash of the request that brings it.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
        DocumentInvalid, CsvInvalid: with all faults; nothing is stored.
    """
    speakers = {org, *authors}
    document = document_hash(data)
    with writing(services.records) as records, reading(services.mirror) as mirror:
        desk = _Desk(services, records, mirror, planning_state(mirror, records, services.now()))
        said = _read(desk, org, data, media_type, speakers)
        if not dry_run:
            if request is not None:
                documents.note_request(records, org, *request, services.now())
            documents.put(records, data, media_type, name=name, now=services.now())
        reports = [report for s in said for report in desk.take(s, document, dry_run=dry_run)]
        reconsidered = () if dry_run else desk.reconsider(speakers)
    return CaptureReport(
        document, media_type, dry_run, tuple(sorted(reports, key=_in_document)), reconsidered
    )


def _in_document(report: StatementReport) -> tuple[int, int]:
    """Line, and place in the list of events: a document may stand on one line."""
    place = report.pointer.rpartition("/")[2]
    return report.line, int(place) if place.isdecimal() else 0


def _in_time(said: Sequence[Said]) -> list[Said]:
    """By time of event; an error declaration has the time of what it takes back, and follows it."""
    return sorted(said, key=lambda s: (s.statement.occurred_at, s.corrects is not None))


def _read(
    desk: _Desk, org: OrgId, data: bytes, media_type: str, speakers: set[OrgId]
) -> tuple[Said, ...]:
    if media_type == "text/csv":  # lines stand in the order in which they are meant
        return read_lines(desk.state, org, data, desk.services.now())
    events = epcis.read(data, desk.services.now()).events
    told = [(event, _said(desk, event, org, speakers)) for event in events]
    here = {
        (said.statement.org, event.event_id): said.statement.hash
        for event, said in reversed(told)
        if event.error_declaration is None
    }
    return tuple(_in_time([_corrected(desk, said, event, here) for event, said in told]))


def _said(desk: _Desk, event: epcis.EpcisEvent, org: OrgId, speakers: set[OrgId]) -> Said:
    acting = acting_org(event, desk.state)
    author = acting if acting in speakers else org
    mapped = statement_of(event, desk.state, author)
    return Said(
        mapped.statement,
        event.raw,
        event.pointer,
        event.line,
        mapped.expiries,
        mapped.notes,
        event_id=event.event_id,
    )


def _corrected(
    desk: _Desk,
    said: Said,
    event: epcis.EpcisEvent,
    here: Mapping[tuple[OrgId, str | None], DocumentHash],
) -> Said:
    """An error declaration takes back the event of the same id and may name what replaces it.

    Both may stand in the same document: ``here`` has its events by organisation and id.
    """
    if event.error_declaration is None:
        return said
    org = said.statement.org

    def known(event_id: str | None) -> DocumentHash | None:
        before = desk.statement_by_event_id(org, event_id, other_than=event.statement)
        return before or (here.get((org, event_id)) if event_id else None)

    wrong = known(event.event_id)
    if wrong is None:
        return replace(said, notes=(*said.notes, "the event it corrects is not known here"))
    by = next((h for i in event.error_declaration.corrective_event_ids if (h := known(i))), None)
    return replace(said, corrects=wrong, by=by or DocumentHash(bytes(32)))


class _Desk:
    """One capture at work: two open transactions, and the state moved on statement by statement."""

    def __init__(
        self, services: Services, records: Connection, mirror: Connection, state: State
    ) -> None:
        self.services, self.records, self.mirror, self.state = services, records, mirror, state

    def statement_by_event_id(
        self, org: OrgId, event_id: str | None, *, other_than: DocumentHash | None = None
    ) -> DocumentHash | None:
        """The statement of an organisation's event with this id, if it was captured here."""
        if not event_id:
            return None
        known = documents.statements_of_event(self.records, org, event_id)
        return next((h for h in known if h != other_than), None)

    def take(
        self, said: Said, document: DocumentHash, *, dry_run: bool
    ) -> tuple[StatementReport, ...]:
        """Plans one statement, submits what follows and moves the state on."""
        before = self._before(said)
        planned = self._plan(said)
        if planned.known or (before is not None and not planned.commands):
            return self._reports(said, "known", planned)
        ids: tuple[str, ...] = ()
        if not dry_run:
            for each in said.everyone:
                self._keep(each, document)
            ids = self._submit(said, planned.commands, again=before is not None)
        everything = (*_observations(said), *planned.commands)
        foresee(self.state, said.statement.org, everything, self.services.now())
        outcome: Outcome = "facts" if planned.commands else "statement"
        return self._reports(said, outcome, planned, ids)

    def _before(self, said: Said) -> object:
        return self.state.said.get((said.statement.org, said.statement.hash))

    def _plan(self, said: Said) -> Plan:
        if said.corrects is not None:
            wrong = self.state.said.get((said.statement.org, said.corrects))
            done = wrong is not None and wrong.corrected
            return Plan(() if done else (c.CorrectStatement(said.corrects, said.by),))
        if said.commands is None:
            planned = plan(said.statement, self.state, self.services.now(), said.expiries)
            planned = replace(planned, commands=cut(planned.commands))
            return Plan(known=True) if self._tried_again(said, planned) else planned
        return Plan(said.commands, known=self._before(said) is not None)

    def _tried_again(self, said: Said, planned: Plan) -> bool:
        """Whether the contract was asked a second time already: what it refused twice it keeps
        refusing, and asking for ever would make every import add something.
        """
        if not planned.commands or self._before(said) is None:
            return False
        key = _key(said.statement.hash, 0, again=True)
        return outbox.find(self.records, said.statement.org, key) is not None

    def _keep(self, said: Said, document: DocumentHash) -> None:
        now = self.services.now()
        for data, media_type in said.attachments:
            documents.put(self.records, data, media_type, now=now)
        documents.add_statement(
            self.records,
            said.statement.org,
            document,
            said.raw,
            pointer=said.pointer,
            line=said.line,
            digest=said.statement.hash,
            event_id=said.event_id,
            now=now,
        )

    def _submit(
        self, said: Said, commands: tuple[c.Command, ...], *, again: bool
    ) -> tuple[str, ...]:
        statement = said.statement
        made = []
        for i, (lines, acts) in enumerate(operations(_observations(said), commands)):
            body = (*lines, *acts)
            operation = outbox.submit(
                self.records,
                statement.org,
                body,
                _key(statement.hash, i, again=again),
                sha256(outbox.commands_text(body).encode()),
                fallback=lines if acts and said.commands is None else None,
                statement=statement.hash,
                now=self.services.now(),
            )
            made.append(operation.id)
        return tuple(made)

    def _reports(
        self, said: Said, outcome: Outcome, planned: Plan, operations: tuple[str, ...] = ()
    ) -> tuple[StatementReport, ...]:
        acts = tuple(type(command).__name__ for command in planned.commands)
        return tuple(
            StatementReport(
                each.pointer,
                each.line,
                each.statement.hash,
                each.statement.org,
                outcome,
                acts if outcome == "facts" else (),
                planned.finding,
                each.notes,
                operations,
            )
            for each in said.everyone
        )

    def reconsider(self, speakers: set[OrgId]) -> tuple[StatementReport, ...]:
        """Records what earlier statements asked for in vain, now that the state allows it.

        So documents may arrive in any order. Stops when a round changes nothing.
        """
        reports: list[StatementReport] = []
        waiting = self._unfulfilled(speakers)
        while True:
            done = [s for s in waiting if self._plan(s).commands]
            if not done:
                return tuple(reports)
            first = _in_time(done)[0]
            waiting.remove(first)
            stored = documents.statement(self.records, first.statement.hash, first.statement.org)
            reports += self.take(first, stored.document, dry_run=False)

    def _unfulfilled(self, speakers: set[OrgId]) -> list[Said]:
        read: dict[DocumentHash, dict[bytes, epcis.EpcisEvent]] = {}
        waiting = []
        for stored in documents.statements_by(self.records, speakers):
            told = self.state.said.get((stored.org, stored.hash))
            if told is None or told.fulfilled or told.corrected or stored.media_type == "text/csv":
                continue
            if stored.document not in read:
                read[stored.document] = self._events(stored.document)
            event = read[stored.document][stored.hash]
            if event.error_declaration is None:
                mapped = statement_of(event, self.state, stored.org)
                waiting.append(
                    Said(mapped.statement, event.raw, event.pointer, event.line, mapped.expiries)
                )
        return waiting

    def _events(self, document: DocumentHash) -> dict[bytes, epcis.EpcisEvent]:
        data = documents.get(self.records, document).data
        return {e.statement: e for e in epcis.read(data, self.services.now()).events}


def _key(statement: DocumentHash, part: int, *, again: bool) -> str:
    """The idempotency key of one part of a statement's acts, first or second time."""
    return f"statement {statement.hex()} {part}" + (" again" if again else "")


def _observations(said: Said) -> tuple[c.Observe, ...]:
    return tuple(line for each in said.everyone for line in observations(each.statement))
