"""`lotmark lot`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from api.health import ChainWatch, Health
from api.known_units import locate
from api.languages import ENGLISH, Language
from api.pages.words import verdict_in_words
from api.scan import scan
from api.schemas.scans import scan_answer
from api.verdicts import Reason
from indexer.queries.status import status
from ledger.chain.node import NodeChain
from ledger.errors import InvalidInput, Unavailable
from ledger.settings import Settings
from ledger.vocabulary import Kind, Seconds, Verdict
from lotmark.answers import answer
from lotmark.codes import CodeArgument, read_code
from lotmark.installation import services_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import Books, opened
from lotmark.tables import rows, table
from lotmark.viewing import PlainView

app = typer.Typer()
STYLES = {"registered": "green", "recalled": "bold red", "expired": "yellow", "sold": "yellow"}


@app.command()
def lot(code: CodeArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show what is known of a lot or unit.

    The same verdict, amounts and story as the page behind the QR code; --json as the web service.

    Example: [bold]lotmark lot 09521404000102/SALAD-260301-A[/bold]
    """
    settings = settings_for(data)
    link = read_code(code)
    if link.key is None:
        raise InvalidInput(f"{code!r} names nothing that is kept here", field="code")
    with opened(settings) as books, services_of(settings) as services:
        unit = locate(books, link.key.id) if link.key.kind is Kind.UNIT else None
        health = _health(settings, books)
        found = scan(link, link.key, books.mirror, books.names, health, _now(), unit=unit)
        told = scan_answer(found, PlainView(services, books)).model_dump(mode="json")
    answer(told, lambda console: _show(console, told))


def _now() -> Seconds:
    return Seconds(int(time.time()))


def _health(settings: Settings, books: Books) -> Health:
    """How far the mirror can be relied on; without a node that cannot be said."""
    seen = status(books.mirror)
    try:
        chain = NodeChain(settings.chain_url(), timeout_seconds=2)
    except Unavailable:
        return ChainWatch(None, settings.max_lag_blocks).look(seen)
    try:
        return ChainWatch(chain, settings.max_lag_blocks).look(seen)
    finally:
        chain.close()


def _show(console: Console, told: Mapping[str, Any]) -> None:
    verdict = told["verdict"]["verdict"]
    style = STYLES.get(verdict, "bold")
    first = Reason(told["verdict"]["reasons"][0])
    words = verdict_in_words(Verdict(verdict), first, Language(ENGLISH))
    name = told["product"]["name"] if told["product"] else "no registered product"
    console.print(f"[{style}]{words}[/{style}]  {escape(name)}  {told['key']['id']}")
    for item in filter(None, (told["item"], told["lot"])):
        _show_item(console, item)
    if told["sources"]:
        made = ", ".join(f"{n['name']} {_number(n['item'])}" for n in told["sources"])
        console.print(f"made of {escape(made)}")
    _show_story(console, told["story"])
    for finding in told["findings"]:
        console.print(f"[yellow]finding[/yellow] {finding['kind']}: {escape(finding['reason'])}")


def _number(item: Mapping[str, Any]) -> str:
    return str(item["lot"] or item["serial"] or "")


def _show_item(console: Console, item: Mapping[str, Any]) -> None:
    amounts = ", ".join(f"{item[n]} {n}" for n in ("made", "consumed", "sold", "disposed"))
    expiry = f", expires {item['expiry'][:10]}" if item["expiry"] else ""
    console.print(f"{item['item']['kind']} {_number(item['item'])}: {amounts}{expiry}")
    shown = table("", "who", ">amount")
    rows(shown, [("holds", n["holder"]["name"], n["amount"]) for n in item["holdings"]])
    rows(shown, [("is to get", n["receiver"]["name"], n["amount"]) for n in item["in_transit"]])
    if shown.row_count:
        console.print(shown)


def _show_story(console: Console, story: list[Mapping[str, Any]]) -> None:
    shown = table("when (UTC)", "what", "amount", "who", "")
    for step in story:
        told = "" if step["fact"] else "only stated"
        who = step["organisation"]["name"] if step["organisation"] else ""
        what = f"{step['headline']} ({_number(step['item'])})"
        rows(shown, [(step["when"][:16].replace("T", " "), what, step["amount"], who, told)])
    console.print(shown)
