"""What the rules reach in the model, and that the model is what it says.

Seeds of tests are few and small; ``python -m bench.clones`` runs many.
"""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from bench import clones
from insights.conflicts import CURRENT
from insights.conflicts.distances import km_between
from insights.conflicts.sightings import place_of
from insights.simulation import (
    FAMILIES,
    HEAVY,
    LOW,
    REFERENCE,
    Conditions,
    Scanning,
    simulate,
    wilson,
)
from insights.simulation.lives import Lives
from insights.simulation.scenery import CITIES, Scenery


def lives(scanning=LOW, conditions=REFERENCE, seed=1):
    return Lives([seed, 1], scanning, conditions, Scenery(np.random.default_rng(seed), conditions))


@pytest.fixture(scope="module")
def rates():
    return simulate(7, genuine=4_000, families=400)


def test_copies_are_found_as_promised(rates):
    """Targets of promise P10 in the trust reference."""
    assert rates.of("family", "3").row()["watch_percent"] >= 60
    assert rates.of("family", "5").row()["conflict_percent"] >= 95
    for many in ("10", "20", "50"):
        assert rates.of("family", many).row()["conflict_percent"] >= 99
        assert rates.of("family", many).row()["public_percent"] >= 99


@pytest.mark.parametrize("scanning", ["low", "heavy"])
def test_genuine_units_are_hardly_ever_accused(rates, scanning):
    """At most 0.1 % in conflict, of 4,000: 4. Even watched ones are few."""
    rate = rates.of("genuine", scanning)
    assert rate.conflict <= 4
    assert rate.public <= rate.conflict <= rate.watch <= 12


def test_the_same_seed_gives_the_same_rates_and_another_does_not():
    def small(seed):
        return simulate(seed, genuine=0, families=100).rates

    assert small(3) == small(3)
    assert small(3) != small(4)


def test_families_do_not_depend_on_how_many_genuine_units_were_drawn():
    none, some = simulate(3, genuine=0, families=40), simulate(3, genuine=50, families=40)
    assert none.rates[2:] == some.rates[2:]


def test_rules_are_what_is_measured():
    nothing = replace(
        CURRENT,
        version="none",
        devices=2**31,
        crowd=2**31,
        crowd_after_sale=2**31,
        after_sale_devices=2**31,
        spread_devices=2**31,
        speed_km_per_hour=inf,
    )
    found = simulate(1, genuine=0, families=20, rules=nothing)
    assert found.rules == "none"
    assert all(rate.watch == 0 for rate in found.rates)


def test_the_table_has_a_row_for_each_kind_of_unit_with_its_interval(rates):
    rows = rates.rows()
    assert [row["name"] for row in rows] == ["low", "heavy", *map(str, FAMILIES)]
    for row in rows:
        for level in ("watch", "conflict", "public"):
            assert row[f"{level}_from"] <= row[f"{level}_percent"] <= row[f"{level}_to"]
    with pytest.raises(KeyError):
        rates.of("family", "4")


def test_progress_is_told_for_every_unit():
    heard = []
    simulate(1, genuine=150, families=10, done=heard.append)
    assert sum(heard) == 2 * 150 + 10 * len(FAMILIES)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1), (1, 1_000, 0.0002, 0.0056)],
)
def test_intervals_are_those_of_wilson(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_anything_is_possible():
    assert wilson(0, 0) == (0, 1)


def test_the_map_is_the_reference_s():
    scenery = Scenery(np.random.default_rng(5), REFERENCE)
    latitudes, longitudes = zip(*scenery.places, strict=True)
    assert len(scenery.places) == CITIES == 200
    assert min(latitudes) >= 36
    assert max(latitudes) <= 60
    assert min(longitudes) >= -9
    assert max(longitudes) <= 25
    random = np.random.default_rng(1)
    drawn = np.bincount([scenery.city(random) for _ in range(5_000)], minlength=CITIES)
    assert drawn.max() > 10 * np.median(drawn), "some cities are large"


def test_places_err_as_the_reference_says():
    scenery = Scenery(np.random.default_rng(5), replace(REFERENCE, vpn=0))
    random, city = np.random.default_rng(2), 17
    errors = [
        km_between(scenery.places[city], scenery.observed(city, random)) for _ in range(4_000)
    ]
    fixed = Scenery(np.random.default_rng(5), replace(REFERENCE, vpn=0, fixed_line=1))
    fixed_errors = [
        km_between(fixed.places[city], fixed.observed(city, random)) for _ in range(4_000)
    ]
    assert np.median(fixed_errors) == pytest.approx(10, rel=0.15)
    assert np.mean(np.array(errors) > 600) == pytest.approx(0.55 * 0.0753, rel=0.3)


def test_genuine_units_are_scanned_as_the_reference_says():
    source = lives(HEAVY)
    units = [source.genuine() for _ in range(4_000)]
    before = [sum(scan.time <= facts.sold_at for scan in scans) for facts, scans in units]
    after = [any(scan.time > facts.sold_at for scan in scans) for facts, scans in units]
    assert np.mean(before) == pytest.approx(0.5, rel=0.1)
    assert np.mean(after) == pytest.approx(0.3, rel=0.1)
    devices = [
        {scan.device for scan in scans if scan.time > facts.sold_at} for facts, scans in units
    ]
    assert max(map(len, devices)) == 2, "the owner and one other person"


@pytest.mark.parametrize("foreign", [2, 10])
def test_a_family_has_so_many_foreign_scans_more(foreign):
    source = lives(Scanning(0, 0))
    facts, scans = source.family(foreign)
    assert len({scan.device for scan in scans}) == len(scans) == foreign
    assert facts.sold_place is not None
    assert source.genuine()[1] == ()


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(placed=0, shop_known=False),
        Conditions(placed=0.5),
        Conditions(sale_known=False),
        Conditions(gifts=1, household=2, resold=1, returned=1, chat=1),
        Conditions(grid=0.5, peeked=True, vpn=0.5),
    ],
)
def test_whatever_is_added_can_be_judged(conditions):
    found = simulate(2, genuine=60, families=20, conditions=conditions)
    assert found.of("family", "50").watch == 20
    if conditions.placed == 0:
        assert all(rate.public == 0 for rate in found.rates), "numbers alone do not warn"


def test_additions_change_what_they_name():
    facts, scans = lives(HEAVY, Conditions(placed=0, sale_known=False)).family(9)
    assert facts.sold_at is facts.sold_place is None
    assert not any(place_of(scan) for scan in scans)
    facts, scans = lives(HEAVY, Conditions(grid=0.5, shop_known=False)).family(9)
    assert facts.sold_at is not None
    assert facts.sold_place is None
    assert all(2 * degrees == int(2 * degrees) for scan in scans for degrees in place_of(scan))
    chatty = lives(Scanning(0, 0), Conditions(chat=1)).genuine()[1]
    assert len(chatty) >= 3
    assert max(scan.time for scan in chatty) - min(scan.time for scan in chatty) <= 3_600
    assert len(lives(Scanning(0, 0), Conditions(resold=1)).genuine()[1]) == 1


def test_the_benchmark_prints_a_table_for_each_condition(capsys):
    clones.main("--seeds 1 --added-seeds 1 --genuine 5 --families 2 --units 200".split())
    said = capsys.readouterr().out
    for name in clones.ADDED:
        assert f"### {name}, rules 2, 1 seed" in said
    assert "### reference, rules 1, 1 seed" in said
    assert "one unit with a flood, 100,000 scans" in said
