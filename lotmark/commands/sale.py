"""`lotmark sale`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from api import till as service
from api.schemas import till as answers
from api.till import Return, Sale, Teller
from api.till.words import advised
from api.till.written import return_line
from ledger.cards import read_card
from ledger.errors import ActRefused, NotFound
from ledger.hashing import sha256
from lotmark.acting import organisation
from lotmark.answers import answer, notes
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.selling import read_csv, sale_line
from lotmark.tables import rows, table
from lotmark.viewing import PlainView, viewed
from records import till
from records.till.model import Receipt

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
AT_ONCE = 100
"""Receipts of a file that are recorded in one transaction."""

OrgOption = Annotated[
    str, typer.Option("--org", metavar="GLN", help="Who sells: GLN or number.", show_default=False)
]
KeyOption = Annotated[
    str | None, typer.Option("--key", help="A text of your own: the same again repeats nothing.")
]
SiteOption = Annotated[str | None, typer.Option("--site", metavar="GLN", help="Of the shop.")]


@app.callback()
def sale() -> None:
    """Sell at the till, take back, undo, and look at receipts."""


@app.command()
def sell(
    lines: Annotated[
        list[str], typer.Argument(metavar="CODE[@QUANTITY]:PRICE...", help="What was scanned.")
    ],
    org: OrgOption,
    number: Annotated[str, typer.Option("--number", help="The till's own, used once.")],
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217.")] = "EUR",
    card: Annotated[str | None, typer.Option("--card", help="Of a member.")] = None,
    programme: Annotated[int | None, typer.Option("--programme", metavar="N", min=1)] = None,
    online: Annotated[bool, typer.Option("--online", help="Sold by the online shop.")] = False,
    site: SiteOption = None,
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sell what was scanned; a member earns points with it.

    A code is what the scanner gives: an address, an element string, or a GTIN with serial or lot.
    Prices are of the whole line.

    Example: [bold]lotmark sale sell --org 9521406000001 --number T1-17
    09521404000102/SALAD-260301-A@2:7.98[/bold]
    """
    asked = Sale(
        number=number,
        currency=currency,
        lines=[sale_line(each, currency) for each in lines],
        channel="online" if online else "store",
        site=site,
        card=card,
        programme=programme,
    )
    _ask(data, org, key, lambda view, who: service.sell(view.services, asked, who))


@app.command(name="return")
def take_back(
    lines: Annotated[
        list[str],
        typer.Argument(metavar="LINE|CODE[@QUANTITY]...", help="What comes back, all or some."),
    ],
    org: OrgOption,
    receipt: Annotated[
        str | None, typer.Option("--receipt", help="Its id or number; not needed for units.")
    ] = None,
    number: Annotated[str | None, typer.Option("--number", help="The till's own.")] = None,
    site: SiteOption = None,
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what was sold, with exactly its points.

    Example: [bold]lotmark sale return --org 9521406000001 --receipt T1-17 1@2[/bold]
    """
    asked = Return([return_line(each) for each in lines], receipt, number, site)
    _ask(data, org, key, lambda view, who: service.take_back(view.services, asked, who))


@app.command()
def undo(
    org: OrgOption,
    receipt: Annotated[
        str | None, typer.Option("--receipt", help="That it is this one, and no other.")
    ] = None,
    site: SiteOption = None,
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo the last sale of a site, within a quarter of an hour.

    Example: [bold]lotmark sale undo --org 9521406000001 --receipt T1-17[/bold]
    """

    def work(view: PlainView, who: Teller) -> Receipt:
        return service.undo_last(view.services, who, receipt=receipt, site=site)

    _ask(data, org, key, work)


@app.command()
def receipts(
    org: OrgOption,
    attention: Annotated[
        bool, typer.Option("--attention", help="Only what went wrong in the end.")
    ] = False,
    card: Annotated[str | None, typer.Option("--card", help="Of a member.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List receipts, the newest first.

    Example: [bold]lotmark sale receipts --org 9521406000001 --attention[/bold]
    """
    with viewed(settings_for(data)) as view:
        who = organisation(view.services, org)
        number = read_card(card) if card is not None else None
        found = till.recent(view.records, who, card=number, attention=attention, limit=limit)
        told = [each.model_dump(mode="json") for each in answers.receipts(found, view)]
    answer({"receipts": told}, lambda console: _list(console, told))


@app.command()
def show(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="Its id or number.")],
    org: OrgOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a receipt and what came of it.

    Example: [bold]lotmark sale show --org 9521406000001 T1-17[/bold]
    """
    with viewed(settings_for(data)) as view:
        who = organisation(view.services, org)
        found = till.by_number(view.records, who, receipt) or till.find(view.records, receipt)
        if found is None or found.org != who:
            raise NotFound(f"there is no receipt {receipt}", id=receipt)
        told = answers.receipt(found, view).model_dump(mode="json")
    answer(told, lambda console: _show(console, told))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False)],
    org: OrgOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a day's receipts from a CSV file.

    Columns: number, code, quantity, price, currency, card, channel, site; for returns return_of
    (a sale's number) with line or code. A row for each line, rows of one number together. Receipts
    are recorded a hundred at a time, each hundred whole or not at all; the same file again repeats
    nothing.

    Example: [bold]lotmark sale import --org 9521406000001 receipts.csv[/bold]
    """
    content = file.read_bytes()
    entries = read_csv(content)
    with viewed(settings_for(data)) as view, _progress() as progress:
        who = organisation(view.services, org)
        task = progress.add_task("receipts", total=len(entries))
        made = 0
        for start in range(0, len(entries), AT_ONCE):
            part = entries[start : start + AT_ONCE]
            name = f"file {sha256(content).hex()} {start}"
            teller = Teller(who, name, sha256(name.encode()), "")
            work = partial(service.record, view.services, part, teller)
            made += len(_refusals_in_words(view, work))
            progress.advance(task, len(part))
    told = {"receipts": made}
    answer(told, lambda console: console.print(f"{made} receipts", markup=False))


def _ask(
    data: Path | None, org: str, key: str | None, work: Callable[[PlainView, Teller], Receipt]
) -> None:
    with viewed(settings_for(data)) as view:
        who = organisation(view.services, org)
        name = key or f"sale {secrets.token_hex(16)}"
        teller = Teller(who, name, sha256(name.encode()), "")
        made = _refusals_in_words(view, lambda: work(view, teller))
        told = answers.receipt(made, view).model_dump(mode="json")
    answer(told, lambda console: _show(console, told))


def _refusals_in_words(view: PlainView, work: Callable[[], T]) -> T:
    try:
        return work()
    except ActRefused as error:
        raise advised(error, view.names) from error


def _progress() -> Progress:
    return Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=notes(), transient=True
    )


def _list(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("number", "", "when", ">total", "", ">points", "status")
    for each in told:
        what = "undone" if each["undone"] else each["reason"] or each["kind"]
        amounts = (each["total"], each["currency"], each["points"])
        rows(shown, [(each["number"], what, each["created"][:16], *amounts, each["status"])])
    console.print(shown)


def _show(console: Console, told: dict[str, Any]) -> None:
    _list(console, [told])
    shown = table(">line", "item", ">quantity", ">price", ">points", ">returned")
    for each in told["lines"]:
        item = each["item"]
        name = f"{item['gtin']}/{item['serial'] or item['lot']}"
        amounts = (each["quantity"], each["price"], each["points"], each["returned"])
        rows(shown, [(each["line"], name, *amounts)])
    console.print(shown)
    for each in told["attention"]:
        console.print(f"attention: {each}", markup=False)
