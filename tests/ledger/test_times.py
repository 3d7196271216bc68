"""Points in time: only those that exist, and never without offset."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.times import end_of, read_date, read_time, start_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-17T09:26:42-04:00", datetime(2026, 4, 17, 13, 26, 42, tzinfo=UTC)),
        ("2026-04-17T09:26:42.5Z", datetime(2026, 4, 17, 9, 26, 42, 500000, UTC)),
        ("2026-04-17t09:26:42z", datetime(2026, 4, 17, 9, 26, 42, tzinfo=UTC)),
        ("2024-02-29T00:00:00.123456789Z", datetime(2024, 2, 29, 0, 0, 0, 123456, UTC)),
    ],
)
def test_points_in_time(text, moment):
    assert read_time(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-29T00:00:00Z", "2026-13-45T00:00:00Z", "2026-04-17T24:00:00Z", "2026-04-17",
        "2026-04-17T09:26:42", "2026-04-17T09:26Z", "2026-04-17T09:26:42+0400",
        "2026-04-17T09:26:42 Z", "", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2026-W16-5T09:26:42Z", None, 7,
    ],
)  # fmt: skip
def test_what_is_none(text):
    assert read_time(text) is None


@given(st.integers(-62_000_000_000, 253_000_000_000))
def test_every_time_reads_back(seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert read_time(moment.isoformat()) == moment


@given(st.dates())
def test_a_day_has_a_first_and_a_last_second(day):
    assert read_date(day.isoformat()) == day
    assert end_of(day) - start_of(day) == 86_399
    assert datetime.fromtimestamp(end_of(day), UTC).date() == day


@pytest.mark.parametrize("text", ["2025-02-29", "20250228", "2025-2-8", "", "2025-02-28T00:00:00Z"])
def test_what_is_no_day(text):
    assert read_date(text) is None
    assert read_date("2025-02-28") == date(2025, 2, 28)
