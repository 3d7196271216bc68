"""`lotmark keys`."""

from __future__ import annotations

import typer
from rich.console import Console

from indexer.queries.organisations import organisations
from ledger.vocabulary import Role
from lotmark.answers import answer, plain
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import opened
from lotmark.tables import moment, rows, table
from records.keystores import active_address

app = typer.Typer()


@app.command()
def keys(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the signing keys of this installation.

    Every key that the chain knows, and which of them this installation signs with.

    Example: [bold]lotmark keys --json[/bold]
    """
    with opened(settings_for(data)) as books:
        found = []
        for org in organisations(books.mirror, limit=10_000):
            mine = active_address(books.records, org.org)
            name = str(books.names.party(org.org).name)
            found += [
                {"organisation": org.org, "name": name, "signs_here": key.address == mine}
                | plain(key)
                for key in org.keys
            ]

    def show(console: Console) -> None:
        shown = table("organisation", "key", "roles", "valid from", "until", "")
        for each in found:
            roles = " ".join(str(r.name).lower() for r in Role if r & each["roles"])
            until = "revoked" if each["revoked"] else moment(each["valid_to"])
            here = "signs here" if each["signs_here"] else ""
            since = moment(each["valid_from"])
            rows(shown, [(each["name"], each["address"], roles, since, until, here)])
        console.print(shown)

    answer({"keys": found}, show)
