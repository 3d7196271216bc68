"""Alerts are seen by whom they concern; outcomes are added, never edited; precision follows."""

from __future__ import annotations

import pytest

from ledger.errors import NotFound
from records.engine import writing
from records.scans import alerts as inbox
from records.scans.alerts import Concluded, NewAlert, Precision
from tests.records.scans.views import NOW, OTHER, UNIT


def new(subject=UNIT, rules="2", *rules_fired, makers=(1,), public=True, level="conflict"):
    reasons = tuple({"rule": rule, "scans": [1, 2]} for rule in rules_fired or ("speed",))
    return NewAlert(subject, "unit", rules, level, public, reasons, frozenset(makers))


def ended(outcome, note="", time=NOW) -> Concluded:
    return Concluded(outcome, note, 1, "key", time)


def test_an_alert_is_one_for_a_subject_and_a_version(engine):
    with writing(engine) as connection:
        first = inbox.note(connection, new(), NOW)
        assert inbox.note(connection, new(), NOW + 1) is None
        assert inbox.note(connection, new(UNIT, "2", "speed", "devices"), NOW + 2) == first
        assert inbox.note(connection, new(UNIT, "3"), NOW + 3) != first
        found = inbox.alert(connection, first)
        assert (found.opened, found.updated) == (NOW, NOW + 2)
        assert [each["rule"] for each in found.reasons] == ["speed", "devices"]


def test_makers_see_their_own(engine):
    with writing(engine) as connection:
        ours = inbox.note(connection, new(), NOW)
        theirs = inbox.note(connection, new(OTHER, makers=(2,)), NOW)
        both = inbox.note(connection, new(bytes(32), makers=(1, 2)), NOW)
        nobodys = inbox.note(connection, new(bytes(31) + b"1", makers=()), NOW)
        assert [a.id for a in inbox.alerts(connection, maker=1)] == [both, ours]
        assert [a.id for a in inbox.alerts(connection, maker=2)] == [both, theirs]
        assert [a.id for a in inbox.alerts(connection)] == [nobodys, both, theirs, ours]
        assert inbox.alert(connection, ours, maker=1).subject == UNIT
        with pytest.raises(NotFound):
            inbox.alert(connection, ours, maker=2)
        assert inbox.makers_of(connection, both) == {1, 2}


def test_lists_are_narrowed_and_paged(engine):
    with writing(engine) as connection:
        ids = [inbox.note(connection, new(bytes([n]) * 32, level="watch" if n % 2 else "conflict"),
                          NOW) for n in range(6)]  # fmt: skip
        inbox.conclude(connection, ids[0], ended("confirmed"))

        def listed(**narrowed):
            return [each.id for each in inbox.alerts(connection, **narrowed)]

        assert listed(limit=2) == [ids[5], ids[4]]
        assert listed(limit=2, before=ids[4]) == [ids[3], ids[2]]
        assert listed(level="conflict") == [ids[4], ids[2], ids[0]]
        assert listed(outcome="open") == ids[:0:-1]
        assert listed(outcome="confirmed") == [ids[0]]
        assert listed(subject=bytes([3]) * 32) == [ids[3]]
        assert listed(rules="3") == listed(kind="lot") == []


def test_outcomes_are_a_history(engine):
    with writing(engine) as connection:
        number = inbox.note(connection, new(), NOW)
        assert (
            inbox.conclude(connection, number, ended("confirmed", "copied")).outcome == "confirmed"
        )
        inbox.conclude(connection, number, ended("unclear", "perhaps not", NOW + 5))
        assert inbox.outcomes(connection, number) == [
            ended("confirmed", "copied"), ended("unclear", "perhaps not", NOW + 5),
        ]  # fmt: skip
        assert inbox.alert(connection, number).outcome == "unclear"
        with pytest.raises(NotFound):
            inbox.conclude(connection, number + 1, ended("confirmed"))


def test_precision_is_confirmed_among_decided_by_rule_and_version(engine):
    with writing(engine) as connection:
        for n, (outcome, *rules) in enumerate([
            ("confirmed", "speed", "devices"), ("false_alarm", "speed"), ("confirmed", "speed"),
            ("unclear", "devices"), (None, "spread"),
        ]):  # fmt: skip
            number = inbox.note(connection, new(bytes([n]) * 32, "2", *rules), NOW)
            if outcome:
                inbox.conclude(connection, number, ended(outcome))
        found = {each.rule: each for each in inbox.precision(connection)}
        assert found["speed"] == Precision("2", "speed", 3, 2, 1, 0)
        assert found["speed"].precision == pytest.approx(2 / 3)
        assert found["devices"].precision == 1.0
        assert found["spread"].precision is None
        assert inbox.precision(connection, maker=2) == []


def test_a_page_warns_of_what_is_public_and_no_false_alarm(engine):
    with writing(engine) as connection:
        number = inbox.note(connection, new(), NOW)
        inbox.note(connection, new(OTHER, public=False), NOW)
        assert [each["rule"] for each in inbox.public_reasons(connection, UNIT, "2")] == ["speed"]
        assert inbox.public_reasons(connection, UNIT, "3") == ()
        assert inbox.public_reasons(connection, OTHER, "2") == ()
        inbox.conclude(connection, number, ended("false_alarm"))
        assert inbox.public_reasons(connection, UNIT, "2") == ()


def test_which_subjects_stand_in_conflict(engine):
    with writing(engine) as connection:
        inbox.note(connection, new(), NOW)
        inbox.note(connection, new(OTHER, level="watch"), NOW)
        assert inbox.in_conflict(connection, [UNIT, OTHER], "2") == {UNIT}
        assert inbox.in_conflict(connection, [UNIT], "1") == set()
