"""`lotmark qr`."""

from __future__ import annotations

import typer
from rich.console import Console

from api.qr import address_of, qr_terminal
from lotmark.answers import answer
from lotmark.codes import CodeArgument, read_code
from lotmark.options import DataOption, JsonOption, settings_for

app = typer.Typer()


@app.command()
def qr(code: CodeArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show the QR code of a product, lot or unit.

    It leads to LOTMARK_PUBLIC_URL, or to the web server of this machine where that is not set.

    Example: [bold]lotmark qr 09521404000102/SALAD-260301-A[/bold]
    """
    address = address_of(read_code(code), settings_for(data).base_url)

    def show(console: Console) -> None:
        print(qr_terminal(address))
        console.print(address)

    answer({"url": address}, show)
