"""`lotmark org`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from indexer.queries.organisations import OrganisationView
from indexer.queries.organisations import organisations as find
from ledger.chain import deployment as deployments
from ledger.chain.node import NodeChain
from ledger.errors import InvalidInput, Refused
from ledger.settings import Settings
from ledger.vocabulary import ALL_ROLES, Role, party, place, text_of
from lotmark.answers import answer, plain
from lotmark.commands.org_offices import GlnArgument, join
from lotmark.governing import roles_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import Books, opened
from lotmark.tables import rows, table
from records import accounts, api_keys
from records.accounts import Account
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import open_records, writing
from records.keystores import Keystore

app = typer.Typer(no_args_is_help=True)
join(app)


@app.callback()
def org() -> None:
    """Make and list organisations, their roles, keys and API keys."""


@app.command()
def create(
    gln: GlnArgument,
    name: Annotated[str, typer.Option(help="Its name.")],
    name_zh: Annotated[str | None, typer.Option(help="Its name in Chinese.")] = None,
    prefix: Annotated[
        list[str] | None, typer.Option(help="A company prefix, 6 to 12 digits; may be repeated.")
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option("--place", help="GLN of a place; may be repeated.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="maker, carrier, retailer, certifier, auditor or relayer; else all."),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Admit an organisation: on chain, with an account and a signing key here.

    Uses the governor's well-known key, hence on development chains only. Again is harmless.

    Example: [bold]lotmark org create 9521401000006 --name "Willow Bend" --prefix 9521401[/bold]
    """
    party(gln)
    wanted = NewOrganisation(
        gln=gln,
        name=name,
        names={"en": name} | ({"zh": name_zh} if name_zh else {}),
        roles=roles_of(role or []) or ALL_ROLES,
        prefixes=[_prefix(each) for each in prefix or []],
        places=[place(each) for each in at or []],
    )
    made = _create(settings_for(data), wanted)
    value = {"organisation": made.org, "gln": gln, "name": made.name}
    answer(value, lambda console: console.print(f"organisation {made.org}: {made.name}, GLN {gln}"))


def _create(settings: Settings, wanted: NewOrganisation) -> Account:
    deployment = deployments.load(settings.deployment_path)
    records = open_records(settings)
    chain = NodeChain(settings.chain_url())
    try:
        keystore = Keystore.open(settings, records, deployment.chain_id)
        return Bootstrap(records, chain, deployment, keystore).organisation(wanted)
    finally:
        chain.close()
        records.dispose()


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 6 <= len(text) <= 12):  # GS1's own
        raise InvalidInput(f"{text!r} is no company prefix: 6 to 12 digits", field="prefix")
    return text


@app.command(name="list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the organisations on the chain.

    Example: [bold]lotmark org list --json[/bold]
    """
    with opened(settings_for(data)) as books:
        found = find(books.mirror, limit=10_000)
        value = [plain(each) | {"name": _name(books, each)} for each in found]
        answer({"organisations": value}, lambda console: _show(console, books, found))


def _name(books: Books, each: OrganisationView) -> str:
    return str(books.names.party(each.org).name)


def _show(console: Console, books: Books, found: tuple[OrganisationView, ...]) -> None:
    shown = table(">number", "GLN", "name", "prefixes", "roles", "")
    for each in found:
        prefixes = " ".join(str(p.value).zfill(p.length) for p in each.prefixes)
        roles = " ".join(str(role.name).lower() for role in Role if role & each.roles)
        status = "suspended" if each.suspended else ""
        cells = (each.org, text_of(each.party), _name(books, each), prefixes, roles, status)
        rows(shown, [cells])
    console.print(shown)


@app.command(name="api-key")
def api_key(
    gln: GlnArgument,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write or govern; may be repeated; else the first two."),
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it lives.")] = 365,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an API key for an organisation. It is shown once.

    Example: [bold]lotmark org api-key 9521401000006 --label "packing line"[/bold]
    """
    digits = party(gln).digits
    records = open_records(settings_for(data))
    try:
        with writing(records) as connection:
            account = accounts.account_of(connection, digits)
            if account is None:
                raise Refused(f"the GLN {gln} has no account here: `lotmark org create`", gln=gln)
            secret, key = api_keys.create(
                connection, account.org, scope or ["read", "write"], label=label,
                lifetime=days * 86_400,
            )  # fmt: skip
    finally:
        records.dispose()
    value = {"api_key": secret, **plain(key), "scopes": sorted(key.scopes)}
    answer(value, lambda console: console.print(secret))
