"""`lotmark index`."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from indexer.mirror import Mirror
from indexer.rebuild import rebuild as make_anew
from indexer.sync import Indexer
from ledger.chain.deployment import Deployment
from ledger.errors import MirrorOutdated
from ledger.settings import Settings
from lotmark.answers import answer
from lotmark.logs import start_logging
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import INDEX, only_one
from lotmark.waiting import chain_and_deployment

app = typer.Typer()
POLL_SECONDS = 0.1

_log = logging.getLogger("lotmark.index")


@app.command()
def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="First make the mirror anew from the chain.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the indexer, which mirrors the chain into SQL.

    Waits for the chain and the contracts. Ctrl-C stops it; it goes on where it was. A mirror of
    another version of Lotmark is made anew; meanwhile the old one can be read by that version.

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
        finality = settings.finality(deployment.chain_id)
        mirror = _open(settings, url, deployment, anew=rebuild)
        try:
            with Indexer(url, deployment, mirror, finality) as indexer:
                answer({"chain": url}, lambda console: console.print(f"mirroring {url}"))
                indexer.run(stop, POLL_SECONDS)
        finally:
            mirror.close()


def _open(settings: Settings, url: str, deployment: Deployment, *, anew: bool) -> Mirror:
    """The mirror, made anew where that was asked for or another version made it."""
    where = settings.mirror_database
    if not anew:
        try:
            return Mirror.open(where)
        except MirrorOutdated as outdated:
            _log.warning("%s: that is done now", outdated.message)
    make_anew(where, url, deployment, settings.finality(deployment.chain_id))
    return Mirror.open(where)
