"""How rows look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from api.names import Names
from ledger.amounts import text_of_amount
from ledger.refusals import sentence, values_from_json
from ledger.vocabulary import Id, Kind, OrgId, Seconds, kind_of, text_of


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table with our looks; ``>`` before a column's name sets it to the right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column.startswith(">")
        made.add_column(column.lstrip(">"), justify="right" if right else "left", overflow="fold")
    return made


def rows(made: Table, cells: Iterable[Iterable[object]]) -> Table:
    """The table with rows of plain text."""
    for row in cells:
        made.add_row(*(escape(str(cell)) for cell in row))
    return made


def moment(seconds: Seconds | int) -> str:
    """A time for people, UTC; empty for none."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}" if seconds else ""


def amount(names: Names, item: Id, number: int) -> str:
    """An amount with its product's unit."""
    if kind_of(item) in (Kind.UNIT, Kind.LOGISTIC_UNIT):
        return "1"
    product = names.product(item)
    return f"{text_of_amount(number, product.decimals)} {product.unit}" if product else str(number)


def thing(names: Names, item: Id) -> str:
    """A lot, unit or other subject with its product's name."""
    if kind_of(item) in (Kind.PRODUCT, Kind.LOT, Kind.UNIT) and names.product(item):
        return f"{names.product_name(item)} · {text_of(item)}"
    return text_of(item)


def reason(names: Names, code: str, values: Mapping[str, object]) -> str:
    """The sentence of a refusal or finding, with organisations by name."""

    def organisation(number: int) -> str:
        return str(names.party(OrgId(number)).name)

    return sentence(code, values_from_json(code, values), organisation=organisation)
