"""`lotmark anchor`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from api.schemas import papers
from indexer.queries.anchors import anchors
from lotmark.acting import organisation
from lotmark.answers import answer
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed

app = typer.Typer()


@app.command()
def anchor(
    org: Annotated[
        str | None, typer.Option("--org", metavar="GLN", help="Whose: GLN or number.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the roots that organisations have anchored, the newest first.

    A list is anchored by `lotmark act` (AnchorRoot).

    Example: [bold]lotmark anchor --org 9521401000006[/bold]
    """
    with viewed(settings_for(data)) as view:
        whose = organisation(view.services, org) if org else None
        found = anchors(view.mirror, org=whose, limit=limit)
        told = [papers.anchor(each, view).model_dump(mode="json") for each in found]
    answer({"anchors": told}, lambda console: _show(console, told))


def _show(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("when (UTC)", "who", "content", ">size", "root")
    for each in told:
        when = each["time"][:16].replace("T", " ")
        who = each["organisation"]["name"]
        rows(shown, [(when, who, each["content"], each["size"], each["root"])])
    console.print(shown)
