"""`lotmark units`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from api.schemas import units as answers
from indexer.queries import units as queries
from ledger.errors import InvalidInput, NotFound
from ledger.vocabulary import Gs1Key, Kind
from lotmark.answers import answer
from lotmark.codes import item_of
from lotmark.commands.unit_proofs import join as join_proofs
from lotmark.commands.unit_runs import join as join_runs
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed

app = typer.Typer(no_args_is_help=True)
LotArgument = Annotated[str, typer.Argument(metavar="LOT", help="GTIN/LOT, or another code of it.")]


join_runs(app)
join_proofs(app)


@app.callback()
def units() -> None:
    """Issue, print, activate and prove units of lots."""


@app.command()
def issues(
    code: Annotated[str | None, typer.Argument(metavar="LOT", help="GTIN/LOT; else all.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List issues of units.

    Example: [bold]lotmark units issues 09521404000102/SALAD-260301-A[/bold]
    """
    with viewed(settings_for(data)) as view:
        lot = _lot(code).id if code else None
        found = queries.unit_issues(view.mirror, lot=lot, limit=limit)
        told = [answers.unit_issue(each, view).model_dump(mode="json") for each in found]
    answer({"issues": told}, lambda console: _show_issues(console, told))


@app.command()
def state(
    code: LotArgument,
    index: Annotated[int, typer.Argument(min=0, help="The unit's number in the lot.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show whether a unit is sold, returned, claimed or void.

    Example: [bold]lotmark units state 09521404000102/SALAD-260301-A 41[/bold]
    """
    with viewed(settings_for(data)) as view:
        lot = _lot(code)
        found = queries.unit(view.mirror, lot.id, index)
        if found is None:
            raise NotFound(f"no unit {index} of {lot} was issued")
        told = answers.unit_state(found, view).model_dump(mode="json")
    answer(told, lambda console: _show_state(console, told))


def _lot(code: str) -> Gs1Key:
    key = item_of(code)
    if key.kind is not Kind.LOT:
        raise InvalidInput(f"{code!r} names no lot", field="code", value=code)
    return key


def _show_issues(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("lot", ">issue", "by", ">first", ">count", ">each", ">void", "root")
    for each in told:
        lot = f"{each['lot']['gtin']}/{each['lot']['lot']}"
        cells = (each["issue"], each["issuer"]["name"], each["first"], each["count"])
        size = f"{each['each']} {each['unit']}"
        rows(shown, [(lot, *cells, size, each["voided"], each["root"])])
    console.print(shown)


def _show_state(console: Console, told: dict[str, Any]) -> None:
    words = [name for name in ("sold", "returned", "claimed", "voided") if told[name]]
    seller = f" by {told['seller']['name']}" if told["seller"] else ""
    said = ", ".join(words) or "issued, nothing more"
    console.print(f"unit {told['index']} of issue {told['issue']}: {said}{seller}", markup=False)
