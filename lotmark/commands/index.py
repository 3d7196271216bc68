"""`lotmark index`."""

from __future__ import annotations

import typer

from indexer.mirror import Mirror
from indexer.sync import Indexer
from lotmark.answers import answer
from lotmark.logs import start_logging
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import INDEX, only_one
from lotmark.waiting import chain_and_deployment

app = typer.Typer()
POLL_SECONDS = 0.1


@app.command()
def index(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Run the indexer, which mirrors the chain into SQL.

    Waits for the chain and the contracts. Ctrl-C stops it; it goes on where it was.

    Example: [bold]lotmark index --data ./trial[/bold]
    """
    settings = settings_for(data)
    start_logging(settings)
    stop = stop_on_signals()
    with only_one(settings, INDEX):
        found = chain_and_deployment(settings, stop)
        if found is None:
            return
        url, deployment = found
        mirror = Mirror.open(settings.mirror_database)
        try:
            finality = settings.finality(deployment.chain_id)
            with Indexer(url, deployment, mirror, finality) as indexer:
                answer({"chain": url}, lambda console: console.print(f"mirroring {url}"))
                indexer.run(stop, POLL_SECONDS)
        finally:
            mirror.close()
