"""Rules are data, versions stay, and a new version shows where it judges otherwise."""

import string
from dataclasses import fields, replace

import pytest

from insights.conflicts import (
    CURRENT,
    RULES,
    Reason,
    Rules,
    differences,
    judge_unit,
    sentence,
    steps,
)
from insights.conflicts.distances import km_among, km_between
from insights.conflicts.sentences import SENTENCES
from ledger.refusals import WAYS
from tests.insights.conflicts.histories import FACTS, FAR, FRANKFURT, fired, tour, view


def test_every_threshold_has_a_unit_and_a_source():
    rows = CURRENT.thresholds()
    assert {row["name"] for row in rows} == {each.name for each in fields(Rules)} - {"version"}
    assert all(row["unit"] and row["source"] for row in rows)
    assert next(row for row in rows if row["name"] == "spread_km")["value"] == 800


def test_versions_go_by_their_names():
    assert all(rules.version == name for name, rules in RULES.items())
    assert RULES[CURRENT.version] is CURRENT


def test_the_first_version_is_the_reference_to_the_letter():
    written = RULES["1"]
    assert (written.speed_margin_km, written.speed_km_per_hour) == (600, 900)
    assert (written.devices, written.peeked_devices, written.devices_days) == (5, 12, 30)
    assert (written.after_sale_devices, written.after_sale_km) == (2, 600)
    assert (written.spread_devices, written.spread_km, written.spread_days) == (3, 800, 90)
    assert (written.harvest_units, written.harvest_hours, written.lot_sigma) == (20, 1, 3)
    found = judge_unit(tour(3), FACTS, written)
    assert (found.level, found.public, found.rules) == ("conflict", True, "1")


def test_a_version_is_not_to_be_changed():
    with pytest.raises(AttributeError):
        CURRENT.devices = 3


def test_a_new_version_shows_in_a_replay_whose_units_it_judges_otherwise():
    histories = [(FACTS, tuple(tour(3))), (FACTS, ())]
    (found,) = differences(histories, RULES["1"], CURRENT)
    assert (found.before.level, found.after.level) == ("conflict", "watch")
    stricter = replace(CURRENT, version="3", agreeing_devices=3)
    (found,) = differences(histories, CURRENT, stricter)
    assert (found.before.level, found.after.level) == ("watch", "conflict")
    assert (found.before.rules, found.after.rules) == ("2", "3")


def test_steps_tell_when_a_level_was_reached():
    found = steps(tour(5), FACTS)
    assert [(step.seq, step.level) for step in found] == [
        (2, "watch"),
        (3, "conflict"),
        (4, "conflict"),
    ]
    assert found[-1].rules == tuple(fired(judge_unit(tour(5), FACTS)))
    assert steps([view(1, 1, 1)], FACTS) == []


def test_a_sentence_shows_values_in_ways_there_are():
    for template in SENTENCES.values():
        ways = [way for _, name, way, _ in string.Formatter().parse(template) if name]
        assert ways
        assert set(ways) <= set(WAYS)


def test_no_sentence_calls_a_product_anything():
    for word in ("fake", "genuine", "counterfeit", "authentic", "original", "safe"):
        assert not [text for text in SENTENCES.values() if word in text.lower()]


def test_a_sentence_may_be_said_in_another_language():
    reason = Reason("devices", 1.0, (1,), {"devices": 5, "days": 3.5})
    assert sentence(reason) == "5 devices scanned the unit within 3.5 days."
    assert sentence(reason, "{days:number} Tage, {devices:number} Geräte.") == "3.5 Tage, 5 Geräte."


def test_distances_agree_one_by_one_and_all_at_once():
    places = [FRANKFURT, *FAR]
    table = km_among(places)
    for row, one in enumerate(places):
        for column, other in enumerate(places):
            assert table[row, column] == pytest.approx(km_between(one, other))
    assert km_between((0, 0), (0, 180)) == pytest.approx(20_015, abs=1)
    assert km_between((51.5, -0.12), (48.86, 2.35)) == pytest.approx(343, abs=2)  # London, Paris
