"""`lotmark org roles`, `keys`, `admin`, `suspend` and `resume`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from indexer.queries.organisations import KeyView, by_party
from ledger.errors import NotFound
from ledger.vocabulary import ALL_ROLES, Role, party
from lotmark.answers import answer, plain
from lotmark.governing import AddressArgument, address_of, offices, roles_of, tell
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import opened
from lotmark.tables import moment, rows, table
from records.governance import Rotation
from records.keystores import active_address

GlnArgument = Annotated[str, typer.Argument(metavar="GLN", help="Number of the party, 13 digits.")]
RoleOption = Annotated[
    list[str] | None,
    typer.Option(help="maker, carrier, retailer, certifier, auditor or relayer; may be repeated."),
]
roles = typer.Typer(no_args_is_help=True, help="Change what organisations may do. The governor.")
keys = typer.Typer(no_args_is_help=True, help="Add, list, revoke and rotate keys. The admin.")
admin = typer.Typer(no_args_is_help=True, help="Hand over the office of an admin, in two steps.")


@roles.command(name="propose")
def propose_roles(
    gln: GlnArgument, role: RoleOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Propose other roles for an organisation; they are known before they are applied.

    Example: [bold]lotmark org roles propose 9521401000006 --role maker --role certifier[/bold]
    """
    with offices(settings_for(data)) as held:
        wanted = roles_of(role or []) or ALL_ROLES
        tell(held.propose_roles(held.organisation(gln), wanted), "proposed")


@roles.command(name="apply")
def apply_roles(gln: GlnArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Apply the roles that were proposed, when their time has come.

    Example: [bold]lotmark org roles apply 9521401000006[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.apply_roles(held.organisation(gln)), "applied")


def suspend(gln: GlnArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Suspend an organisation: it may not act until it is resumed. The governor.

    Example: [bold]lotmark org suspend 9521401000006[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.suspend(held.organisation(gln)), "suspended")


def resume(gln: GlnArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Let a suspended organisation act again. The governor.

    Example: [bold]lotmark org resume 9521401000006[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.resume(held.organisation(gln)), "resumed")


@keys.command(name="list")
def list_keys(gln: GlnArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the keys of an organisation, and which of them signs here.

    Example: [bold]lotmark org keys list 9521401000006[/bold]
    """
    with opened(settings_for(data)) as books:
        found = by_party(books.mirror, party(gln).id)
        if found is None:
            raise NotFound(f"no organisation stands for the GLN {gln}", gln=gln)
        mine = active_address(books.records, found.org)
    told = [plain(key) | {"signs_here": key.address == mine} for key in found.keys]
    answer({"keys": told}, lambda console: _show(console, found.keys, mine))


def _show(console: Console, found: tuple[KeyView, ...], mine: bytes | None) -> None:
    shown = table("key", "roles", "valid from", "until", "")
    for each in found:
        words = " ".join(str(r.name).lower() for r in Role if r & each.roles)
        until = "revoked" if each.revoked else moment(each.valid_to)
        here = "signs here" if each.address == mine else ""
        rows(shown, [(plain(each.address), words, moment(each.valid_from), until, here)])
    console.print(shown)


@keys.command(name="add")
def add_key(
    gln: GlnArgument,
    address: AddressArgument,
    role: RoleOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a key act for an organisation, in these roles or all.

    Example: [bold]lotmark org keys add 9521401000006 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        wanted = roles_of(role or []) or ALL_ROLES
        tell(held.add_key(held.organisation(gln), address_of(address), wanted), "added")


@keys.command(name="revoke")
def revoke_key(
    gln: GlnArgument, address: AddressArgument, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """End a key at once. What it did stays its organisation's.

    Example: [bold]lotmark org keys revoke 9521401000006 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.revoke_key(held.organisation(gln), address_of(address)), "revoked")


@keys.command(name="rotate")
def rotate_key(
    gln: GlnArgument, role: RoleOption = None, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Give an organisation a new signing key, with the old one's roles unless others are named,
    and revoke the old one once it has brought all that it signed.

    Example: [bold]lotmark org keys rotate 9521401000006[/bold]
    """
    with offices(settings_for(data)) as held:
        rotated = held.rotate(held.organisation(gln), roles_of(role) if role else None)
    value = {"key": rotated.new, "revoked": rotated.revoked, "waiting": rotated.waiting}
    answer(value, lambda console: _rotated(console, rotated))


def _rotated(console: Console, rotated: Rotation) -> None:
    console.print(f"signs now: {plain(rotated.new)}", markup=False)
    for each in rotated.revoked:
        console.print(f"revoked: {plain(each)}", markup=False)
    for each in rotated.waiting:
        console.print(f"still sends, so rotate again: {plain(each)}", markup=False)


@admin.command(name="propose")
def propose_admin(
    gln: GlnArgument, address: AddressArgument, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Propose another admin; nothing changes until it accepts.

    Example: [bold]lotmark org admin propose 9521401000006 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.propose_admin(held.organisation(gln), address_of(address)), "proposed")


@admin.command(name="accept")
def accept_admin(
    gln: GlnArgument, address: AddressArgument, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Accept the office, with the key of who was proposed, kept here.

    Example: [bold]lotmark org admin accept 9521401000006 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.accept_admin(held.organisation(gln), address_of(address)), "accepted")


def join(app: typer.Typer) -> None:
    """Puts these commands under `lotmark org`."""
    app.add_typer(roles, name="roles")
    app.add_typer(keys, name="keys")
    app.add_typer(admin, name="admin")
    app.command()(suspend)
    app.command()(resume)
