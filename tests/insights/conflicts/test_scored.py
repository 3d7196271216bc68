"""Each scored rule at its threshold, on both sides."""

from dataclasses import replace

import pytest

from insights.conflicts import CURRENT, Scan, UnitFacts, judge_unit
from insights.conflicts.distances import km_between
from tests.insights.conflicts.histories import (
    FACTS,
    FAR,
    FRANKFURT,
    LISBON,
    LOT,
    OSLO,
    SOLD,
    TALLINN,
    UNIT,
    fired,
    staff,
    tour,
    view,
)

NOTHING_KNOWN = UnitFacts(UNIT, LOT)


def eastward(km):
    """A point on the equator so far from longitude 0."""
    return (0.0, km / km_between((0.0, 0.0), (0.0, 1.0)))


def near(place, number):
    """Some tens of kilometres away."""
    return place[0] + 0.1 * number, place[1]


@pytest.mark.parametrize(("km", "fires"), [(1_499, False), (1_501, True)])
def test_r1_two_devices_farther_apart_than_an_airliner_flies(km, fires):
    hour = 1 / 24
    scans = [view(1, 1, 1, eastward(0)), view(2, 1 + hour, 2, eastward(km))]
    found = judge_unit(scans, NOTHING_KNOWN)
    assert ("speed" in fired(found)) is fires
    if fires:
        assert (found.level, found.public) == ("watch", False)
        assert found.reasons[0].values == {"km": 1501, "hours": 1.0}


def test_r1_one_device_may_seem_to_fly():
    scans = [view(1, 1, 1, LISBON), view(2, 1, 1, TALLINN)]
    assert judge_unit(scans, NOTHING_KNOWN) is None


def test_r1_clocks_that_agree_to_the_second_do_not_divide_by_zero():
    scans = [view(1, 1, 1, LISBON), view(2, 1, 2, TALLINN)]
    assert fired(judge_unit(scans, NOTHING_KNOWN)) == ["speed"]
    close = [view(1, 1, 1, eastward(0)), view(2, 1, 2, eastward(644))]
    assert judge_unit(close, NOTHING_KNOWN) is None


@pytest.mark.parametrize(("devices", "fires"), [(4, False), (5, True)])
def test_r2_as_many_devices_as_the_rule_says(devices, fires):
    found = judge_unit([view(n, n, n) for n in range(devices)], NOTHING_KNOWN)
    assert fired(found) == (["devices"] if fires else [])
    if fires:
        assert (found.level, found.public) == ("watch", False)
        assert found.reasons[0].values == {"devices": 5, "days": 4.0}


@pytest.mark.parametrize(("days", "fires"), [(90, True), (90.1, False)])
def test_r2_within_its_days(days, fires):
    scans = [view(n, n * days / 4, n) for n in range(5)]
    assert fired(judge_unit(scans, NOTHING_KNOWN)) == (["devices"] if fires else [])


def test_r2_a_device_counts_once_however_often_it_looks():
    assert judge_unit([view(n, n, n % 4) for n in range(40)], NOTHING_KNOWN) is None


@pytest.mark.parametrize(("devices", "fires"), [(11, False), (12, True)])
def test_r2_more_devices_look_at_what_is_peeked_at_in_the_shop(devices, fires):
    scans = [view(n, n, n) for n in range(devices)]
    found = judge_unit(scans, replace(NOTHING_KNOWN, peeked=True))
    assert fired(found) == (["devices"] if fires else [])


def test_r2_shoppers_who_peek_before_the_sale_are_explained():
    peeks = [view(n, -20 + n, n, near(FRANKFURT, n)) for n in range(15)]
    assert judge_unit(peeks, FACTS) is None
    assert fired(judge_unit(peeks, NOTHING_KNOWN)) == ["crowd", "devices"]


@pytest.mark.parametrize(("far", "fires"), [(1, False), (2, True)])
def test_r3_devices_far_from_the_shop_after_the_sale(far, fires):
    """Two, with a third that the shop does not explain."""
    scans = [view(n, 10 + n * 10, n, (LISBON, OSLO)[n]) for n in range(far)]
    scans += [view(n, 10 + n * 10, n, near(FRANKFURT, n)) for n in range(far, 3)]
    found = judge_unit(scans, FACTS)
    assert ("after_sale" in fired(found)) is fires


