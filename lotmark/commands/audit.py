"""`lotmark audit`."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import Progress

from ledger.audit import Report
from lotmark.answers import answer, notes, plain
from lotmark.auditing import audit_installation
from lotmark.exit_codes import REFUSED
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table

app = typer.Typer()


@app.command()
def audit(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Check mirror and documents against the chain.

    Reads every log again from the node, proves by the contracts' journals that none is missing,
    derives everything anew and compares. Exit code 1 if anything differs.

    Example: [bold]LOTMARK_RPC_URL=https://my.node lotmark audit --json[/bold]
    """
    settings = settings_for(data)
    with Progress(console=notes(), transient=True) as progress:
        bar = progress.add_task("reading the chain", total=None)
        report = audit_installation(
            settings, lambda done, total: progress.update(bar, completed=done, total=total)
        )
    value = plain(report) | {"clean": report.clean}
    answer(value, lambda console: _show(console, report))
    if not report.clean:
        raise typer.Exit(REFUSED)


def _show(console: Console, report: Report) -> None:
    if report.findings:
        shown = table("finding", "where", "the chain says", "found")
        rows(shown, [(n.kind, n.where, n.expected, n.found) for n in report.findings])
        console.print(shown)
    verdict = f"{len(report.findings)} findings" if report.findings else "all agree"
    console.print(
        f"{report.events} events, {report.statements} statements, {report.documents} documents "
        f"up to block {report.block}: {verdict}"
    )
