"""`lotmark loyalty liability`, `settlement`, `expiries` and `referrals`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from api.liability import LiabilityReport, agrees_with_chain, agrees_with_mirror, report_of
from api.schemas import liability as answers
from ledger.chain.node import NodeChain
from ledger.settings import Settings
from lotmark.answers import answer
from lotmark.installation import services_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import PlainView, viewed
from records import referrals as kept

NumberArgument = Annotated[int, typer.Argument(metavar="N", min=1, help="The programme's number.")]
AsOfOption = Annotated[
    int | None, typer.Option("--as-of", metavar="BLOCK", min=0, help="A block; else the newest.")
]
_COLUMNS = ("issued", "pending", "available", "redeemed", "expired", "clawed_back")


def join(app: typer.Typer) -> None:
    """Adds these commands to `lotmark loyalty`."""
    for name, command in (
        ("liability", liability),
        ("settlement", settlement),
        ("expiries", expiries),
        ("referrals", referrals),
    ):
        app.command(name=name)(command)


def liability(
    number: NumberArgument,
    as_of: AsOfOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Ask the node whether these are all its events.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a programme owes: cohorts, expiries, IFRS 15, channels.

    Example: [bold]lotmark loyalty liability 1 --as-of 120[/bold]
    """
    settings = settings_for(data)
    with viewed(settings) as view:
        found = report_of(view.mirror, view.records, number, as_of)
        told = answers.liability(found, view).model_dump(mode="json")
        if check:
            told["checks"] = _checks(settings, view, found, newest=as_of is None)
    answer(told, lambda console: _show(console, told))


def settlement(
    number: NumberArgument,
    as_of: AsOfOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who of a programme's partners owes whom.

    Example: [bold]lotmark loyalty settlement 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = report_of(view.mirror, view.records, number, as_of)
        told = answers.settlement(found, view).model_dump(mode="json")
    answer(told, lambda console: _show_settlement(console, told))


def expiries(
    number: NumberArgument,
    as_of: AsOfOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show when a programme's points expire.

    Example: [bold]lotmark loyalty expiries 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = report_of(view.mirror, view.records, number, as_of)
        told = [each.model_dump(mode="json") for each in answers.expiries(found)]
    answer({"expiries": told}, lambda console: _show_expiries(console, told))


def referrals(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Count referrals: those that wait, were rewarded, and were refused by reason.

    Example: [bold]lotmark loyalty referrals[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = kept.counts(view.records)
    told = {"waiting": found.waiting, "rewarded": found.rewarded, "refused": dict(found.refused)}
    answer(told, lambda console: _show_referrals(console, told))


def _show_referrals(console: Console, told: Mapping[str, Any]) -> None:
    shown = table("referrals", ">number")
    rows(shown, [("waiting", told["waiting"]), ("rewarded", told["rewarded"])])
    rows(shown, [(f"refused: {reason}", count) for reason, count in told["refused"].items()])
    console.print(shown)


def _checks(
    settings: Settings, view: PlainView, found: LiabilityReport, *, newest: bool
) -> dict[str, bool]:
    """Whether the mirror's accounts, and the contract's own journal, say the same."""
    with services_of(settings, NodeChain(settings.chain_url())) as services:
        told = {"chain": agrees_with_chain(services, view.mirror, found.block)}
    return told | ({"mirror": agrees_with_mirror(view.mirror, found)} if newest else {})


def _show(console: Console, told: Mapping[str, Any]) -> None:
    console.print(
        f"as of block {told['as_of_block']}: {told['outstanding']} points outstanding, "
        f"{told['owed']} owed by members, difference {told['difference']}",
        markup=False,
    )
    cohorts = table("from", *(f">{name.replace('_', ' ')}" for name in _COLUMNS))
    for each in told["cohorts"]:
        rows(cohorts, [(each["begins"][:10], *(each[name] for name in _COLUMNS))])
    console.print(cohorts)
    _show_expiries(console, told["expiries"])
    if told["contract"]:
        money = told["contract"]
        named = ("price", "goods", "points", "revenue", "liability")
        said = ", ".join(f"{name} {money[name]}" for name in named)
        console.print(f"IFRS 15, {money['currency']} minor units: {said}", markup=False)
    channels = table("channel", ">issued", ">redeemed")
    rows(channels, [(n["channel"], n["issued"], n["redeemed"]) for n in told["channels"]])
    console.print(channels)
    for name, agrees in told.get("checks", {}).items():
        console.print(f"{name}: {'agrees' if agrees else 'DIFFERS'}", markup=False)


def _show_expiries(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("good until", ">available", ">pending")
    rows(shown, [(each["lapses"][:10], each["available"], each["pending"]) for each in told])
    console.print(shown)


def _show_settlement(console: Console, told: Mapping[str, Any]) -> None:
    shown = table("pays", "to", f">{told['currency'] or 'minor units'}")
    for each in told["debts"]:
        rows(shown, [(each["debtor"]["name"], each["creditor"]["name"], each["amount"])])
    console.print(shown)
