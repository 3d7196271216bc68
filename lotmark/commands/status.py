"""`lotmark status`."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console

from indexer.queries.status import status as mirror_status
from ledger.chain.node import NodeChain
from ledger.errors import Unavailable
from ledger.settings import Settings
from lotmark.answers import answer, plain
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import opened
from lotmark.tables import moment, rows, table
from records import outbox

app = typer.Typer()


@app.command()
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show how far chain, mirror and sender are.

    Example: [bold]lotmark status --json[/bold]
    """
    settings = settings_for(data)
    with opened(settings) as books:
        mirror = mirror_status(books.mirror)
        waiting = {str(state): n for state, n in outbox.counts(books.records).items()}
        stuck = outbox.needing_attention(books.records)
    head = _head(settings)
    lag = None if head is None or mirror is None else max(0, head["number"] - mirror.block)
    value = {
        "chain": head,
        "mirror": plain(mirror),
        "lag": lag,
        "operations": waiting,
        "attention": [{"operation": each.id, "why": each.attention} for each in stuck],
    }
    answer(value, lambda console: _show(console, value))


def _head(settings: Settings) -> dict[str, Any] | None:
    try:
        chain = NodeChain(settings.chain_url(), timeout_seconds=2)
    except Unavailable:
        return None
    try:
        block = chain.head()
    except Unavailable:
        return None
    finally:
        chain.close()
    return {"url": chain.url, "number": block.number, "hash": plain(block.hash), "time": block.time}


def _show(console: Console, value: dict[str, Any]) -> None:
    head, mirror = value["chain"], value["mirror"]
    shown = table("", ">block", "time (UTC)", "")
    if head is None:
        rows(shown, [("chain", "", "", "no node answers")])
    else:
        rows(shown, [("chain", head["number"], moment(head["time"]), head["url"])])
    if mirror is None:
        rows(shown, [("mirror", "", "", "nothing read yet")])
    else:
        told = "{facts} facts, {statements} statements, {findings} open findings".format(**mirror)
        rows(shown, [("mirror", mirror["block"], moment(mirror["time"]), told)])
        rows(shown, [("final", mirror["final_block"], "", "")])
    console.print(shown)
    counts = ", ".join(f"{n} {state}" for state, n in value["operations"].items() if n)
    console.print(f"operations: {counts or 'none'}")
    for each in value["attention"]:
        console.print(f"[red]needs an operator[/red] {each['operation']}: {each['why']}")
