"""`lotmark chain`."""

from __future__ import annotations

import typer

from lotmark.answers import answer, note
from lotmark.embedded import EmbeddedChain
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals

app = typer.Typer()


@app.command()
def chain(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Run the embedded local chain.

    An Anvil that only this machine can reach, kept in the data folder. Ctrl-C stops it.

    Example: [bold]lotmark chain --data ./trial[/bold]
    """
    stop = stop_on_signals()
    embedded = EmbeddedChain(settings_for(data))
    try:
        answer(
            {"url": embedded.url, "pid": embedded.pid},
            lambda console: console.print(f"chain at {embedded.url}"),
        )
        embedded.run(stop, note)
    finally:
        embedded.close()
