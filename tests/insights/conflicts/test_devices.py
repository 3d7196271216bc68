"""A device that collects codes."""

from hypothesis import given
from hypothesis import strategies as st

from insights.conflicts import CURRENT, DeviceView, judge_device, sentence
from ledger.vocabulary import Id, Seconds
from tests.insights.conflicts.histories import fired


def views(number, seconds_apart):
    return [
        DeviceView(n, Seconds(n * seconds_apart), Id(bytes([0x15, n % 256]) + bytes(30)))
        for n in range(number)
    ]


def test_more_units_an_hour_than_the_rule_allows():
    assert judge_device(views(20, 60)) is None
    found = judge_device(views(21, 60))
    assert (found.level, found.public, fired(found)) == ("watch", False, ["harvesting"])
    assert found.reasons[0].values["units"] == 21
    assert len(found.reasons[0].scans) == CURRENT.evidence_scans
    assert sentence(found.reasons[0]).startswith("One device scanned 21 different units")


def test_the_same_number_over_a_longer_time_is_none():
    assert judge_device(views(21, 180)) is not None, "the last just within the hour"
    assert judge_device(views(21, 181)) is None
    assert judge_device([]) is None


def test_one_unit_looked_at_often_is_none():
    assert judge_device([view._replace(unit=Id(bytes(32))) for view in views(100, 1)]) is None


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 60)), max_size=120))
def test_what_is_counted_is_the_fullest_hour(pairs):
    seen = [
        DeviceView(n, Seconds(time), Id(bytes([0x15, unit]) + bytes(30)))
        for n, (time, unit) in enumerate(pairs)
    ]
    fullest = max(
        (
            len({each.unit for each in seen if 0 <= each.time - start.time <= 3_600})
            for start in seen
        ),
        default=0,
    )
    found = judge_device(seen)
    assert (found is not None) is (fullest > 20)
    if found is not None:
        assert found.reasons[0].values["units"] == fullest
