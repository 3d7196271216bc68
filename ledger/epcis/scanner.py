"""JSON text read character by character, so that every object and list keeps its place in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

MAX_NUMBER_LENGTH = 64
_MAX_EXPONENT = 64

_string: Callable[[str, int, bool], tuple[str, int]] = getattr(json.decoder, "scanstring")  # noqa: B009
_space = re.compile(r"[ \t\n\r]*").match
_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
_strange = re.compile(r"-?Infinity|NaN").match
_LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class BrokenTextError(Exception):
    """Nothing after this position can be read. Caught where the text enters."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class Scanner:
    """Recursive descent over JSON text. Positions are indices of the text."""

    def __init__(self, text: str, depth: int, note: Callable[[int, str], None]) -> None:
        self.text = text
        self.depth = depth
        self.note = note
        self.spans: dict[int, tuple[int, int]] = {}
        self._may_be_lone = re.search(r"\\u[dD][89a-fA-F]", text) is not None

    def document(self) -> object:
        """The one value of the text."""
        value, end = self.value(self.skip(0), self.depth)
        end = self.skip(end)
        if end != len(self.text):
            raise BrokenTextError(end, "there is more text after the end of the document")
        return value

    def value(self, position: int, depth: int) -> tuple[object, int]:
        """The value at a position, and the position after it."""
        first = self.text[position : position + 1]
        if first == '"':
            return self.string(position)
        if first in ("{", "["):
            if depth == 0:
                raise BrokenTextError(position, f"is nested deeper than {self.depth}")
            read = self.members if first == "{" else self.items
            container, end = read(position, depth - 1)
            self.spans[id(container)] = (position, end)
            return container, end
        if first in _LITERALS:
            word, value = _LITERALS[first]
            if self.text.startswith(word, position):
                return value, position + len(word)
        return self.number(position)

    def number(self, position: int) -> tuple[Decimal, int]:
        if strange := _strange(self.text, position):
            self.note(position, f"{strange[0]} is no JSON number")
            return Decimal(0), strange.end()
        match = _number(self.text, position)
        if match is None:
            raise BrokenTextError(position, self.unexpected(position))
        digits = match[0]
        _, _, exponent = digits.lower().partition("e")
        if len(digits) > MAX_NUMBER_LENGTH or (exponent and abs(int(exponent)) > _MAX_EXPONENT):
            self.note(position, "a number is longer or larger than any quantity can be")
            return Decimal(0), match.end()
        return Decimal(digits), match.end()

    def string(self, position: int) -> tuple[str, int]:
        try:
            text, end = _string(self.text, position + 1, True)  # noqa: FBT003
        except json.JSONDecodeError as error:
            raise BrokenTextError(error.pos, error.msg.lower().removesuffix(" at")) from error
        if self._may_be_lone and not _is_unicode(text):
            self.note(position, "text with half a surrogate pair is no Unicode")
            text = text.encode(errors="replace").decode()
        return text, end

    def members(self, position: int, depth: int) -> tuple[dict[str, object], int]:
        members: dict[str, object] = {}
        text, position = self.text, self.skip(position + 1)
        if text[position : position + 1] == "}":
            return members, position + 1
        while True:
            key, value_at = self.key(position)
            value, end = self.value(value_at, depth)
            if key in members:
                self.note(position, f"the key {key!r} stands twice in one object")
            members[key] = value
            end = self.skip(end)
            mark = text[end : end + 1]
            if mark == "}":
                return members, end + 1
            if mark != ",":
                raise BrokenTextError(end, "a comma or } is missing here")
            position = self.skip(end + 1)

    def items(self, position: int, depth: int) -> tuple[list[object], int]:
        items: list[object] = []
        text, position = self.text, self.skip(position + 1)
        if text[position : position + 1] == "]":
            return items, position + 1
        while True:
            item, end = self.value(position, depth)
            items.append(item)
            end = self.skip(end)
            mark = text[end : end + 1]
            if mark == "]":
                return items, end + 1
            if mark != ",":
                raise BrokenTextError(end, "a comma or ] is missing here")
            position = self.skip(end + 1)

    def key(self, position: int) -> tuple[str, int]:
        if self.text[position : position + 1] != '"':
            raise BrokenTextError(
                position, f"{self.unexpected(position)} where a key in quotes is needed"
            )
        key, end = self.string(position)
        end = self.skip(end)
        if self.text[end : end + 1] != ":":
            raise BrokenTextError(end, f"a colon is missing after the key {key!r}")
        return key, self.skip(end + 1)

    def skip(self, position: int) -> int:
        """The position after white space."""
        return _space(self.text, position).end()  # type: ignore[union-attr]

    def unexpected(self, position: int) -> str:
        character = self.text[position : position + 1]
        return f"{character!r} is unexpected" if character else "the document ends too early"

    def key_position(self, start: int, wanted: str) -> int:
        """Where a key stands in the object at ``start``; the last one where it stands twice."""
        found, position = start, self.skip(start + 1)
        while self.text[position] == '"':
            key, value_at = self.key(position)
            found = position if key == wanted else found
            position = self.after(value_at)
        return found

    def item_position(self, start: int, index: int) -> int:
        """Where the item of an index stands in the list at ``start``."""
        position = self.skip(start + 1)
        for _ in range(index):
            position = self.after(position)
        return position

    def token_at(self, container: object, position: int) -> str | None:
        """Key or index of the member that covers a position; None outside of all."""
        start, end = self.spans[id(container)]
        place, index = self.skip(start + 1), 0
        while place <= position < end - 1:
            token, value_at = (
                self.key(place) if isinstance(container, dict) else (str(index), place)
            )
            place, index = self.after(value_at), index + 1
            if position < place:
                return token
        return None

    def after(self, position: int) -> int:
        """Position of what follows the value at ``position`` and its comma."""
        # Numbers stay text: Python refuses to convert integers of more than 4,300 digits.
        decoder = json.JSONDecoder(parse_int=str, parse_float=str)
        _, end = decoder.raw_decode(self.text, position)
        end = self.skip(end)
        return self.skip(end + 1) if self.text[end] == "," else end


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
