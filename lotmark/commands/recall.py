"""`lotmark recall`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from api.dependencies import Caller
from api.recalls.compensating import Terms
from api.recalls.giving import compensate_once
from api.recalls.notifying import require_recall, tell
from api.recalls.proving import as_csv, as_json, proof_rows
from api.recalls.reaching import reach_of
from api.refusals import told as in_words
from api.schemas import recalls as answers
from api.strict_json import parse
from indexer.queries import reach as queries
from indexer.queries.status import status
from ledger.errors import ActRefused, InvalidInput, NotFound
from ledger.hashing import canonical, sha256
from ledger.vocabulary import Id, Kind
from lotmark.acting import organisation
from lotmark.answers import answer, notes
from lotmark.codes import CodeArgument, item_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.recall_tables import show_gift, show_notices, show_reach, show_recalls
from lotmark.viewing import PlainView, viewed
from records import notices
from records.engine import writing

app = typer.Typer(no_args_is_help=True)
OrgOption = Annotated[str, typer.Option("--org", metavar="GLN", help="Who acts: GLN or number.")]
MOST = 10_000


@app.callback()
def recall() -> None:
    """Show how far recalls reach, tell whom they concern, and make them good."""


@app.command(name="list")
def list_recalls(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List what is recalled now.

    Example: [bold]lotmark recall list[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = queries.recalls(view.mirror, limit=MOST)
        told = [answers.recall_now(each, view).model_dump(mode="json") for each in found]
    answer({"recalls": told}, lambda console: show_recalls(console, told))


@app.command()
def reach(
    code: CodeArgument,
    export: Annotated[
        Path | None,
        typer.Option(
            help="Write every event behind it, with its place on chain, as .csv or .json."
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the recall of a lot or unit reaches, or would reach.

    Example: [bold]lotmark recall reach 09521404000102/SALAD-260301-A --export proofs.csv[/bold]
    """
    item = _item(code)
    with viewed(settings_for(data)) as view:
        at = status(view.mirror)
        found = reach_of(view.mirror, view.records, item)
        told = answers.reach(found, view, at.block if at else 0).model_dump(mode="json")
        if export is not None:
            _export(view, item, export)
    answer(told, lambda console: show_reach(console, told))


@app.command()
def notify(code: CodeArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Tell each member who consents and each organisation that still has some of it, once.

    Whoever is found later is told by `lotmark jobs`.

    Example: [bold]lotmark recall notify 09521404000102/SALAD-260301-A[/bold]
    """
    item = _item(code)
    with viewed(settings_for(data)) as view:
        found = require_recall(view.mirror, item)
        reached = reach_of(view.mirror, view.records, item)
        with writing(view.services.records) as records:
            given = tell(view.services, records, view.mirror, found, reached)
            now = notices.progress(records, given.recall, view.services.now())
        told = answers.NoticesGiven(
            recall=answers.recall_now(found, view),
            members=given.members,
            organisations=given.organisations,
            not_consenting=reached.untold,
            progress=answers.progress(now),
        ).model_dump(mode="json")
    answer(told, lambda console: show_notices(console, told))


@app.command()
def acknowledge(
    code: CodeArgument, org: OrgOption, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Say that an organisation has taken a recalled lot off its shelves.

    Example: [bold]lotmark recall acknowledge 09521404000102/SALAD-260301-A --org 9521401000006
    [/bold]
    """
    item = _item(code)
    with viewed(settings_for(data)) as view:
        who = organisation(view.services, org)
        found = require_recall(view.mirror, item)
        told_recall = notices.find(view.records, item, found.document)
        if told_recall is None:
            raise NotFound("nobody was told of this recall yet")
        now = view.services.now()
        with writing(view.services.records) as records:
            mine = (records, told_recall, who, "command", now)
            if not notices.acknowledge_as_organisation(*mine):
                raise NotFound(f"{org} was told nothing of this recall")
            progress = notices.progress(records, told_recall, now)
        told = {"progress": answers.progress(progress).model_dump(mode="json")}
    answer(told, lambda console: show_notices(console, told))


@app.command()
def compensate(
    code: CodeArgument,
    org: OrgOption,
    programme: Annotated[int, typer.Option(min=1, help="A programme of its own.")],
    per_unit: Annotated[int, typer.Option(min=0, help="Points for each claimed unit.")] = 0,
    per_line: Annotated[int, typer.Option(min=0, help="Points for a line of a receipt.")] = 0,
    key: Annotated[
        str | None,
        typer.Option("--key", help="A text of your own: the same again repeats nothing."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many and how much, or why not.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give points for what members have of a recalled lot: each unit and each line once.

    Example: [bold]lotmark recall compensate 09521404000102/SALAD-260301-A --org 9521401000006
    --programme 1 --per-unit 50 --per-line 50 --dry-run[/bold]
    """
    item = _item(code)
    with viewed(settings_for(data)) as view:
        who = organisation(view.services, org)
        found = require_recall(view.mirror, item)
        terms = Terms(who, programme, per_unit, per_line)
        asked = {"item": item.hex(), "programme": programme, "unit": per_unit, "line": per_line,
                 "dry_run": dry_run}  # fmt: skip
        name = key or f"compensate {secrets.token_hex(16)}"
        caller = Caller(who, name, sha256(canonical(asked)))
        try:
            given = compensate_once(view.services, caller, found, terms, dry_run=dry_run)
        except ActRefused as refused:
            raise in_words(refused, view.names) from refused
    told: dict[str, Any] = parse(given.encode())
    answer(told, lambda console: show_gift(console, told))


def _item(code: str) -> Id:
    key = item_of(code)
    if key.kind not in (Kind.LOT, Kind.UNIT):
        raise InvalidInput(f"{code!r} names no lot or unit", field="code", value=code)
    return key.id


def _export(view: PlainView, item: Id, file: Path) -> None:
    """Writes the proofs, with a bar for who waits."""
    if file.suffix not in (".csv", ".json"):
        raise InvalidInput(f"{file} must end in .csv or .json", field="export", value=str(file))

    def counted() -> Iterator[Mapping[str, Any]]:
        rows = proof_rows(view.services, item)
        yield from track(rows, "events", console=notes(), transient=True)

    form = as_csv if file.suffix == ".csv" else as_json
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(form(counted()))
