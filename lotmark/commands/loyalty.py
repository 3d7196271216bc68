"""`lotmark loyalty`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from api.schemas import loyalty as answers
from indexer.queries import loyalty as queries
from ledger.errors import InvalidInput, NotFound
from ledger.vocabulary import Address
from lotmark.answers import answer
from lotmark.commands import (
    loyalty_acts,
    loyalty_books,
    loyalty_campaigns,
    loyalty_members,
    loyalty_points,
)
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import PlainView, viewed

app = typer.Typer(no_args_is_help=True)
NumberArgument = Annotated[int, typer.Argument(metavar="N", min=1, help="The programme's number.")]
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@app.callback()
def loyalty() -> None:
    """Show loyalty programmes, and what members have in them."""


@app.command()
def programmes(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List programmes.

    Example: [bold]lotmark loyalty programmes[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = queries.programmes(view.mirror, limit=10_000)
        told = [answers.programme(each, view).model_dump(mode="json") for each in found]
    answer({"programmes": told}, lambda console: _show_programmes(console, told))


@app.command()
def programme(number: NumberArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show a programme, its partners and what earns in it.

    Example: [bold]lotmark loyalty programme 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        told = answers.programme(_known(view, number), view).model_dump(mode="json")
        partners = queries.partners(view.mirror, number)
        openings = queries.openings(view.mirror, number, limit=10_000)
        told["partners"] = [answers.partner(n, view).model_dump(mode="json") for n in partners]
        told["earnings"] = [answers.opening(n, view).model_dump(mode="json") for n in openings]
    answer(told, lambda console: _show_programme(console, told))


@app.command()
def account(
    number: NumberArgument,
    member: Annotated[str, typer.Argument(metavar="ADDRESS", help="The member's address.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a member has, and until when.

    Example: [bold]lotmark loyalty account 1 0x5a…[/bold]
    """
    if not _ADDRESS.fullmatch(member):
        raise InvalidInput("a member is 0x and 40 hexadecimal digits", field="member")
    address = Address(bytes.fromhex(member[2:]))
    with viewed(settings_for(data)) as view:
        _known(view, number)
        found = queries.account(view.mirror, number, address, view.services.now())
        told = answers.account(found).model_dump(mode="json")
    answer(told, lambda console: _show_account(console, told))


@app.command(name="trial-balance")
def trial_balance(
    number: NumberArgument, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Show where all points of a programme are.

    issued = pending + balances + spent + expired + clawed back - owed.

    Example: [bold]lotmark loyalty trial-balance 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        _known(view, number)
        found = queries.trial_balance(view.mirror, number)
        told = answers.trial_balance(number, found).model_dump(mode="json")
    answer(told, lambda console: _show_balance(console, told))


def _known(view: PlainView, number: int) -> queries.ProgrammeView:
    found = queries.programme(view.mirror, number)
    if found is None:
        raise NotFound(f"there is no programme {number}")
    return found


def _show_programmes(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table(">number", "owner", ">budget", ">issued", ">a day", "")
    for each in told:
        counted = (each["budget"], each["issued"], each["daily_cap"])
        closed = "closed" if each["closed"] else ""
        rows(shown, [(each["programme"], each["owner"]["name"], *counted, closed)])
    console.print(shown)


def _show_programme(console: Console, told: dict[str, Any]) -> None:
    _show_programmes(console, [told])
    partners = table("partner", "may")
    rows(partners, [(n["partner"]["name"], ", ".join(n["rights"])) for n in told["partners"]])
    earning = table("lot", ">issue", ">points", "until")
    for each in told["earnings"]:
        lot = f"{each['lot']['gtin']}/{each['lot']['lot']}"
        rows(earning, [(lot, each["issue"], each["points"], (each["closes"] or "no end")[:10])])
    for shown in (partners, earning):
        if shown.row_count:
            console.print(shown)


def _show_account(console: Console, told: Mapping[str, Any]) -> None:
    amounts = ", ".join(f"{told[name]} {name}" for name in ("available", "pending", "owed"))
    console.print(f"{told['member']}: {amounts}", markup=False)
    shown = table(">points", "good until")
    rows(shown, [(n["points"], n["until"][:10]) for n in told["by_quarter"]])
    if shown.row_count:
        console.print(shown)


def _show_balance(console: Console, told: Mapping[str, Any]) -> None:
    shown = table("", ">points")
    rows(shown, [(name.replace("_", " "), n) for name, n in told.items() if name != "programme"])
    console.print(shown)


app.add_typer(loyalty_campaigns.app, name="campaign")
loyalty_books.join(app)
loyalty_acts.join(app)
loyalty_members.join(app)
loyalty_points.join(app)
