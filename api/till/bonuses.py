"""Bonuses of campaigns at the till: each an award of its own, beside what the purchase earns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.campaigns import campaign_bonus
from api.till.counter import Counter, in_operations
from api.till.points import points_of_part
from insights.campaigns import Purchase
from ledger import commands as c
from ledger.errors import ActRefused
from ledger.vocabulary import key_of, product_of
from records import campaigns, till
from records.campaigns import CampaignAward
from records.till.model import Purpose, Receipt

Traces = list[tuple[str, Purpose, str]]


def award_bonuses(
    counter: Counter, receipts: Sequence[Receipt], sold: Mapping[str, Sequence[str]]
) -> Traces:
    """Awards what campaigns give for sales that are kept already; ``sold`` are the operations that
    sell what is on each. Budget and award are committed together, or neither is.
    """
    awards: dict[str, tuple[c.AwardPoints, str]] = {}
    for receipt in receipts:
        for award in _given(counter, receipt):
            awards[award.receipt.hex()] = (award, receipt.id)
    traces: Traces = []
    for part in in_operations(award for award, _ in awards.values()):
        whose = [awards[n.receipt.hex()][1] for n in part if isinstance(n, c.AwardPoints)]
        needs = dict.fromkeys(each for receipt in whose for each in sold[receipt])
        made = counter.acceptance.submit("bonus", part, list(needs))
        traces += [(receipt, "award", made.id) for receipt in dict.fromkeys(whose)]
    return traces


def _given(counter: Counter, receipt: Receipt) -> Iterator[c.AwardPoints]:
    acceptance = counter.acceptance
    if receipt.card is None or receipt.programme is None:
        return
    member = counter.programmes.member(receipt.card, "card").address
    bought = Purchase(
        receipt.total,
        receipt.channel,
        frozenset(key_of(product_of(line.item)).digits for line in receipt.lines),
        receipt.points,
    )
    rules = counter.programmes.rules(receipt.programme)
    found = campaign_bonus(
        acceptance.services, acceptance.records, acceptance.mirror, rules,
        (receipt.card, member), receipt.programme, bought,
    )  # fmt: skip
    now = acceptance.services.now()
    for campaign, points in found:
        award = campaigns.spend(acceptance.records, campaign, receipt.id, points, now)
        if award is None:
            continue  # the budget is spent
        command = c.AwardPoints(campaign.programme, member, award.number, points)
        try:
            acceptance.judge([command])
        except ActRefused:  # no sale is lost for want of points
            campaigns.refund(acceptance.records, award)
        else:
            yield command


def take_bonuses_back(counter: Counter, sale: Receipt) -> Iterator[c.ClawBackAward]:
    """Takes back of a sale's bonuses what belongs to all that came back of it so far."""
    records = counter.acceptance.records
    awards = campaigns.awards_of(records, sale.id)
    if not awards:
        return
    lines = till.get(records, sale.id).lines
    back = sum(points_of_part(n.price, n.amount, 0, n.returned) for n in lines)
    for award in awards:
        due = _due(award, back, sale.total)
        if due and campaigns.take_back(records, award, due):
            yield c.ClawBackAward(award.programme, award.number, due)


def _due(award: CampaignAward, back: int, total: int) -> int:
    whole = award.points * back // total if total else award.points
    return max(whole - (award.points - award.left), 0)
