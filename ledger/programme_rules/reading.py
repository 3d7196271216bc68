"""Reads a programme's rules strictly: nothing is passed over, and every fault names its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

from ledger.earnings import MOST_POINTS
from ledger.errors import InvalidInput
from ledger.programme_rules.model import (
    CHANNELS,
    FORMAT,
    Earn,
    PointValue,
    ProgrammeRules,
    Referral,
    Tier,
    Tiers,
)

T = TypeVar("T")

_LARGEST_SUM = 10**15
_LONGEST_PERIOD = 3_660
_LARGEST_MULTIPLIER = 100
_LARGEST_CAP = 10_000
_DECIMALS = 4
_LONGEST_WORDS = 2_000
_CURRENCY = re.compile(r"[A-Z]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_MOST_RULES, _MOST_LEVELS, _MOST_LANGUAGES = 100, 10, 20
_WORKED_WITH = {"format", "earn", "point_value", "expected_redemption", "tiers", "referral"}


def read_rules(document: object) -> ProgrammeRules:
    """The rules that a document states.

    Raises:
        InvalidInput: a field is missing, unknown or wrong; ``field`` names it.
    """
    part = _Part(document, "rules")
    part.word("format", (FORMAT,))
    part.word("rounding", ("floor",), "floor")
    rules = ProgrammeRules(
        name=part.optional("name", _words),
        earn=part.several("earn", _earn, _MOST_RULES),
        point_value=part.optional("point_value", _point_value),
        expected_redemption=part.optional("expected_redemption", _share),
        tiers=part.optional("tiers", _tiers),
        referral=part.optional("referral", _referral),
        terms=part.optional("terms", _words),
    )
    part.end()
    named = [(each.currency, each.channel) for each in rules.earn]
    if len(set(named)) != len(named):
        _wrong("rules.earn", "has two rules for one currency and channel")
    return rules


def states_rules(document: object) -> bool:
    """Whether a document means to be worked with, rather than to be a text for people."""
    return isinstance(document, Mapping) and not _WORKED_WITH.isdisjoint(document)


def rules_in(document: object) -> ProgrammeRules | None:
    """The rules of a document, or None where it is a text for people or cannot be read."""
    try:
        return read_rules(document) if states_rules(document) else None
    except InvalidInput:
        return None


def _wrong(where: str, said: str) -> NoReturn:
    raise InvalidInput(f"{where} {said}", field=where)


@dataclass
class _Part:
    """An object of the document; every field is taken once, and `end` refuses what is left."""

    document: Any
    place: str
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.document, Mapping):
            _wrong(self.place, "must be an object")

    def end(self) -> None:
        for name in self.document:
            if name not in self.taken:
                _wrong(f"{self.place}.{name}", "is not known here")

    def optional(self, name: str, read: Callable[[Any, str], T]) -> T | None:
        self.taken.add(name)
        value = self.document.get(name)
        return None if value is None else read(value, f"{self.place}.{name}")

    def needed(self, name: str, read: Callable[[Any, str], T]) -> T:
        found = self.optional(name, read)
        if found is None:
            _wrong(f"{self.place}.{name}", "is missing")
        return found

    def number(self, name: str, least: int, most: int, default: int | None = None) -> int:
        def read(value: Any, where: str) -> int:
            if type(value) is not int or not least <= value <= most:
                _wrong(where, f"must be a whole number from {least} to {most}")
            return value

        found = self.optional(name, read)
        return default if found is None and default is not None else self.needed(name, read)

    def word(self, name: str, words: Sequence[str], default: str | None = None) -> str:
        def read(value: Any, where: str) -> str:
            if value not in words:
                _wrong(where, f"must be {' or '.join(words)}")
            return str(value)

        found = self.optional(name, read)
        return default if found is None and default is not None else self.needed(name, read)

    def several(self, name: str, read: Callable[[Any, str], T], most: int) -> tuple[T, ...]:
        def read_all(value: Any, where: str) -> tuple[T, ...]:
            if not isinstance(value, list | tuple) or len(value) > most:
                _wrong(where, f"must be a list of at most {most}")
            return tuple(read(each, f"{where}[{i}]") for i, each in enumerate(value))

        return self.optional(name, read_all) or ()


def _words(value: Any, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not 0 < len(value) <= _MOST_LANGUAGES:
        _wrong(where, "must be texts by language")
    for language, text in value.items():
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            _wrong(f"{where}.{language}", "is no language")
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_WORDS:
            _wrong(f"{where}.{language}", "must be a text")
    return dict(value)


def _exact(value: Any, where: str, least: int, most: int) -> Decimal:
    """A number with a fraction: as JSON brings it, or as the text that canonical JSON has."""
    said = f"must be a number from {least} to {most} with at most {_DECIMALS} decimals"
    if isinstance(value, bool | float) or not isinstance(value, int | str | Decimal):
        _wrong(where, said)
    try:
        number = Decimal(value)
    except InvalidOperation:
        _wrong(where, said)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_DECIMALS or not least <= number <= most:
        _wrong(where, said)
    return number


def _share(value: Any, where: str) -> Decimal:
    return _exact(value, where, 0, 1)


def _multiplier(value: Any, where: str) -> Decimal:
    return _exact(value, where, 1, _LARGEST_MULTIPLIER)


def _currency(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        _wrong(where, "must be three capital letters (ISO 4217)")
    return value


def _earn(value: Any, where: str) -> Earn:
    part = _Part(value, where)
    channel = part.word("channel", CHANNELS, "")
    earn = Earn(
        part.needed("currency", _currency),
        part.number("amount", 1, _LARGEST_SUM),
        part.number("points", 1, MOST_POINTS),
        next((each for each in CHANNELS if each == channel), None),
        part.number("minimum", 0, _LARGEST_SUM, 0),
    )
    part.end()
    return earn


def _point_value(value: Any, where: str) -> PointValue:
    part = _Part(value, where)
    amount = part.number("amount", 1, _LARGEST_SUM)
    points = part.number("points", 1, MOST_POINTS)
    worth = PointValue(part.needed("currency", _currency), amount, points)
    part.end()
    return worth


def _tiers(value: Any, where: str) -> Tiers:
    part = _Part(value, where)
    tiers = Tiers(
        part.number("days", 1, _LONGEST_PERIOD), part.several("levels", _tier, _MOST_LEVELS)
    )
    part.end()
    if not tiers.levels:
        _wrong(f"{where}.levels", "is missing")
    for before, after in pairwise(tiers.levels):
        if before.from_points >= after.from_points:
            _wrong(f"{where}.levels", "must begin higher and higher")
    return tiers


def _tier(value: Any, where: str) -> Tier:
    part = _Part(value, where)
    multiplier = part.optional("multiplier", _multiplier)
    begins = part.number("from", 1, MOST_POINTS)
    tier = Tier(part.needed("name", _words), begins, multiplier or Decimal(1))
    part.end()
    return tier


def _referral(value: Any, where: str) -> Referral:
    part = _Part(value, where)
    both = (part.number("referrer", 0, MOST_POINTS), part.number("referred", 0, MOST_POINTS))
    minimum = part.number("minimum", 0, _LARGEST_SUM, 0)
    cap = part.number("monthly_cap", 0, _LARGEST_CAP, 0)
    part.end()
    return Referral(*both, minimum, cap or None)
