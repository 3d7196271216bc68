"""Rules for single values of an EPCIS document, and how rules combine: lists, objects,
vocabularies.

A rule looks at one value, notes the faults it finds, and never stops: a document is told all that
is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from ledger.epcis.faults import MAX_FAULTS, Fault
from ledger.epcis.json_text import JsonText
from ledger.epcis.keys import read_key
from ledger.epcis.words import Vocabulary, expanded, is_uri, term
from ledger.times import read_time

_OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_HEX = re.compile(r"[A-Fa-f0-9]+")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(slots=True)
class Check:
    """The checking of one document: its text, the prefixes in force, the faults so far."""

    text: JsonText
    prefixes: Mapping[str, str]
    strict_check_digits: bool = True
    faults: list[Fault] = field(default_factory=list)

    def fault(self, pointer: str, reason: str) -> None:
        """Note a fault."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(self.text.fault(pointer, reason))


Rule = Callable[[Check, object, str], None]
"""Checks a value that stands at a JSON pointer."""


def anything(_check: Check, _value: object, _pointer: str) -> None:
    """Extensions and headers: theirs to define."""


def string(check: Check, value: object, pointer: str) -> None:
    if not isinstance(value, str):
        check.fault(pointer, f"must be text, not {named(value)}")


def boolean(check: Check, value: object, pointer: str) -> None:
    if not isinstance(value, bool):
        check.fault(pointer, f"must be true or false, not {named(value)}")


def number(check: Check, value: object, pointer: str) -> None:
    """A sensor's number; text that reads as one is let through, as real documents have it."""
    if isinstance(value, Decimal):
        return
    try:
        if isinstance(value, str) and Decimal(value).is_finite():
            return
    except InvalidOperation:
        pass
    check.fault(pointer, f"must be a number, not {named(value)}")


def quantity(check: Check, value: object, pointer: str) -> None:
    if not isinstance(value, Decimal):
        check.fault(pointer, f"must be a number, not {named(value)}")
    elif value < 0:
        check.fault(pointer, f"is {value}, a quantity is never negative")


def uri(check: Check, value: object, pointer: str) -> None:
    if not isinstance(value, str):
        check.fault(pointer, f"must be a URI, not {named(value)}")
    elif not is_uri(value):
        check.fault(pointer, f"{value!r} is no URI")


def identifier(check: Check, value: object, pointer: str) -> None:
    """A URI that identifies something; where it is a GS1 key, the key must be right."""
    if not isinstance(value, str) or not is_uri(value):
        uri(check, value, pointer)
        return
    reading = read_key(expanded(value, check.prefixes), strict=check.strict_check_digits)
    if reading.reason:
        check.fault(pointer, reading.reason)


def pattern(expression: re.Pattern[str], what: str) -> Rule:
    """Text of a fixed form."""

    def rule(check: Check, value: object, pointer: str) -> None:
        if not isinstance(value, str) or not expression.fullmatch(value):
            check.fault(pointer, f"{named(value)} is no {what}")

    return rule


unit = pattern(
    _UNIT, "unit of measure code of UN/ECE Recommendation 20 (2 or 3 of A-Z and 0-9, as KGM)"
)
offset = pattern(_OFFSET, "time zone offset (as +02:00, at most 14:00)")
hexadecimal = pattern(_HEX, "hexadecimal value")
version = pattern(_VERSION, "version (as 2.0)")


def date_time(check: Check, value: object, pointer: str) -> None:
    if read_time(value) is None:
        check.fault(
            pointer,
            f"{named(value)} is no date and time with offset that exists "
            "(RFC 3339, as 2026-04-17T09:26:42+02:00)",
        )


def word(vocabulary: Vocabulary) -> Rule:
    """A standard word in any of its forms, or a private term."""

    def rule(check: Check, value: object, pointer: str) -> None:
        if not isinstance(value, str):
            check.fault(pointer, f"must be a {vocabulary.label}, not {named(value)}")
        elif term(vocabulary, value, check.prefixes) is None:
            near = get_close_matches(re.split(r"[:/-]", value)[-1], vocabulary.words, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            check.fault(
                pointer,
                f"{value!r} is no {vocabulary.label} of CBV 2.0, "
                f"and a private one must be a URI of its own{hint}",
            )

    return rule


def one_of(*words: str) -> Rule:
    """Exactly one of these words."""

    def rule(check: Check, value: object, pointer: str) -> None:
        if value not in words:
            check.fault(pointer, f"{named(value)} is none of {', '.join(words)}")

    return rule


def list_of(item: Rule, *, least: int = 0, unique: bool = False) -> Rule:
    """A list whose items obey a rule."""

    def rule(check: Check, value: object, pointer: str) -> None:
        if not isinstance(value, list):
            check.fault(pointer, f"must be a list, not {named(value)}")
            return
        if len(value) < least:
            check.fault(pointer, "must not be empty")
        seen: dict[str, int] = {}
        for index, member in enumerate(value):
            item(check, member, f"{pointer}/{index}")
            if (
                unique
                and isinstance(member, str)
                and (first := seen.setdefault(member, index)) != index
            ):
                check.fault(f"{pointer}/{index}", f"{member!r} is listed before, at {first}")

    return rule


def context(check: Check, value: object, pointer: str) -> None:
    """A JSON-LD context: URIs of contexts, and prefixes defined in place. Nothing is fetched."""
    for index, entry in enumerate(value if isinstance(value, list) else [value]):
        where = f"{pointer}/{index}" if isinstance(value, list) else pointer
        if not isinstance(entry, dict) and not (isinstance(entry, str) and is_uri(entry)):
            check.fault(where, f"a context is a URI or an object, not {named(entry)}")


def one_or_more(item: Rule) -> Rule:
    """One value, or a list of them."""
    several = list_of(item)

    def rule(check: Check, value: object, pointer: str) -> None:
        (several if isinstance(value, list) else item)(check, value, pointer)

    return rule


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its standard fields, those it must have, and whether others may be added."""

    label: str
    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()  # at least one of these
    extensible: bool = True

    def __call__(self, check: Check, value: object, pointer: str) -> None:
        if not isinstance(value, dict):
            check.fault(pointer, f"must be an object, not {named(value)}")
            return
        for name in self.required:
            if name not in value:
                check.fault(pointer, f"{self.label} lacks {name!r}")
        if self.one_of and not any(name in value for name in self.one_of):
            check.fault(pointer, f"{self.label} has none of {', '.join(self.one_of)}")
        for name, member in value.items():
            rule = self.fields.get(name)
            if rule:
                rule(check, member, f"{pointer}/{escaped(name)}")
            else:
                self._extension(check, name, f"{pointer}/{escaped(name)}")

    def _extension(self, check: Check, name: str, pointer: str) -> None:
        if name.startswith("_"):  # comments: no term of JSON-LD, left out by every processor
            return
        if ":" in name:
            if not is_uri(name):
                check.fault(pointer, f"the key {name!r} is no URI")
            elif not self.extensible:
                check.fault(pointer, f"{self.label} cannot have the extension {name!r}")
            return
        near = get_close_matches(name, self.fields, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        check.fault(
            pointer, f"{name!r} is no field of {self.label}, and extensions need a namespace{hint}"
        )


def escaped(name: str) -> str:
    """A key as a token of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def named(value: object) -> str:
    """A value in a message: texts and numbers themselves, shortened; the kind of anything else."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) < 80 else value[:77] + "...")
        case Decimal():
            return str(value)
    return "a list" if isinstance(value, list) else "an object"
