"""`lotmark contracts`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from ledger.abi import build as artifacts
from lotmark.answers import answer
from lotmark.exit_codes import REFUSED
from lotmark.options import JsonOption

app = typer.Typer(no_args_is_help=True)


@app.callback()
def contracts() -> None:
    """Compile the contracts, or check that they are compiled."""


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if artifacts are stale.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compile contracts/ into ledger/abi/, with the compiler of hardhat-local/.

    Example: [bold]lotmark contracts build --check[/bold]
    """
    stale = artifacts.build(check=check)

    def show(console: Console) -> None:
        for name in stale:
            console.print(f"{name} {'is stale' if check else 'written'}")
        if not stale:
            console.print("all artifacts fit their sources")

    answer({"check": check, "stale": stale}, show)
    if check and stale:
        raise typer.Exit(REFUSED)
