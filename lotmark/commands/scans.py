"""`lotmark scans`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from api.scans.anchoring import anchor_scans
from api.scans.forgetting import forget_scans
from api.scans.proving import proof as proof_of
from api.schemas import staff_scans as answers
from indexer.queries.anchors import anchored_roots
from ledger.vocabulary import AnchoredContent
from lotmark.answers import answer
from lotmark.bars import bar
from lotmark.codes import item_of
from lotmark.commands import scans_inbox
from lotmark.exit_codes import REFUSED
from lotmark.installation import services_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed
from records import accounts
from records.scans import log as kept
from records.scans import verifying
from records.scans.reading import scans as kept_scans

app = typer.Typer(no_args_is_help=True)
_MOST = 10_000


@app.callback()
def scans() -> None:
    """Show who looked at codes, prove it, and judge what conflicts in it."""


@app.command()
def log(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="GTIN/LOT or another code; else all.")
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="Behind this place in the log.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="At most so many.")] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List scans whose details are kept, in order of the log.

    Example: [bold]lotmark scans log 09521404000102/SALAD-260301-A[/bold]
    """
    with viewed(settings_for(data)) as view:
        subject = item_of(code).id if code else None
        found = kept_scans(view.records, after=after, subject=subject, limit=limit)
        told = [answers.kept_scan(each, view).model_dump(mode="json") for each in found]
        size = kept.length(view.records)
    answer({"entries": size, "scans": told}, lambda console: _show_log(console, told))


@app.command()
def verify(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check the log from its first entry on, and against every root that was anchored.

    Names the first entry that is not what it was; ends with 1 if there is one.

    Example: [bold]lotmark scans verify[/bold]
    """
    settings = settings_for(data)
    with viewed(settings) as view:
        operator = accounts.operator(view.records, settings.operator)
        roots = anchored_roots(view.mirror, operator.org, AnchoredContent.SCANS) if operator else {}
        with bar(kept.length(view.records), "entries") as (progress, task):
            report = verifying.verify(
                view.records, roots, lambda done: progress.update(task, completed=done)
            )
    told = {
        "entries": report.entries,
        "forgotten": report.forgotten,
        "anchors": len(roots),
        "head": "0x" + report.head.hex(),
        "faults": [{"seq": each.seq, "kind": each.kind.value} for each in report.faults],
    }
    answer(told, lambda console: _show_report(console, told))
    if report.faults:
        raise typer.Exit(REFUSED)


@app.command()
def proof(
    seq: Annotated[int, typer.Argument(min=1, help="The entry's place in the log.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that an entry stands in the log as it was anchored.

    Example: [bold]lotmark scans proof 17[/bold]
    """
    with viewed(settings_for(data)) as view:
        told = proof_of(view, seq).model_dump(mode="json")
    answer(told, lambda console: _show_proof(console, told))


@app.command()
def anchor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Anchor the log of scans now; otherwise this is done every hour.

    Example: [bold]lotmark scans anchor[/bold]
    """
    with services_of(settings_for(data)) as services:
        did = anchor_scans(services)
    answer({"anchored": did}, lambda console: console.print(did or "nothing is new"))


@app.command()
def forget(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Delete the details of scans that are older than LOTMARK_SCAN_RETENTION_DAYS now.

    Example: [bold]lotmark scans forget[/bold]
    """
    with services_of(settings_for(data)) as services:
        did = forget_scans(services)
    answer({"forgotten": did}, lambda console: console.print(did or "nothing is that old"))


def _show_log(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table(">entry", "when (UTC)", "what", "how", "verdict", "where", "who")
    for each in told:
        subject = each["subject"]
        name = f"{subject['gtin']} {subject['serial'] or subject['lot']}"
        place = each["country"] or ""
        if each["latitude"] is not None:
            place = f"{place} {each['latitude']}, {each['longitude']}"
        who = f"{each['organisation']['name']} {each['site']}" if each["organisation"] else ""
        when = each["time"][:16].replace("T", " ")
        rows(shown, [(each["seq"], when, name, each["kind"], each["verdict"], place, who)])
    console.print(shown)


def _show_report(console: Console, told: dict[str, Any]) -> None:
    console.print(
        f"{told['entries']} entries, {told['forgotten']} without details by retention, "
        f"{told['anchors']} anchors, head {told['head']}"
    )
    for each in told["faults"]:
        console.print(f"entry {each['seq']}: {each['kind'].replace('_', ' ')}")


def _show_proof(console: Console, told: dict[str, Any]) -> None:
    for name, value in told.items():
        shown = value["name"] if isinstance(value, dict) else value
        for each in shown if isinstance(shown, list) else [shown]:
            console.print(f"{name:12} {each}", markup=False)


scans_inbox.join(app)
