"""What an import says became of every event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from api.capture import CaptureReport, StatementReport
from indexer.queries.findings import findings
from ledger.refusals import values_to_json
from lotmark.answers import plain
from lotmark.importing import Source
from lotmark.reading import Books
from lotmark.tables import reason, rows, table
from records import outbox

OUTCOMES = {
    "facts": "facts",
    "statement": "stated only",
    "known": "known already",
    "refused": "refused",
}


@dataclass(frozen=True)
class Taken:
    """A file and what became of it."""

    source: Source
    report: CaptureReport


def told(books: Books, taken: Iterable[Taken], *, settled: bool) -> dict[str, Any]:
    """Everything as one value. With ``settled`` findings are those on record, else foreseen."""
    files = [_file(books, each, settled=settled) for each in taken]
    every = [event for file in files for event in file["events"]]
    outcomes = Counter(event["outcome"] for event in every)
    again = [event for file in files for event in file["reconsidered"]]
    return {
        "files": files,
        "events": len(every),
        "facts": outcomes["facts"],
        "statements": outcomes["statement"],
        "known": outcomes["known"],
        "refused": outcomes["refused"],
        "reconsidered": len(again),
        "added": sum(bool(event["operations"]) for event in (*every, *again)),
        "settled": settled,
    }


def _file(books: Books, taken: Taken, *, settled: bool) -> dict[str, Any]:
    report = taken.report
    words = {event.line: _words(event) for event in taken.source.events}
    return {
        "file": str(taken.source.path),
        "document": plain(report.document),
        "events": [
            _event(books, each, words.get(each.line, ""), settled=settled)
            for each in report.statements
        ],
        "reconsidered": [_event(books, each, "", settled=settled) for each in report.reconsidered],
    }


def _words(event: Any) -> str:
    return " ".join(filter(None, (event.type, event.biz_step)))


def _event(books: Books, report: StatementReport, words: str, *, settled: bool) -> dict[str, Any]:
    found = _finding(books, report, settled=settled)
    outcome: str = "statement" if found and report.outcome == "facts" else report.outcome
    refusal = _refusal(books, report) if settled else None
    if refusal is not None:
        outcome, found = "refused", refusal
    return {
        "line": report.line,
        "pointer": report.pointer,
        "event": words,
        "organisation": str(books.names.party(report.org).name),
        "statement": plain(report.statement),
        "outcome": outcome,
        "acts": list(report.acts) if outcome == "facts" else [],
        "finding": found,
        "notes": list(report.notes),
        "operations": list(report.operations),
    }


def _refusal(books: Books, report: StatementReport) -> dict[str, Any] | None:
    """Why the contract refused the statement's own acts: a CSV line stands for nothing else."""
    kept = (outbox.get(books.records, each) for each in report.operations)
    refused = next((each.refusal for each in kept if each.refusal is not None), None)
    if refused is None:
        return None
    why = reason(books.names, refused.code, values_to_json(refused.values))
    return {"kind": refused.code, "severity": "warning", "reason": why}


def _finding(books: Books, report: StatementReport, *, settled: bool) -> dict[str, Any] | None:
    """The finding on record, or the one foreseen while nothing is on record."""
    if not settled:
        foreseen = report.finding
        if foreseen is None:
            return None
        why = reason(books.names, foreseen.kind, foreseen.values)
        return {"kind": foreseen.kind, "severity": foreseen.severity, "reason": why}
    recorded = findings(books.mirror, statement=report.statement, org=report.org, limit=1)
    return next(
        (
            {
                "kind": each.kind,
                "severity": each.severity,
                "reason": reason(books.names, each.kind, each.values),
            }
            for each in recorded
        ),
        None,
    )


def show(console: Console, value: Mapping[str, Any]) -> None:
    """The report for people."""
    for file in value["files"]:
        console.print(f"[bold]{file['file']}[/bold] document {file['document'][2:14]}")
        shown = table(">line", "event", "who", "outcome", "acts, or why not")
        for event in file["events"]:
            rows(shown, [_row(event)])
        for event in file["reconsidered"]:
            rows(shown, [_row(event | {"event": "earlier statement"})])
        console.print(shown)
    if not value["added"]:
        console.print("nothing new: all of this was known already")
        return
    console.print(
        "{events} events: {facts} with facts, {statements} stated only, {known} known already; "
        "{refused} refused; {reconsidered} earlier ones became facts".format(**value)
    )


def _row(event: Mapping[str, Any]) -> tuple[object, ...]:
    found = event["finding"]
    what = f"{found['kind']}: {found['reason']}" if found else ", ".join(event["acts"])
    told = "; ".join(filter(None, (what, *event["notes"])))
    outcome = OUTCOMES[event["outcome"]]
    return event["line"], event["event"], event["organisation"], outcome, told
