"""`lotmark loyalty claim`, `redeem` and `tiers`."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import typer
from rich.console import Console

from api.acceptance import act
from api.members import balances as having
from api.members import claiming, redeeming
from api.refusals import told
from indexer.queries import loyalty as queries
from ledger.cards import read_card
from ledger.codes import read_code
from ledger.commands import to_json
from ledger.errors import ActRefused, InvalidInput, NotFound
from ledger.hashing import canonical, sha256
from ledger.programme_rules import Standing, rules_in
from ledger.redemption_codes import redemption_code_text
from ledger.vocabulary import DocumentHash, Kind
from lotmark.acting import organisation
from lotmark.answers import answer
from lotmark.codes import item_of
from lotmark.commands.loyalty_acts import KeyOption, OrgOption, PointsOption, ProgrammeOption, tell
from lotmark.commands.loyalty_members import CardArgument, ChannelOption, channel_of, standing_told
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import moment, rows, table
from lotmark.viewing import PlainView, viewed
from records import members

redeem_app = typer.Typer(no_args_is_help=True, help="Codes that spend points at the till.")


def join(app: typer.Typer) -> None:
    """Adds these commands to the group."""
    app.add_typer(redeem_app, name="redeem")
    app.command(name="claim")(claim)
    app.command(name="tiers")(tiers)


def claim(
    card: CardArgument,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The pack: its Digital Link.")],
    code: Annotated[str, typer.Option(help="The hidden code; asked for without.", prompt=True)],
    channel: ChannelOption = "store",
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Earn a pack's points for a member by its hidden code, once, after it was sold.

    Example: [bold]lotmark loyalty claim 9209779141386343
    https://id.gs1.org/01/09521234543213/21/7K3M9QX2HB4C5D6E7F8G[/bold]
    """
    settings, named = settings_for(data), item_of(unit)
    if named.kind is not Kind.UNIT:
        raise InvalidInput("unit: this names no unit", field="unit")
    asked = claiming.ClaimAsked(read_card(card), named.id, read_code(code), channel_of(channel))
    body = sha256(canonical([asked.card, unit, code]))
    with viewed(settings) as view:
        org = claiming.operator_of(view.services, view.records)
        try:
            made = claiming.claim(
                view.services, org, asked, key or f"claim {secrets.token_hex(16)}", body
            )
        except ActRefused as error:
            raise told(error, view.names) from error
    tell(settings, made.operation.id, programme=made.programme, points=made.points)


@redeem_app.command(name="code")
def ask_for_code(
    card: CardArgument,
    programme: ProgrammeOption,
    points: PointsOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Get the code that a member would see on its page: good once, for ten minutes.

    Example: [bold]lotmark loyalty redeem code 9209779141386343 --programme 1 --points 50[/bold]
    """
    with viewed(settings_for(data)) as view:
        try:
            code, kept = redeeming.ask(view.services, read_card(card), programme, points)
        except ActRefused as error:
            raise told(error, view.names) from error
    shown = redemption_code_text(code)
    value = {"code": shown, "points": points, "expires": kept.expires,
             "redemption": "0x" + kept.number.hex()}  # fmt: skip
    answer(value, lambda console: console.print(f"{shown}, good until {moment(kept.expires)}"))


@redeem_app.command(name="confirm")
def confirm_code(
    code: Annotated[str, typer.Argument(metavar="CODE", help="What the member shows.")],
    org: OrgOption,
    channel: ChannelOption = "store",
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Spend what a member's code stands for, at a retailer.

    Example: [bold]lotmark loyalty redeem confirm 7K3M-9QX2 --org 9521401000006[/bold]
    """
    settings = settings_for(data)
    with viewed(settings) as view:
        who = organisation(view.services, org)
        asked = key or f"redeem {secrets.token_hex(16)}"
        body = sha256(canonical([code, int(who)]))
        try:
            made = redeeming.confirm(
                view.services, who, None, code, asked, body, channel=channel_of(channel)
            )
        except ActRefused as error:
            raise told(error, view.names) from error
    number = "0x" + made.code.number.hex()
    tell(settings, made.operation.id, points=made.code.points, redemption=number)


@redeem_app.command(name="cancel")
def cancel_redemption(
    redemption: Annotated[str, typer.Argument(metavar="HASH", help="The redemption's number.")],
    org: OrgOption,
    key: KeyOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo a redemption of one's own: its points have their first expiry again.

    Example: [bold]lotmark loyalty redeem cancel 0x5a… --org 9521401000006[/bold]
    """
    settings = settings_for(data)
    try:
        number = DocumentHash(bytes.fromhex(redemption.removeprefix("0x")))
    except ValueError as error:
        raise InvalidInput("a redemption is 0x and 64 hexadecimal digits") from error
    with viewed(settings) as view:
        who = organisation(view.services, org)
        command = redeeming.cancellation(view.mirror, who, number)
        body = sha256(canonical([to_json(command)]))
        try:
            made = act(
                view.services, who, [command], key or f"cancel {secrets.token_hex(16)}", body
            )
        except ActRefused as error:
            raise told(error, view.names) from error
    tell(settings, made.id)


def tiers(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The programme.")],
    card: Annotated[str | None, typer.Option(help="Where this member stands.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the levels of a programme, and where a member stands.

    Example: [bold]lotmark loyalty tiers 1 --card 9209779141386343[/bold]
    """
    with viewed(settings_for(data)) as view:
        known = queries.programme(view.mirror, number)
        if known is None:
            raise NotFound(f"there is no programme {number}")
        rules = rules_in(view.names.description(known.rules))
        levels = rules.tiers.levels if rules and rules.tiers else ()
        standing = _standing(view, number, card) if card else None
    value: dict[str, Any] = {
        "programme": number,
        "days": rules.tiers.days if rules and rules.tiers else None,
        "levels": [
            {"name": dict(n.name), "from": n.from_points, "multiplier": str(n.multiplier)}
            for n in levels
        ],
    }
    if standing is not None:
        value["standing"] = standing_told(standing)
    answer(value, lambda console: _show_tiers(console, value))


def _standing(view: PlainView, number: int, card: str) -> Standing | None:
    member = members.require(view.records, read_card(card))
    now = view.services.now()
    return having.balance(view.mirror, view.names, number, member.address, now).standing


def _show_tiers(console: Console, value: dict[str, Any]) -> None:
    shown = table("level", ">from", ">times")
    rows(shown, [(next(iter(n["name"].values())), n["from"], n["multiplier"])
                 for n in value["levels"]])  # fmt: skip
    console.print(shown)
    if value.get("standing"):
        now = value["standing"]
        name = next(iter(now["tier"].values())) if now["tier"] else "none"
        console.print(f"{name}: {now['earned']} earned, {now['missing']} to the next", markup=False)
