"""Points in time as documents write them: RFC 3339, on days that the calendar has."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from ledger.vocabulary import Seconds

_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_time(value: object) -> datetime | None:
    """A point in time from RFC 3339 text with offset; None for anything else."""
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value.upper())
        moment.astimezone(UTC)  # the edges of the calendar have no neighbours
    except (ValueError, OverflowError):
        return None
    return moment


def read_date(text: str) -> date | None:
    """A day from ``YYYY-MM-DD``; None for anything else."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def start_of(day: date) -> Seconds:
    """The first second of a day in UTC."""
    return Seconds(int(datetime.combine(day, time(), UTC).timestamp()))


def end_of(day: date) -> Seconds:
    """The last second of a day in UTC: what expires on a day is good until then."""
    return Seconds(int(datetime.combine(day, time(23, 59, 59), UTC).timestamp()))
