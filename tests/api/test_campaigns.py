"""Campaigns and referrals at work: what a till awards beside, takes back, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from api.campaigns import plan_of
from api.members.history import history_of, totals_of
from api.referrals import reward_referrals
from indexer import tables
from indexer.queries.loyalty.journal import rules_at
from insights.campaigns import in_control
from ledger.commands import RecallItems
from ledger.events import ProgrammeChanged
from ledger.vocabulary import Address, DocumentHash, Seconds, lot
from records import campaigns, referrals
from records.engine import reading
from records.members.channels import channels_of
from records.points_channels import paid
from records.secret_files import secret
from tests.api.club import CLUB_RULES, DAY, PROGRAMME, WINDOW, Club, open_club
from tests.api.routes.test_relay import signed
from tests.api.town import NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
BONUS, REFERRER, REFERRED = 25, 200, 100
LOOSE = f"https://id.gs1.org/01/{SALAD}/10/SAL-B"
RULES = {
    **CLUB_RULES,
    "expected_redemption": "0.9",
    "referral": {"referrer": REFERRER, "referred": REFERRED, "minimum": 100, "monthly_cap": 2},
}


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with open_club(tmp_path_factory.mktemp("campaigns")) as club:
        terms = {"rules": RULES, "daily_cap": 10**8, "return_window": WINDOW}
        club.town.act(SHOP, f"/programmes/{PROGRAMME}/changes", terms)
        yield club


def opened(club: Club, **changed: Any) -> dict[str, Any]:
    body = {
        "programme": PROGRAMME, "name": "Bowls", "bonus": {"points": BONUS}, "budget": 1000,
        "ends": "2090-12-31", "control_percent": 50,
    } | changed  # fmt: skip
    answer = club.town.post(SHOP, "/campaigns", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def stopped(club: Club, campaign: int) -> None:
    answer = club.town.post(SHOP, f"/campaigns/{campaign}/stops", {})
    assert answer.status_code == 200, answer.text


def read(club: Club, campaign: int) -> dict[str, Any]:
    found: dict[str, Any] = club.town.get(f"/api/v1/campaigns/{campaign}", SHOP).json()
    return found


def member_of_group(club: Club, campaign: int, *, control: bool) -> dict[str, Any]:
    """A member in the group that is asked for: cards are drawn until one is."""
    key = secret(club.town.services.settings.keys_dir, "campaigns")
    while True:
        joined = club.join()
        if in_control(key, campaign, joined["card"], Decimal("0.5")) is control:
            return joined


def points(club: Club, joined: dict[str, Any]) -> int:
    club.town.settle()
    path = f"/api/v1/programmes/{PROGRAMME}/members/{joined['address']}"
    found = club.town.get(path).json()
    return int(found["pending"] + found["available"])


def buy(club: Club, joined: dict[str, Any], price: int = 500, **more: Any) -> dict[str, Any]:
    line = {"code": LOOSE, "quantity": 1, "price": price}
    return club.shop.sell(line, card=joined["card"], **more)


def test_who_is_in_the_control_group_gets_what_the_purchase_earns_and_no_more(club: Club) -> None:
    made = opened(club)
    treated = member_of_group(club, made["campaign"], control=False)
    control = member_of_group(club, made["campaign"], control=True)
    for joined in (treated, control):
        buy(club, joined)
    assert (points(club, treated), points(club, control)) == (50 + BONUS, 50)
    told = read(club, made["campaign"])
    assert (told["spent"], told["left"]) == (BONUS, 1000 - BONUS)
    stopped(club, made["campaign"])
    buy(club, treated)
    assert points(club, treated) == 100 + BONUS
    assert club.difference() == 0


def test_a_bonus_goes_back_with_the_goods_in_proportion_and_not_into_the_budget(club: Club) -> None:
    made = opened(club, control_percent=0, bonus={"points": 10})
    joined = club.join()
    lines = [{"code": LOOSE, "quantity": 1, "price": price} for price in (300, 100)]
    sold = club.shop.sell(*lines, card=joined["card"])
    assert points(club, joined) == 40 + 10
    services = club.town.services
    with reading(services.records) as records, reading(services.mirror) as mirror:
        address = Address(bytes.fromhex(joined["address"][2:]))
        lines_told = history_of(mirror, address, channels_of(records, joined["card"]))
    assert {name: each.earned for name, each in totals_of(lines_told).items()} == {
        "store": 50, "online": 0, "other": 0,
    }  # fmt: skip
    for line, left in ((2, 30 + 8), (1, 0)):  # a quarter of the sum, rounded down, then all of it
        body = {"receipt": sold["number"], "lines": [{"line": line}]}
        club.shop.ask("/till/returns", body)
        assert points(club, joined) == left
    assert read(club, made["campaign"])["spent"] == 10
    stopped(club, made["campaign"])
    assert club.difference() == 0


def test_a_campaign_ends_with_its_budget_and_no_sale_is_lost(club: Club) -> None:
    made = opened(club, control_percent=0, budget=BONUS + 1)
    joined = club.join()
    for _ in range(3):
        buy(club, joined)
    assert points(club, joined) == 3 * 50 + BONUS
    assert read(club, made["campaign"])["left"] == 1
    stopped(club, made["campaign"])


def test_a_segment_asks_for_channel_sum_product_and_spending_before(club: Club) -> None:
    regular, newcomer = club.join(), club.join()
    buy(club, regular, 2000)
    club.pass_time(10)
    segment = {"spent": 1500, "channel": "online", "purchase": 400, "product": SALAD}
    made = opened(club, control_percent=0, segment=segment, bonus={"multiplier": "3"})
    assert (made["segment"], made["bonus"]) == (segment, {"multiplier": "3"})
    buy(club, regular)  # in the store
    buy(club, regular, 300, channel="online")  # too little
    buy(club, newcomer, channel="online")  # had spent nothing before
    assert points(club, newcomer) == 50
    assert read(club, made["campaign"])["spent"] == 0
    before = points(club, regular)
    sold = buy(club, regular, channel="online")
    assert points(club, regular) == before + 3 * sold["points"]
    stopped(club, made["campaign"])


def test_only_its_owner_opens_and_sees_a_campaign(club: Club) -> None:
    body = {"programme": PROGRAMME, "name": "x", "bonus": {"points": 1}, "budget": 1,
            "ends": "2090-12-31"}  # fmt: skip
    assert club.town.post(PACKER, "/campaigns", body).json()["code"] == "NotTheProgrammeOwner"
    made = opened(club)
    assert club.town.get(f"/api/v1/campaigns/{made['campaign']}", PACKER).status_code == 404
    assert club.town.get("/api/v1/campaigns", PACKER).json()["entries"] == []
    stopped(club, made["campaign"])
    for changed, field in (
        ({"ends": "2001-01-01"}, "ends"),
        ({"bonus": {"multiplier": "1"}}, "bonus.multiplier"),
        ({"bonus": {}}, "bonus"),
        ({"budget": 0}, "budget"),
        ({"segment": {"shoe": 1}}, "segment.shoe"),
    ):
        answer = club.town.post(SHOP, "/campaigns", {**body, **changed})
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_report_says_nothing_of_a_few_people(club: Club) -> None:
    made = opened(club)
    told = club.town.get(f"/api/v1/campaigns/{made['campaign']}/report", SHOP).json()
    assert told["effect"]["verdict"] in ("too_few", "no_effect")
    with reading(club.town.services.records) as records:
        plan = plan_of(club.town.services, campaigns.get(records, made["campaign"]))
    cards = [club.join()["card"] for _ in range(3)]
    assert [plan.controls(card) for card in cards] == [plan.controls(card) for card in cards]
    stopped(club, made["campaign"])


# --- referrals ---


def refused(club: Club, newcomer: dict[str, Any], referrer: str) -> str | None:
    body = {"newcomer": newcomer["card"], "referrer": referrer}
    answer = club.town.post(SHOP, "/referrals", body)
    assert answer.status_code == 200, answer.text
    found: str | None = answer.json()["reason"]
    return found


def test_both_are_rewarded_once_a_purchase_has_outlived_its_return_window(club: Club) -> None:
    anna = club.join()
    ben = club.join(referred_by=anna["card"])
    assert reward_referrals(club.town.services) is None
    first = buy(club, ben)
    club.town.settle()
    assert reward_referrals(club.town.services) is None  # it may still come back
    club.shop.ask("/till/returns", {"receipt": first["number"], "lines": [{"line": 1}]})
    club.pass_time(WINDOW + 1)
    assert reward_referrals(club.town.services) is None  # it did
    buy(club, ben)
    club.town.settle()
    club.pass_time(WINDOW + 1)
    assert reward_referrals(club.town.services) == "1 referrals were rewarded"
    assert reward_referrals(club.town.services) is None
    assert (points(club, anna), points(club, ben)) == (REFERRER, 50 + REFERRED)
    assert club.difference() == 0


def test_a_purchase_that_the_contract_refused_in_the_end_brings_no_reward(club: Club) -> None:
    town, anna = club.town, club.join()
    ben = club.join(referred_by=anna["card"])
    item = lot(SALAD, "SAL-B").id
    # Brought by another, so that only the contract knows of it.
    recall = [RecallItems((item,), DocumentHash(bytes(range(32))))]
    brought = {"operations": [signed(town, PACKER, recall, 2**92)]}  # type: ignore[no-untyped-call]
    assert town.post(SHOP, "/relay", brought).status_code == 202
    made = buy(club, ben)
    town.settle()
    assert club.shop.receipt(made)["status"] == "attention"
    club.pass_time(WINDOW + 1)
    assert reward_referrals(town.services) is None
    assert (points(club, anna), points(club, ben)) == (0, 0)
    notice = {"items": [{"gtin": SALAD, "lot": "SAL-B"}], "notice": NOTICE}
    town.act(PACKER, "/releases", notice)


def test_what_was_paid_is_told_as_of_then_and_only_of_purchases(club: Club) -> None:
    town, anna = club.town, club.join()
    made = buy(club, anna)
    then = town.services.now()
    before = paid_until(club, then)
    club.pass_time(DAY)
    club.shop.ask("/till/returns", {"receipt": made["number"], "lines": [{"line": 1}]})
    assert paid_until(club, then) == before
    assert paid_until(club, town.services.now()) == before - 500
    recall = [RecallItems((lot(SALAD, "SAL-B").id,), DocumentHash(bytes(range(32))))]
    brought = {"operations": [signed(town, PACKER, recall, 2**93)]}  # type: ignore[no-untyped-call]
    assert town.post(SHOP, "/relay", brought).status_code == 202
    buy(club, anna)
    town.settle()
    assert paid_until(club, town.services.now()) == before - 500  # the contract refused the sale
    town.act(PACKER, "/releases", {"items": [{"gtin": SALAD, "lot": "SAL-B"}], "notice": NOTICE})


def paid_until(club: Club, time: int) -> int:
    with reading(club.town.services.records) as records:
        return paid(records, PROGRAMME, Seconds(time)).get("EUR", 0)


def test_oneself_rings_and_second_referrals_are_refused_with_their_reason(club: Club) -> None:
    anna = club.join(email="anna@mail.example")
    twin = club.join(email="Anna@mail.example", referred_by=anna["card"])
    with reading(club.town.services.records) as records:
        assert referrals.of_newcomer(records, twin["card"]) is None
    assert refused(club, anna, anna["card"]) == "oneself"
    assert refused(club, twin, anna["card"]) == "same_email"
    ben = club.join(referred_by=anna["card"])
    carl = club.join(referred_by=ben["card"])
    assert refused(club, anna, carl["card"]) == "ring"
    assert refused(club, twin, carl["card"]) == "ring"  # anna's other card
    assert refused(club, ben, carl["card"]) == "already_referred"
    dora = club.join()
    buy(club, dora)
    assert refused(club, dora, anna["card"]) == "not_new"
    counted = club.town.get("/api/v1/referrals", PACKER)
    assert counted.status_code == 403


def test_no_more_than_the_monthly_cap_are_rewarded(club: Club) -> None:
    anna = club.join()
    brought = [club.join(referred_by=anna["card"]) for _ in range(3)]
    for each in brought:
        buy(club, each)
    club.town.settle()
    club.pass_time(WINDOW + 1)
    assert reward_referrals(club.town.services) == "2 referrals were rewarded"
    assert points(club, anna) == 2 * REFERRER
    with reading(club.town.services.records) as records:
        assert referrals.counts(records).refused["monthly_cap"] == 1
    club.pass_time(DAY)
    assert reward_referrals(club.town.services) is None
    report = club.town.get(f"/api/v1/programmes/{PROGRAMME}/liability", SHOP).json()
    assert report["difference"] == 0
    assert report["contract"]["goods"] + report["contract"]["points"] == report["contract"]["price"]
    assert {each["channel"] for each in report["channels"]} == {"store", "online"}


def test_a_report_as_of_a_block_goes_by_the_rules_of_that_block(club: Club) -> None:
    of = tables.EVENTS[ProgrammeChanged].c
    with reading(club.town.services.mirror) as mirror:
        changed = int(mirror.execute(select(of.block)).scalar_one())
        heads = [report_block(club, block) for block in (changed - 1, changed)]
    assert [each["currency"] for each in heads] == ["EUR", "EUR"]
    assert [each["issued"] for each in heads] == [0, 0]
    with reading(club.town.services.mirror) as mirror:
        before, after = (rules_at(mirror, PROGRAMME, n) for n in (changed - 1, changed))
        assert rules_at(mirror, PROGRAMME, 0) is None
    assert None not in (before, after)
    assert before != after


def report_block(club: Club, block: int) -> dict[str, Any]:
    path = f"/api/v1/programmes/{PROGRAMME}/liability?as_of={block}"
    found: dict[str, Any] = club.town.get(path, SHOP).json()
    return found
