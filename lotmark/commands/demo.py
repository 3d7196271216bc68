"""`lotmark demo`."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Annotated, Any

import typer
from rich.console import Console

from api.qr import qr_terminal
from indexer.queries.status import status
from ledger.errors import Unavailable
from ledger.settings import Settings
from lotmark import answers
from lotmark.answers import answer, note, notes, plain
from lotmark.auditing import audit_installation
from lotmark.demo import showing
from lotmark.demo.telling import Told, tell
from lotmark.group import Group
from lotmark.installation import services_of
from lotmark.live import LiveLine
from lotmark.options import DataOption, HostOption, JsonOption, PortOption, settings_for
from lotmark.reading import opened
from lotmark.signals import stop_on_signals
from lotmark.stack import PATIENCE, bring_up, listen, watched, web_worker
from lotmark.tables import rows, table

app = typer.Typer()


@app.command()
def demo(
    once: Annotated[
        bool,
        typer.Option("--once", help="Bring everything up, check it, tell it as JSON and end."),
    ] = False,
    host: HostOption = None,
    port: PortOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything at once, on a story of our own.

    A chain, its contracts, indexer, sender and web server, and a salad from the field to the shop,
    told by six organisations through the public web service. A later run finds it again.

    Example: [bold]lotmark demo --data ./trial --port 0[/bold]
    """
    started = time.monotonic()
    stop = stop_on_signals()
    if once:
        answers.as_json.set(True)
    asked = settings_for(data, host=host)
    with listen(asked.host, asked.port if port is None else port) as listening:
        settings = settings_for(data, host=host, port=listening.getsockname()[1])
        with Group(settings.data_dir / "logs", note, PATIENCE) as group:
            deployment = bring_up(group, settings, stop, web_worker(settings, listening))
            told = _tell(group, settings, stop) if deployment else None
            if told is None:
                return
            value = _value(settings, showing.urls(settings.base_url, told), started)
            if told.packs is not None:
                value["packs"] = plain(told.packs)
            answer(value, lambda console: _show(console, value))
            if not once:
                with LiveLine(settings) as line:
                    group.run(stop, line.tick)


def _tell(group: Group, settings: Settings, stop: Event) -> Told | None:
    """Tells the story while the group is watched over; None when told to stop."""
    with notes().status("starting") as spinner:
        return watched(group, stop, lambda: _in_own_thread(settings, stop, spinner.update))


def _in_own_thread(settings: Settings, stop: Event, step: Callable[[str], None]) -> Told:
    base_url = settings.base_url
    with services_of(settings) as services:
        told = tell(services, base_url, settings.data_dir / "demo.json", stop, step)
    step("looking at every page")
    showing.check(base_url, showing.urls(base_url, told), next(iter(told.secrets.values())))
    return told


def _value(settings: Settings, where: dict[str, Any], started: float) -> dict[str, Any]:
    """Where everything is, and how it stands; the audit is that of `lotmark audit`."""
    report = audit_installation(settings)
    with opened(settings) as books:
        seen = status(books.mirror)
    if seen is None:
        raise Unavailable("the mirror has read nothing yet")
    return {
        "urls": where,
        "chain_head": seen.head_block,
        "indexed_block": seen.block,
        "facts": seen.facts,
        "statements": seen.statements,
        "findings": seen.findings,
        "audit": {"clean": report.clean, "block": report.block, "findings": plain(report.findings)},
        "seconds": round(time.monotonic() - started, 1),
    }


def _show(console: Console, value: dict[str, Any]) -> None:
    shown = table("who", "what", "where")
    shopper = value["urls"]["shopper"]
    rows(shown, [("shopper", f"scans a pack: {verdict}", url) for verdict, url in shopper.items()])
    rows(shown, [("supplier", "writes to the ledger", value["urls"]["supplier"])])
    rows(shown, [("auditor", "follows a lot", value["urls"]["auditor"])])
    if "packs" in value:
        rows(shown, _of_packs(value["urls"], value["packs"]))
    print(qr_terminal(shopper["registered"]))
    console.print(shown)
    console.print(
        "{facts} facts, {statements} statements, {findings} findings; ready in {seconds} s. "
        "Ctrl-C stops.".format(**value)
    )


def _of_packs(urls: dict[str, Any], packs: dict[str, str]) -> list[tuple[str, str, str]]:
    who = f"signs in with {packs['card']} and {packs['password']}"
    return [
        ("shopper", "scans a pack with a code of its own", urls["pack"]),
        ("member", who, urls["member"]),
        ("shop", "sells, with the API key of 9521405000002 in demo.json", urls["till"]),
        ("maker", "looks into its inbox, with that of 9521404000003", urls["inbox"]),
        ("print shop", "has sheets of labels", packs["labels"]),
    ]
