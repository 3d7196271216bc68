"""`lotmark jobs`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from ledger.errors import InvalidInput, Unavailable
from lotmark.answers import answer
from lotmark.installation import services_of
from lotmark.jobs import JOBS, Schedule, run
from lotmark.logs import start_logging
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import JOBS as WORKER
from lotmark.stack import only_one
from lotmark.tables import rows, table
from lotmark.waiting import chain_and_deployment, mirror_of_this_version

app = typer.Typer()


@app.command()
def jobs(
    once: Annotated[
        str | None, typer.Option("--once", metavar="NAME", help="Run this job now, and end.")
    ] = None,
    known: Annotated[
        bool, typer.Option("--list", help="Every job, and how often it runs.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run what is done again and again: anchor scans, look for conflicts, settle points.

    Waits for the chain and the contracts. Ctrl-C stops it; every job may be run twice.

    Example: [bold]lotmark jobs --once anchor-scans[/bold]
    """
    if known:
        told = [{"job": job.name, "seconds": job.seconds} for job in JOBS]
        answer({"jobs": told}, lambda console: _list(console, told))
        return
    settings = settings_for(data)
    if once is not None:
        job = next((each for each in JOBS if each.name == once), None)
        if job is None:
            raise InvalidInput(f"there is no job {once!r}: see --list", field="once", value=once)
        with services_of(settings) as services:
            if not run(job, services):
                raise Unavailable(f"{once} did not come to its end: see the log")
        answer({"done": once}, lambda console: console.print(f"{once} is done"))
        return
    start_logging(settings)
    stop = stop_on_signals()
    with only_one(settings, WORKER):
        if chain_and_deployment(settings, stop) is None:
            return
        if not mirror_of_this_version(settings, stop):
            return
        with services_of(settings) as services:
            answer({"jobs": [job.name for job in JOBS]},
                   lambda console: console.print(f"{len(JOBS)} jobs"))  # fmt: skip
            Schedule(JOBS).run(services, stop)


def _list(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("job", ">every, s")
    console.print(rows(shown, [(each["job"], each["seconds"]) for each in told]))
