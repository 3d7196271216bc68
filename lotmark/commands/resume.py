"""`lotmark resume`."""

from __future__ import annotations

import typer

from lotmark.governing import offices, tell
from lotmark.options import DataOption, JsonOption, settings_for

app = typer.Typer()


@app.command()
def resume(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Let organisations write again after a pause.

    The governor.

    Example: [bold]lotmark resume[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.end_pause(), "resumed")
