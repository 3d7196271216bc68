"""What holds for every history there can be."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from insights.conflicts import (
    CURRENT,
    RULES,
    Scan,
    UnitFacts,
    differences,
    judge_unit,
    replay,
    sentence,
    steps,
)
from insights.conflicts.distances import km_between
from insights.conflicts.model import level_of
from ledger.vocabulary import Seconds
from tests.insights.conflicts.histories import DAY, LOT, SOLD, UNIT

PLACES = st.tuples(st.integers(36, 60), st.integers(-9, 25))
KINDS = st.sampled_from(["view"] * 12 + ["goods_in", "till", "return", "code"])
ANTARCTICA = (-80.0, -150.0)
RULE_SETS = st.sampled_from(sorted(RULES)).map(RULES.__getitem__)


@st.composite
def one_scan(draw, seq):
    place = draw(st.none() | PLACES)
    return Scan(
        seq,
        Seconds(SOLD + DAY * draw(st.integers(-20, 120)) // 2),
        draw(st.none() | st.integers(0, 9).map(lambda n: b"device %d" % n)),
        place and float(place[0]),
        place and float(place[1]),
        draw(KINDS),
    )


@st.composite
def histories(draw):
    return [draw(one_scan(seq)) for seq in range(draw(st.integers(0, 14)))]


FACTS = st.builds(
    UnitFacts,
    unit=st.just(UNIT),
    lot=st.just(LOT),
    sold_at=st.none() | st.just(SOLD),
    sold_place=st.none() | PLACES.map(lambda place: (float(place[0]), float(place[1]))),
    recalled=st.booleans(),
    recalled_at=st.none() | st.just(SOLD),
    activated=st.booleans(),
    voided=st.booleans(),
    registered=st.booleans(),
    code_used=st.booleans(),
    peeked=st.booleans(),
)
PLAIN = FACTS.map(
    lambda facts: replace(
        facts, recalled=False, activated=True, voided=False, registered=True, code_used=False
    )
)


@given(FACTS, RULE_SETS)
def test_without_scans_nothing_fires(facts, rules):
    assert judge_unit([], facts, rules) is None


@given(histories(), FACTS, RULE_SETS, st.randoms(use_true_random=False))
def test_the_order_in_which_scans_are_given_does_not_matter(scans, facts, rules, random):
    shuffled = random.sample(scans, len(scans))
    assert judge_unit(shuffled, facts, rules) == judge_unit(scans, facts, rules)


@given(histories(), FACTS, st.randoms(use_true_random=False))
def test_nor_which_of_the_scans_of_one_moment_was_numbered_first(scans, facts, random):
    moment = [scan._replace(time=Seconds(scan.time - scan.time % (10 * DAY))) for scan in scans]
    numbers = random.sample(range(len(scans)), len(scans))
    renumbered = [scan._replace(seq=n) for scan, n in zip(moment, numbers, strict=True)]
    one, other = judge_unit(moment, facts), judge_unit(renumbered, facts)
    assert level_of(one) == level_of(other)
    assert (
        {reason.rule for reason in one.reasons if one} == {reason.rule for reason in other.reasons}
        if one
        else other is None
    )


@given(histories(), PLAIN, st.integers(-20, 120), RULE_SETS)
def test_a_stranger_far_from_everything_never_lowers_the_level(scans, facts, half_days, rules):
    time = Seconds(SOLD + DAY * half_days // 2)
    stranger = Scan(len(scans), time, b"stranger", *ANTARCTICA)
    before, after = judge_unit(scans, facts, rules), judge_unit([*scans, stranger], facts, rules)
    assert level_of(after) >= level_of(before)
    assert not (before and before.public) or after.public


@given(histories(), FACTS, RULE_SETS)
def test_a_conflict_rests_on_one_hard_rule_or_on_two_scored_ones(scans, facts, rules):
    found = judge_unit(scans, facts, rules)
    if found is None:
        return
    hard = [reason for reason in found.reasons if reason.hard]
    assert found.reasons
    assert found.level == "conflict" or not hard
    if found.level == "conflict" and not hard:
        assert len(found.reasons) >= 2
    assert found.level == "conflict" or not found.public


@given(histories(), FACTS)
def test_every_reason_names_its_scans_and_can_be_said(scans, facts):
    found = judge_unit(scans, facts)
    for reason in found.reasons if found else ():
        assert reason.scans
        assert set(reason.scans) <= {scan.seq for scan in scans}
        assert list(reason.scans) == sorted(set(reason.scans))
        assert reason.score >= 1
        assert sentence(reason).endswith(".")


@given(histories(), FACTS, RULE_SETS)
def test_to_replay_is_to_have_judged_as_scans_came(scans, facts, rules):
    ((unit, replayed),) = replay([(facts, tuple(scans))], rules)
    assert unit == UNIT
    last = steps(scans, facts, rules)[-1:]
    assert level_of(replayed) == (0 if not last else 1 + (last[0].level == "conflict"))
    if replayed is not None:
        assert last[0].rules == tuple(reason.rule for reason in replayed.reasons)


@given(histories(), FACTS)
def test_rules_do_not_differ_from_themselves(scans, facts):
    assert list(differences([(facts, tuple(scans))], CURRENT, CURRENT)) == []


@given(PLACES, PLACES)
def test_distances_are_those_of_a_globe(one, other):
    there, back = km_between(one, other), km_between(other, one)
    assert there == back
    assert 0 <= there <= 20_016
    assert (there == 0) is (one == other)
