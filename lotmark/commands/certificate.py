"""`lotmark certificate`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from api.schemas import papers
from indexer.queries.certificates import certificates
from lotmark.acting import certified, organisation
from lotmark.answers import answer
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed

app = typer.Typer()


@app.command()
def certificate(
    code: Annotated[
        str | None,
        typer.Option("--of", metavar="CODE", help="About this: GLN, GTIN, GTIN/LOT or link."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="GLN", help="Issued by: GLN or number.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List certificates and whether they hold now.

    They are issued and revoked by `lotmark act` (IssueCertificate, RevokeCertificate).

    Example: [bold]lotmark certificate --of 09521404000102[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = certificates(
            view.mirror,
            subject=certified(code) if code else None,
            org=organisation(view.services, by) if by else None,
            limit=limit,
        )
        told = [papers.certificate(each, view).model_dump(mode="json") for each in found]
    answer({"certificates": told}, lambda console: _show(console, told))


def _show(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("state", "about", "by", "until", "document")
    for each in told:
        about = each["subject"]["id"] or each["subject"]["gln"]
        until = (each["revoked"] or each["valid_to"] or "no end")[:10]
        by = each["certifier"]["name"]
        rows(shown, [(each["state"], about, by, until, each["document"])])
    console.print(shown)