@pytest.mark.parametrize(("km", "fires"), [(599, False), (601, True)])
def test_r3_farther_than_it_says(km, fires):
    facts = replace(FACTS, sold_place=eastward(0))
    scans = [view(1, 1, 1, eastward(km)), view(2, 9, 2, eastward(km)), view(3, 17, 3, eastward(9))]
    assert fired(judge_unit(scans, facts)) == (["after_sale"] if fires else [])


def test_r3_a_couple_that_travels_is_no_sign():
    assert judge_unit([view(1, 1, 1, LISBON), view(2, 4, 2, OSLO)], FACTS) is None


def test_r3_before_the_sale_nothing_is_after_it():
    scans = [view(n, -30 + 9 * n, n, FAR[0]) for n in range(3)]
    assert "after_sale" not in fired(judge_unit(scans, FACTS))
    assert "after_sale" in fired(
        judge_unit([view(n, 9 * n + 1, n, FAR[0]) for n in range(3)], FACTS)
    )


def test_r3_without_the_shop_s_place_where_it_was_seen_first_stands_for_it():
    facts = replace(FACTS, sold_place=None)
    scans = [view(1, -3, 1, FRANKFURT), view(2, 9, 2, LISBON), view(3, 19, 3, near(LISBON, 1))]
    assert fired(judge_unit(scans, facts)) == ["after_sale"]
    till = staff(9, 0)._replace(latitude=LISBON[0], longitude=LISBON[1])
    assert judge_unit([*scans, till], facts) is None, "the till says where the shop is"


@pytest.mark.parametrize(("km", "fires"), [(799, False), (801, True)])
def test_r4_devices_each_far_from_two_others(km, fires):
    scans = [view(n, 9 * n, n, eastward(km * n)) for n in range(3)]
    found = judge_unit(scans, NOTHING_KNOWN)
    assert fired(found) == (["spread"] if fires else [])
    if fires:
        assert (found.level, found.public) == ("watch", False)
        assert found.reasons[0].values == {"devices": 3, "km": 800, "others": 2}


def test_r4_two_places_are_not_spread_however_many_look():
    scans = [view(n, 3 * n, n, (LISBON, OSLO)[n % 2]) for n in range(2)]
    assert judge_unit(scans, NOTHING_KNOWN) is None
    three = [*scans, view(2, 9, 2, near(LISBON, 1))]
    assert "spread" not in fired(judge_unit(three, NOTHING_KNOWN))


@pytest.mark.parametrize(("days", "fires"), [(44, True), (46, False)])
def test_r4_within_its_days(days, fires):
    scans = [view(n, days * n, n, FAR[n]) for n in range(3)]
    assert ("spread" in fired(judge_unit(scans, NOTHING_KNOWN))) is fires


@pytest.mark.parametrize(("devices", "fires"), [(4, False), (5, True)])
def test_r7_more_devices_after_the_sale_than_a_household_has(devices, fires):
    scans = [view(n, 2 + 3 * n, n) for n in range(devices)]
    found = judge_unit(scans, replace(FACTS, sold_place=None))
    assert ("crowd" in fired(found)) is fires


@pytest.mark.parametrize(("peeked", "limit"), [(False, 12), (True, 24)])
def test_r7_or_more_than_ever_peek(peeked, limit):
    facts = replace(NOTHING_KNOWN, peeked=peeked)
    crowd = [view(n, n, n) for n in range(limit)]
    assert "crowd" not in fired(judge_unit(crowd[:-1], facts))
    assert "crowd" in fired(judge_unit(crowd, facts))


def test_numbers_alone_never_warn_in_public():
    found = judge_unit([view(n, 2 + n, n) for n in range(60)], FACTS)
    assert (found.level, fired(found)) == ("conflict", ["crowd", "devices"])
    assert not found.public


def test_a_copied_label_far_and_wide_is_a_public_conflict():
    found = judge_unit(tour(5), FACTS)
    assert (found.level, found.public) == ("conflict", True)
    assert fired(found) == ["after_sale", "crowd", "devices", "spread"]
    assert found.rules == CURRENT.version
    assert found.score == round(sum(reason.score for reason in found.reasons), 2)


