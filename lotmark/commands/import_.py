"""`lotmark import`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer
from rich.progress import MofNCompleteColumn, Progress

from api.services import Services
from indexer.queries.state import mirror_state
from ledger.chain.node import NodeChain
from ledger.errors import InvalidInput, Unavailable
from ledger.settings import Settings
from ledger.vocabulary import OrgId, Seconds, party
from lotmark import bootstrapping, import_report
from lotmark.answers import answer, note, notes
from lotmark.group import Group
from lotmark.import_report import Taken
from lotmark.importing import Source, Speakers, read_files, speakers, take_in, wait_until_recorded
from lotmark.installation import services_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import opened
from lotmark.signals import stop_on_signals
from lotmark.stack import PATIENCE, bring_up, watched
from records.engine import reading

app = typer.Typer()


@app.command(name="import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="EPCIS 2.0 JSON-LD, or CSV by its name.")
    ],
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="GLN", help="Whose files these are; else who acts in them."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of each event.")
    ] = False,
    bootstrap: Annotated[
        bool,
        typer.Option(
            "--bootstrap-master-data",
            help="First create the organisations, places and products that the files name: "
            "on development chains only.",
        ),
    ] = False,
    keep_order: Annotated[
        bool, typer.Option("--keep-order", help="In the order given, not by time of event.")
    ] = False,
    wait: Annotated[
        bool, typer.Option(help="Wait until all is on the chain and in the mirror.")
    ] = True,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import EPCIS documents and CSV files.

    All files are read before anything is kept; what is wrong is listed by file, line and field.
    Importing a file again adds nothing. Workers that do not run are started meanwhile.

    Example: [bold]lotmark import harvest.jsonld cooling.jsonld --bootstrap-master-data[/bold]
    """
    if dry_run and bootstrap:
        raise InvalidInput("a dry run creates nothing: leave out --bootstrap-master-data")
    settings = settings_for(data)
    sources = read_files(files, Seconds(int(time.time())), keep_order=keep_order)
    stop = stop_on_signals()
    with Group(settings.data_dir / "logs", note, PATIENCE) as group:
        bring_up(group, settings, stop)
        job = Job(settings, sources, as_, dry_run, bootstrap, wait, stop)
        value = watched(group, stop, lambda: _import(job))
    if value is not None:
        answer(value, lambda console: import_report.show(console, value))


@dataclass(frozen=True)
class Job:
    """One import, as it was asked for."""

    settings: Settings
    sources: list[Source]
    gln: str | None
    dry_run: bool
    bootstrap: bool
    wait: bool
    stop: Event


def _import(job: Job) -> dict[str, Any]:
    with services_of(job.settings) as services:
        if job.bootstrap:
            _bootstrap(services, job)
        who = speakers(services.records, job.gln)
        taken = _take_all(services, job.sources, who, dry_run=job.dry_run)
        settled = job.wait and not job.dry_run
        if settled:
            _wait(services, taken, job.stop)
    with opened(job.settings) as books:
        return import_report.told(books, taken, settled=settled)


def _bootstrap(services: Services, job: Job) -> None:
    needs = bootstrapping.wanted(job.sources, party(job.gln) if job.gln else None)
    chain = NodeChain(services.settings.chain_url())
    try:
        with notes().status("creating master data") as spinner:
            bootstrapping.create(services, chain, needs, job.stop, spinner.update)
    finally:
        chain.close()


def _take_all(
    services: Services, sources: Sequence[Source], who: Speakers, *, dry_run: bool
) -> list[Taken]:
    taken = []
    speaking = [_speaker(services, source, who) for source in sources]  # before any is kept
    with _progress() as progress:
        pairs = list(zip(sources, speaking, strict=True))
        for source, org in progress.track(pairs, description="reading"):
            report = take_in(services, source, org, who.local, dry_run=dry_run)
            taken.append(Taken(source, report))
    return taken


def _speaker(services: Services, source: Source, who: Speakers) -> OrgId:
    with reading(services.mirror) as connection:
        return who.of(source, mirror_state(connection))


def _wait(services: Services, taken: Sequence[Taken], stop: Event) -> None:
    reports = [n for each in taken for n in (*each.report.statements, *each.report.reconsidered)]
    ids = {operation for report in reports for operation in report.operations}
    with _progress() as progress:
        bar = progress.add_task("recording", total=len(ids))
        late = wait_until_recorded(
            services, ids, stop, lambda number: progress.advance(bar, number)
        )
    if late:
        raise Unavailable(
            f"{len(late)} operations are accepted but not yet on the chain: `lotmark status` "
            "tells how they stand",
            operations=[each.id for each in late],
        )


def _progress() -> Progress:
    return Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=notes(), transient=True
    )
