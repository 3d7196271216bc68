"""`lotmark pause`."""

from __future__ import annotations

import typer

from lotmark.governing import offices, tell
from lotmark.options import DataOption, JsonOption, settings_for

app = typer.Typer()


@app.command()
def pause(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Let nobody write anything new; recalls and corrections stay possible.

    The governor. Nothing that was written is touched; `lotmark resume` ends it.

    Example: [bold]lotmark pause[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.pause(), "paused")
