"""`lotmark act`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from api.refusals import told
from api.schemas.operations import operation as told_operation
from ledger.errors import CommandInvalid, Unavailable
from ledger.settings import Settings
from lotmark.acting import KnownAct, foretell, known_acts, organisation, perform, read_acts
from lotmark.answers import answer, plain
from lotmark.importing import wait_until_recorded
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.tables import rows, table
from lotmark.viewing import PlainView, viewed
from records import outbox
from records.engine import reading

app = typer.Typer()


@app.command()
def act(
    acts: Annotated[
        str | None, typer.Argument(metavar="JSON", help="An act, or a list of them.")
    ] = None,
    org: Annotated[
        str | None, typer.Option("--org", metavar="GLN", help="Who acts: GLN or number.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="FILE", help="Read the acts from here.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", help="A text of your own: the same again repeats nothing."),
    ] = None,
    known: Annotated[
        bool, typer.Option("--list", help="Every act, its fields and meaning.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen, or why not.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until it is in a block and in the mirror.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Perform acts for an organisation of this installation.

    All acts of one call are performed together or not at all, at one contract. Ids are written as
    GTIN, GTIN/LOT, GLN, Digital Link or EPC URN; amounts are whole numbers of the product's
    smallest part; hashes and addresses begin with 0x.

    Example: [bold]lotmark act --org 9521401000006 --wait
    '{"act": "SellItem", "item": "09521404000102/SALAD-260301-A", "amount": 2}'[/bold]
    """
    if known:
        found = known_acts()
        answer({"acts": [plain(each) for each in found]}, lambda console: _list(console, found))
        return
    commands = read_acts(_document(acts, file))
    if org is None:
        raise CommandInvalid("say who acts: --org GLN", field="org")
    settings = settings_for(data)
    stop = stop_on_signals() if wait else None
    with viewed(settings) as view:
        services, names = view.services, view.names
        who = organisation(services, org)
        if dry_run:
            events = foretell(services, names, who, commands)
            told = [{"event": type(each).__name__, **plain(each)} for each in events]
            answer({"dry_run": True, "events": told}, lambda console: _foretold(console, told))
            return
        made = perform(services, names, who, commands, key or f"act {secrets.token_hex(16)}")
        if stop is not None and wait_until_recorded(services, [made.id], stop):
            raise Unavailable("it is accepted but not on the chain yet: is `lotmark up` running?")
    _tell(settings_for(data), made.id)


def _document(acts: str | None, file: Path | None) -> Any:
    if (acts is None) == (file is None):
        raise CommandInvalid("acts are given as JSON, or in a file; see --list", field="acts")
    try:
        return json.loads(acts if acts is not None else file.read_text() if file else "")
    except (ValueError, OSError) as error:
        raise CommandInvalid(f"the acts cannot be read: {error}", field="acts") from error


def _tell(settings: Settings, operation_id: str) -> None:
    with viewed(settings) as view, reading(view.services.records) as records:
        found = outbox.get(records, operation_id)
        if found.refusal is not None:
            raise told(found.refusal, view.names)
        shown = _operation(view, found)
    answer(shown, lambda console: _done(console, shown))


def _operation(view: PlainView, found: outbox.Operation) -> dict[str, Any]:
    return told_operation(found, view).model_dump(mode="json")


def _done(console: Console, told: dict[str, Any]) -> None:
    console.print(f"{told['state']}: operation {told['number']}, {told['id']}", markup=False)


def _foretold(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("would happen", "")
    for each in told:
        values = "  ".join(f"{name}={value}" for name, value in each.items() if name != "event")
        rows(shown, [(each["event"], values)])
    console.print(shown)


def _list(console: Console, found: tuple[KnownAct, ...]) -> None:
    shown = table("act", "contract", "fields", "meaning")
    for each in found:
        named = "\n".join(f"{name}: {kind}" for name, kind in each.fields)
        rows(shown, [(each.name, each.contract, named, each.meaning)])
    console.print(shown)
