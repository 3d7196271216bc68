"""The documents of the demonstration: templates with dates relative to one day.

``{{ day-5T06:30 }}`` is a moment in the story's time zone, ``{{ day+4 }}`` a date, ``{{ ymd-5 }}``
a date as six digits for lot numbers, and ``{{ sscc 3 9521403 ymd-4 01 }}`` an SSCC with extension
digit, company prefix and a serial made of a date and a number. So the story is always fresh, and
the same day always gives the same bytes.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

from ledger.vocabulary import check_digit

OFFSET = "+08:00"
"""Where the story plays. Its latest moment is day-1T20:10: past, when ``day`` is today in UTC."""

_PLACEHOLDER = re.compile(r"\{\{ (.+?) \}\}")
_MOMENT = re.compile(r"day([+-]\d+)T(\d\d:\d\d)")
_DATE = re.compile(r"day([+-]\d+)")
_DIGITS = re.compile(r"ymd([+-]\d+)")
_SSCC = re.compile(r"sscc (\d) (\d{6,12}) ymd([+-]\d+) (\d\d)")
_SERIAL_AND_PREFIX = 16


def resolve(template: str, day: date) -> str:
    """A document from its template.

    Raises:
        ValueError: a placeholder that means nothing.
    """
    return _PLACEHOLDER.sub(lambda found: _value(found[1], day), template)


def _value(text: str, day: date) -> str:
    def shifted(days: str) -> date:
        return day + timedelta(days=int(days))

    if found := _MOMENT.fullmatch(text):
        return f"{shifted(found[1])}T{found[2]}:00{OFFSET}"
    if found := _DATE.fullmatch(text):
        return str(shifted(found[1]))
    if found := _DIGITS.fullmatch(text):
        return f"{shifted(found[1]):%y%m%d}"
    if found := _SSCC.fullmatch(text):
        extension, prefix, days, number = found.groups()
        serial = f"{shifted(days):%y%m%d}{number}".zfill(_SERIAL_AND_PREFIX - len(prefix))
        digits = extension + prefix + serial
        return digits + check_digit(digits)
    raise ValueError(f"no placeholder: {text}")


def story(day: date) -> dict[str, bytes]:
    """All documents of the story by file name, in the order of the story."""
    folder = resources.files("lotmark.demo") / "story"
    names = sorted(each.name for each in folder.iterdir() if each.name[0].isdigit())
    return {name: resolve((folder / name).read_text("utf-8"), day).encode() for name in names}


def cast_text() -> str:
    """Who and what the story is about: organisations, places and products, as JSON."""
    return (resources.files("lotmark.demo") / "story" / "cast.json").read_text("utf-8")