def test_three_devices_far_and_wide_are_watched():
    found = judge_unit(tour(3), FACTS)
    assert (found.level, found.public) == ("watch", False)
    assert len(fired(found)) == 2, "two rules that see the same three devices do not agree"


def test_some_far_devices_among_many_are_enough():
    peeks = [view(50 + n, -9 + n, 50 + n, near(FRANKFURT, n)) for n in range(2)]
    assert judge_unit(tour(3), FACTS).level == "watch"
    assert judge_unit([*tour(3), *peeks], FACTS).level == "conflict"
    assert judge_unit([*tour(3), *peeks], replace(FACTS, peeked=True)).level == "watch"


def test_a_large_household_near_the_shop_agrees_with_nobody():
    family = [view(n, 1 + n, n, near(FRANKFURT, n)) for n in range(4)]
    travelled = [
        *family,
        view(8, 9, 8, LISBON),
    ]
    found = judge_unit(travelled, FACTS)
    assert (found.level, fired(found)) == ("watch", ["crowd", "devices"])
    far_more = [*travelled, view(9, 20, 9, OSLO)]
    assert judge_unit(far_more, FACTS).level == "conflict"


def test_copies_sold_in_the_same_town_show_as_a_crowd():
    town = [view(n, 1 + 2 * n, n, near(FRANKFURT, n % 5)) for n in range(12)]
    assert judge_unit(town[:-1], FACTS).level == "watch"
    found = judge_unit(town, FACTS)
    assert (found.level, found.public) == ("conflict", False)


def test_a_page_shared_in_a_chat_does_not_warn_in_public():
    minute = 1 / 1_440
    chat = [view(n, 4 + n * minute, n, FAR[n % 5]) for n in range(30)]
    found = judge_unit(chat, FACTS)
    assert (found.level, found.public) == ("conflict", False)
    spread_out = [scan._replace(time=scan.time + scan.seq * 86_400) for scan in chat]
    assert judge_unit(spread_out, FACTS).public


@pytest.mark.parametrize("facts", [FACTS, replace(FACTS, sold_place=None), NOTHING_KNOWN])
@pytest.mark.parametrize("number", [5, 30])
def test_one_who_pretends_to_be_many_does_not_warn_in_public(facts, number):
    owners = [view(n, 1 + n, n, near(FRANKFURT, n)) for n in range(2)]
    pretended = [view(10 + n, 3 + n / 4, 10 + n, LISBON) for n in range(number)]
    found = judge_unit([*owners, *pretended], facts)
    assert (found.level, found.public) == ("conflict", False)
    assert judge_unit([*owners, *pretended, *tour(3)], facts).public


def test_a_gift_and_a_unit_sold_on_are_no_conflict():
    athens = FAR[2]
    gift = [view(1, -5, 1, FRANKFURT), view(2, 9, 2, OSLO), view(3, 12, 3, near(OSLO, 1))]
    sold_on = [view(1, 2, 1, FRANKFURT), view(2, 60, 2, athens)]
    for scans in (gift, sold_on):
        found = judge_unit(scans, FACTS)
        assert found is None or found.level == "watch"
        assert found is None or not found.public


def test_devices_or_places_that_are_unknown_say_nothing_and_break_nothing():
    nobody = [Scan(n, SOLD + n) for n in range(50)]
    assert judge_unit(nobody, FACTS) is None
    half = [Scan(n, SOLD + n, None, 50.0, None) for n in range(5)]
    assert judge_unit(half, NOTHING_KNOWN) is None
    somewhere = tour(5)
    assert judge_unit([*nobody, *half, *somewhere], FACTS).level == "conflict"


def test_a_flood_of_scans_is_judged_by_its_first_and_last():
    flood = [view(n, n / 1_000, n, (n % 170 - 85, n % 359 - 179)) for n in range(5_000)]
    found = judge_unit(flood, FACTS)
    assert (found.level, found.public) == ("conflict", True)
    assert max(len(reason.scans) for reason in found.reasons) == CURRENT.evidence_scans
