"""`lotmark directory`."""

from __future__ import annotations

import typer
from rich.console import Console

from indexer.queries.directory import ContractView, contracts
from lotmark.answers import answer, plain
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import opened
from lotmark.tables import rows, table

app = typer.Typer()


@app.command()
def directory(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the contracts as the directory on chain has them.

    Example: [bold]lotmark directory --json[/bold]
    """
    with opened(settings_for(data)) as books:
        found = contracts(books.mirror)
    answer({"contracts": plain(found)}, lambda console: _show(console, found))


def _show(console: Console, found: tuple[ContractView, ...]) -> None:
    shown = table("contract", "version", "address", ">block")
    rows(shown, [(n.name, n.version, plain(n.place), n.block) for n in found])
    console.print(shown)
