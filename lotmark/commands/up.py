"""`lotmark up`."""

from __future__ import annotations

import typer

from lotmark.answers import answer, note
from lotmark.group import Group
from lotmark.live import LiveLine
from lotmark.options import DataOption, HostOption, JsonOption, PortOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import answers, bring_up, listen, watched, web_worker

app = typer.Typer()


@app.command()
def up(
    host: HostOption = None,
    port: PortOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run chain, indexer, sender and web server together.

    A worker that crashes is started again; Ctrl-C stops all. Logs are in the data folder.
    With LOTMARK_RPC_URL that node is used instead of a local chain.

    Example: [bold]lotmark up --port 8000[/bold]
    """
    stop = stop_on_signals()
    asked = settings_for(data, host=host)
    with listen(asked.host, asked.port if port is None else port) as listening:
        settings = settings_for(data, host=host, port=listening.getsockname()[1])
        with Group(settings.data_dir / "logs", note) as group:
            made = bring_up(group, settings, stop, web_worker(settings, listening))
            if made is None or not watched(group, stop, lambda: answers(settings.base_url)):
                return
            value = {"url": settings.base_url, "chain": settings.chain_url(),
                     "workers": group.processes()}  # fmt: skip
            answer(value, lambda console: console.print(f"pages at {settings.base_url}"))
            with LiveLine(settings) as line:
                group.run(stop, line.tick)
