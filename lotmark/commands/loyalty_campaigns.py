"""`lotmark loyalty campaign`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer
from rich.console import Console

from api.acts import seconds
from api.campaigns import bonus_text, effect_of, plan_of, segment_text
from api.routes.campaigns import rules_of
from api.schemas import campaigns as answers
from indexer.queries import loyalty
from insights.campaigns import Bonus, Segment
from ledger.errors import InvalidInput, Refused
from lotmark.acting import organisation
from lotmark.answers import answer
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed
from records import campaigns
from records.engine import writing

app = typer.Typer(no_args_is_help=True, help="Open campaigns, and show what they cost and did.")
CampaignArgument = Annotated[
    int, typer.Argument(metavar="CAMPAIGN", min=1, help="The campaign's number.")
]
_OF_PERCENT = campaigns.WHOLE // 100


@app.command(name="open")
def open_campaign(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    org: Annotated[str, typer.Option("--org", metavar="GLN", help="Whose it is: GLN or number.")],
    programme: Annotated[int, typer.Option(min=1, help="A programme of its own.")],
    budget: Annotated[int, typer.Option(min=1, help="Points it may give at most.")],
    ends: Annotated[str, typer.Option(help="A date, or a time with its offset.")],
    starts: Annotated[str | None, typer.Option(help="The same; now, without.")] = None,
    points: Annotated[int, typer.Option(min=0, help="Points for each purchase.")] = 0,
    multiplier: Annotated[str, typer.Option(help="Times what a purchase earns.")] = "1",
    tier: Annotated[str | None, typer.Option(help="Members of this tier.")] = None,
    spent: Annotated[int | None, typer.Option(help="Who spent so much in the year before.")] = None,
    channel: Annotated[str | None, typer.Option(help="store or online.")] = None,
    product: Annotated[str | None, typer.Option(help="GTIN-14 that must be bought.")] = None,
    purchase: Annotated[int | None, typer.Option(help="Purchases of at least so much.")] = None,
    control: Annotated[
        int, typer.Option(min=0, max=90, help="Percent of the members who get nothing.")
    ] = 10,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a campaign. Sums are whole numbers of the currency's smallest part.

    Example: [bold]lotmark loyalty campaign open "Double points" --org 9521401000006 --programme 1
    --multiplier 2 --budget 50000 --ends 2030-12-31[/bold]
    """
    segment = Segment(tier, spent, channel, product, purchase)
    bonus = Bonus(points, _multiplier(multiplier))
    if bool(points) == (bonus.multiplier > 1):
        raise InvalidInput("one of --points and --multiplier above 1 is needed", field="points")
    with viewed(settings_for(data)) as view:
        who, now = organisation(view.services, org), view.services.now()
        known = loyalty.programme(view.mirror, programme)
        if known is None or known.org != who:
            raise Refused(f"{org} has no programme {programme}", programme=programme)
        begins = seconds(starts, "starts") if starts else now
        end = seconds(ends, "ends")
        if end <= max(begins, now):
            raise InvalidInput("it must end after it begins, and after now", field="ends")
        with writing(view.services.records) as records:
            made = campaigns.add(
                records,
                who,
                programme=programme,
                name=name,
                segment=segment_text(segment),
                bonus=bonus_text(bonus),
                control=control * _OF_PERCENT,
                budget=budget,
                starts=begins,
                ends=end,
                now=now,
            )
        told = answers.campaign(plan_of(view.services, made)).model_dump(mode="json")
    answer(told, lambda console: _show(console, [told]))


@app.command(name="list")
def list_campaigns(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List campaigns.

    Example: [bold]lotmark loyalty campaign list[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = campaigns.campaigns(view.records, limit=10_000)
        told = [answers.campaign(plan_of(view.services, n)).model_dump(mode="json") for n in found]
    answer({"campaigns": told}, lambda console: _show(console, told))


@app.command()
def report(
    campaign: CampaignArgument, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Show what a campaign cost, and how much more its members spent than the control group.

    Example: [bold]lotmark loyalty campaign report 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        plan = plan_of(view.services, campaigns.get(view.records, campaign))
        rules = rules_of(view, plan.campaign.programme)
        effect = effect_of(plan, view.records, view.mirror, rules, view.services.now())
        told = answers.report(plan, effect).model_dump(mode="json")
    answer(told, lambda console: _show_report(console, told))


@app.command()
def stop(campaign: CampaignArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """End a campaign before its time; what it gave stays good.

    Example: [bold]lotmark loyalty campaign stop 1[/bold]
    """
    with viewed(settings_for(data)) as view:
        with writing(view.services.records) as records:
            stopped = campaigns.stop(records, campaign, view.services.now())
        told = answers.campaign(plan_of(view.services, stopped)).model_dump(mode="json")
    answer(told, lambda console: _show(console, [told]))


def _multiplier(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(0)
    if not 1 <= found < 100:
        raise InvalidInput("--multiplier is 1 or more, below 100", field="multiplier", value=text)
    return found


def _show(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table(">number", "name", ">programme", ">budget", ">spent", "from", "to", "")
    for each in told:
        period = (each["starts"][:10], each["ends"][:10])
        counted = (each["programme"], each["budget"], each["spent"])
        stopped = "stopped" if each["stopped"] else ""
        rows(shown, [(each["campaign"], each["name"], *counted, *period, stopped)])
    console.print(shown)


def _show_report(console: Console, told: dict[str, Any]) -> None:
    _show(console, [told["campaign"]])
    effect = told["effect"]
    console.print(
        f"{effect['verdict'].replace('_', ' ')}: {effect['difference']:.1f} more a member "
        f"(95 %: {effect['low']:.1f} to {effect['high']:.1f}), {effect['treated']} members against "
        f"{effect['control']} in the control group",
        markup=False,
    )
