"""`lotmark serve`."""

from __future__ import annotations

import socket
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from ledger.chain.node import NodeChain
from ledger.settings import Settings
from lotmark.answers import answer
from lotmark.installation import services_of
from lotmark.logs import start_logging
from lotmark.options import DataOption, HostOption, JsonOption, PortOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.stack import listen
from lotmark.waiting import chain_and_deployment, mirror_of_this_version

app = typer.Typer()
STOP_SECONDS = 5


@app.command()
def serve(
    host: HostOption = None,
    port: PortOption = None,
    inherited: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the web server.

    Pages for shoppers, JSON for suppliers, documentation at /docs. Waits for the chain and the
    contracts. LOTMARK_PUBLIC_URL is what QR codes lead to.

    Example: [bold]lotmark serve --port 8000[/bold]
    """
    asked = settings_for(data, host=host)
    wanted = asked.port if port is None else port
    with _socket(asked.host, wanted, inherited) as listening:
        settings = settings_for(data, host=host, port=listening.getsockname()[1])
        start_logging(settings)
        stop = stop_on_signals()
        found = chain_and_deployment(settings, stop)
        if found is None or not mirror_of_this_version(settings, stop):
            return
        chain = NodeChain(found[0])
        with services_of(settings, chain) as services:
            answer(
                {"url": settings.base_url},
                lambda console: console.print(f"pages at {settings.base_url}"),
            )
            _run(create_app(services), listening, settings)
        chain.close()


def _socket(host: str, port: int, inherited: int | None) -> socket.socket:
    """The socket of the process group, which outlives this process, or one of our own."""
    return listen(host, port) if inherited is None else socket.socket(fileno=inherited)


def _run(web: FastAPI, listening: socket.socket, settings: Settings) -> None:
    config = uvicorn.Config(
        web, log_config=None, log_level=settings.log_level, access_log=False, server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        proxy_headers=False,  # `api.dependencies.address_of` believes those that are trusted
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])
