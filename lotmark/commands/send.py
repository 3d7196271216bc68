"""`lotmark send`."""

from __future__ import annotations

import typer

from lotmark.answers import answer
from lotmark.logs import start_logging
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import SEND, only_one
from lotmark.waiting import chain_and_deployment
from records.engine import open_records
from records.sender import Sender

app = typer.Typer()


@app.command()
def send(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Run the sender, which brings accepted operations to the chain.

    Waits for the chain and the contracts. Signs with the keys in the data folder. Ctrl-C stops it;
    every accepted operation is performed exactly once, however often it is stopped.

    Example: [bold]lotmark send --data ./trial[/bold]
    """
    settings = settings_for(data)
    start_logging(settings)
    stop = stop_on_signals()
    with only_one(settings, SEND):
        found = chain_and_deployment(settings, stop)
        if found is None:
            return
        url = found[0]
        records = open_records(settings)
        try:
            sender = Sender.open(settings, records)
            answer({"chain": url}, lambda console: console.print(f"sending to {url}"))
            sender.run(stop)
        finally:
            records.dispose()
