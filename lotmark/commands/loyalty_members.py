"""`lotmark loyalty member`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from api.members import balances as having
from api.members import joining, membership
from ledger.cards import card_text, read_card
from ledger.errors import InvalidInput
from ledger.programme_rules import CHANNELS, Channel, Standing
from lotmark.answers import answer, plain
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import moment, rows, table
from lotmark.viewing import viewed
from records import members
from records.engine import reading, writing
from records.members import Member, Personal, consents

CardArgument = Annotated[str, typer.Argument(metavar="CARD", help="A member's card.")]
ChannelOption = Annotated[str, typer.Option(help="store or online.")]
member_app = typer.Typer(no_args_is_help=True, help="Take members in, show, export, erase them.")


def join(app: typer.Typer) -> None:
    """Adds these commands to the group."""
    app.add_typer(member_app, name="member")


@member_app.command(name="add")
def add_member(
    name: Annotated[str | None, typer.Option(help="A name; none is needed.")] = None,
    email: Annotated[str | None, typer.Option(help="An e-mail address; none is needed.")] = None,
    phone: Annotated[str | None, typer.Option(help="A phone number; none is needed.")] = None,
    language: Annotated[str, typer.Option(help="BCP 47.")] = "en",
    channel: ChannelOption = "store",
    referred_by: Annotated[str | None, typer.Option(help="Card of who brought it.")] = None,
    consent: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(consents.PURPOSES)}; may be repeated.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a member in; its card's secret is shown this once.

    Example: [bold]lotmark loyalty member add --consent recall_notices[/bold]
    """
    person = Personal(name, email, phone)
    joining.require_decent(person)
    given = dict.fromkeys(consent or (), True)
    asked = joining.Joining(person, language, channel_of(channel), None, referred_by, given)
    with viewed(settings_for(data)) as view:
        member, secret = joining.join(view.services, asked)
    value = {"card": member.card, "secret": secret, "address": "0x" + member.address.hex()}
    answer(value, lambda console: _new(console, member, secret))


@member_app.command(name="show")
def show_member(card: CardArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show what a member has; not who it is.

    Example: [bold]lotmark loyalty member show 9209779141386343[/bold]
    """
    with viewed(settings_for(data)) as view:
        member = members.require(view.records, read_card(card))
        found = having.balances(view.mirror, view.names, member.address, view.services.now())
        value = {
            "card": member.card,
            "address": "0x" + member.address.hex(),
            "joined": member.joined,
            "consents": sorted(member.consents),
            "balances": [_balance(each) for each in found],
        }
    answer(value, lambda console: _show(console, member, found))


@member_app.command(name="export")
def export_member(
    card: CardArgument,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it here.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give out all that is kept of a member, and what the chain says of its address.

    Example: [bold]lotmark loyalty member export 9209779141386343 --out member.json[/bold]
    """
    with viewed(settings_for(data)) as view:
        kept = membership.export(view.services, read_card(card))
    if out is None:
        answer(kept, lambda console: console.print_json(json.dumps(plain(kept))))
        return
    out.touch(mode=0o600)
    out.write_text(json.dumps(plain(kept), ensure_ascii=False, indent=2))
    answer({"file": str(out)}, lambda console: console.print(f"written to {out}", markup=False))


@member_app.command(name="erase")
def erase_member(
    card: CardArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a member: its keys are destroyed, its points expire in their time.

    Example: [bold]lotmark loyalty member erase 9209779141386343 --yes[/bold]
    """
    number = read_card(card)
    if not yes:
        typer.confirm(f"Erase the member with the card {card_text(number)} for ever?", abort=True)
    with viewed(settings_for(data)) as view:
        membership.erase(view.services, number)
    answer({"erased": number}, lambda console: console.print("erased"))


@member_app.command(name="consent")
def consent_of(
    card: CardArgument,
    give: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(consents.PURPOSES)}; may be repeated.")
    ] = None,
    withdraw: Annotated[list[str] | None, typer.Option(help="The same, taken back.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what a member agrees to, and show all that it ever said.

    Example: [bold]lotmark loyalty member consent 9209779141386343 --give research[/bold]
    """
    said = dict.fromkeys(give or (), True) | dict.fromkeys(withdraw or (), False)
    number = read_card(card)
    with viewed(settings_for(data)) as view:
        with writing(view.services.records) as records:
            members.require(records, number)
            consents.put(records, number, said, view.services.now())
        with reading(view.services.records) as records:
            found = consents.history(records, number)
    answer(
        {"card": number, "consents": [asdict(each) for each in found]},
        lambda console: _show_consents(console, found),
    )


def channel_of(text: str) -> Channel:
    """A channel by its word.

    Raises:
        InvalidInput: there is no such channel.
    """
    found = next((each for each in CHANNELS if each == text), None)
    if found is None:
        raise InvalidInput("channel must be store or online", field="channel")
    return found


def standing_told(standing: Standing) -> dict[str, Any]:
    """Where a member stands, as JSON has it."""
    return {
        "tier": dict(standing.tier.name) if standing.tier else None,
        "earned": standing.earned,
        "next": dict(standing.following.name) if standing.following else None,
        "missing": standing.missing,
    }


def _balance(found: having.MemberBalance) -> dict[str, Any]:
    account = found.account
    return {
        "programme": found.programme,
        "available": account.available,
        "pending": account.pending,
        "owed": account.owed,
        "spendable": found.spendable,
        "standing": standing_told(found.standing) if found.standing else None,
    }


def _new(console: Console, member: Member, secret: str | None) -> None:
    console.print(f"card {card_text(member.card)}", markup=False)
    if secret:
        console.print(f"secret {secret} (shown only now)", markup=False)


def _show(console: Console, member: Member, found: list[having.MemberBalance]) -> None:
    given = ", ".join(sorted(member.consents)) or "nothing"
    console.print(f"card {card_text(member.card)}, agrees to: {given}", markup=False)
    shown = table(">programme", ">available", ">pending", ">owed", "level")
    for each in found:
        tier = each.standing.tier if each.standing else None
        level = next(iter(tier.name.values())) if tier else ""
        a = each.account
        rows(shown, [(each.programme, a.available, a.pending, a.owed, level)])
    if shown.row_count:
        console.print(shown)


def _show_consents(console: Console, found: list[consents.Consent]) -> None:
    shown = table("since", "purpose", "")
    rows(shown, [(moment(n.since), n.purpose, "yes" if n.given else "no") for n in found])
    console.print(shown)
