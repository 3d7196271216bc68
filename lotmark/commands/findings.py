"""`lotmark findings`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from indexer.queries.findings import FindingView
from indexer.queries.findings import findings as find
from ledger.errors import NotFound
from lotmark.answers import answer, plain
from lotmark.codes import read_code
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import Books, opened
from lotmark.tables import reason, rows, table, thing
from records import documents

app = typer.Typer()


@app.command()
def findings(
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    code: Annotated[
        str | None, typer.Option("--of", metavar="CODE", help="Only of this lot or unit.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what statements and facts contradict.

    Each with its reason, and the document and line that it comes from.

    Example: [bold]lotmark findings --kind NothingShipped[/bold]
    """
    key = read_code(code).key if code else None
    with opened(settings_for(data)) as books:
        found = find(
            books.mirror, open_only=not every, kind=kind, subject=key.id if key else None,
            limit=limit,
        )  # fmt: skip
        told = [_told(books, each) for each in found]
    answer({"findings": told}, lambda console: _show(console, told))


def _told(books: Books, finding: FindingView) -> dict[str, Any]:
    closed = finding.closed_by if finding.closed_block is not None else None
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "reason": reason(books.names, finding.kind, finding.values),
        "organisation": {"number": finding.org, "name": str(books.names.party(finding.org).name)},
        "subject": thing(books.names, finding.subject) if any(finding.subject) else "",
        "values": finding.values,
        "statement": plain(finding.statement),
        "document": _place(books, finding),
        "block": finding.block,
        "closed_by": closed,
    }


def _place(books: Books, finding: FindingView) -> dict[str, Any] | None:
    try:
        kept = documents.statement(books.records, finding.statement, finding.org)
    except NotFound:
        return None
    return {"hash": plain(kept.document), "line": kept.line, "pointer": kept.pointer}


def _show(console: Console, told: list[dict[str, Any]]) -> None:
    if not told:
        console.print("no open findings")
        return
    shown = table("finding", "who", "why", "document", ">line")
    for each in told:
        place = each["document"]
        where = (place["hash"][2:14], place["line"]) if place else ("not kept here", "")
        mark = " (closed)" if each["closed_by"] else ""
        rows(shown, [(each["kind"] + mark, each["organisation"]["name"], each["reason"], *where)])
    console.print(shown)
