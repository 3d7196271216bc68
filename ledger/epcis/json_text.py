"""JSON text whose values know where they stand: exact slices, line numbers, and the faults other
parsers let pass.

Python's own parser keeps the last of two equal keys, reads NaN, and forgets positions. What is
hashed and put on chain must not depend on such choices (RFC 8259, sections 4 and 6), so they are
faults here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal

from ledger.epcis.faults import MAX_FAULTS, Fault, refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
MAX_NUMBER_LENGTH = 64
_MAX_EXPONENT = 64

_string: Callable[[str, int, bool], tuple[str, int]] = getattr(json.decoder, "scanstring")  # noqa: B009
_space = re.compile(r"[ \t\n\r]*").match
_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
_strange = re.compile(r"-?Infinity|NaN").match
_LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
_BOMS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class _BrokenError(Exception):
    """Nothing after this position can be read."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class JsonText:
    """A parsed document: ``value``, its ``text``, and the place of every object and list in it.

    Numbers are `Decimal`. Faults that do not stop the reading (equal keys, NaN) are kept in
    ``faults``.

    Raises:
        DocumentInvalid: no UTF-8, too large, too deep, or no JSON; with line and column.
    """

    def __init__(
        self, data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
    ) -> None:
        self.faults: list[Fault] = []
        self.text = _decoded(data, max_bytes)
        self._breaks: list[int] | None = None
        self._scanner = _Scanner(self.text, max_depth, self._note)
        try:
            self.value = self._scanner.document()
        except _BrokenError as broken:
            self._note(broken.position, broken.reason)
            raise refusal(self.faults[-1:]) from broken

    def line_and_column(self, position: int) -> tuple[int, int]:
        """1-based line and column of a position in the text."""
        if self._breaks is None:
            self._breaks = [match.end() for match in re.finditer("\n", self.text)]
        line = bisect_right(self._breaks, position)
        start = self._breaks[line - 1] if line else 0
        return line + 1, position - start + 1

    def span(self, container: object) -> tuple[int, int]:
        """First position of an object or list of this document, and the one after its end."""
        return self._scanner.spans[id(container)]

    def slice(self, container: object) -> bytes:
        """The exact bytes of an object or list of this document."""
        start, end = self.span(container)
        return self.text[start:end].encode()

    def locate(self, pointer: str) -> tuple[int, int]:
        """Line and column of a JSON pointer, or of the last part of it that exists."""
        node, position = self.value, self._scanner.skip(0)
        for token in _tokens(pointer):
            child = _child(node, token)
            if child is _ABSENT:
                break
            position = self._member(node, token, child)
            node = child
        return self.line_and_column(position)

    def fault(self, pointer: str, reason: str) -> Fault:
        """A fault at a JSON pointer."""
        line, column = self.locate(pointer)
        return Fault(line, column, pointer, reason)

    def _note(self, position: int, reason: str, pointer: str = "") -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(*self.line_and_column(position), pointer, reason))

    def _member(self, parent: object, token: str, child: object) -> int:
        """Where a member stands: its key in an object, itself in a list."""
        if isinstance(parent, list) and isinstance(child, (dict, list)):
            return self.span(child)[0]
        start, _ = self.span(parent)
        if isinstance(parent, list):
            return self._scanner.item_position(start, int(token))
        return self._scanner.key_position(start, token)


_ABSENT = object()


def _child(node: object, token: str) -> object:
    if isinstance(node, dict):
        return node.get(token, _ABSENT)
    if isinstance(node, list) and token.isdigit() and int(token) < len(node):
        return node[int(token)]
    return _ABSENT


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _decoded(data: bytes, max_bytes: int) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            reason = f"begins with a {encoding} byte order mark: save it as UTF-8 without one"
            raise refusal([Fault(1, 1, "", reason)])
    if len(data) > max_bytes:
        raise refusal([Fault(1, 1, "", f"is larger than {max_bytes} bytes")])
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise refusal([Fault(line, column, "", f"is no UTF-8 (byte {error.start})")]) from error


class _Scanner:
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
            raise _BrokenError(end, "there is more text after the end of the document")
        return value

    def value(self, position: int, depth: int) -> tuple[object, int]:
        """The value at a position, and the position after it."""
        first = self.text[position : position + 1]
        if first == '"':
            return self.string(position)
        if first in ("{", "["):
            if depth == 0:
                raise _BrokenError(position, f"is nested deeper than {self.depth}")
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
            raise _BrokenError(position, self.unexpected(position))
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
            raise _BrokenError(error.pos, error.msg.lower()) from error
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
                raise _BrokenError(end, "a comma or } is missing here")
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
                raise _BrokenError(end, "a comma or ] is missing here")
            position = self.skip(end + 1)

    def key(self, position: int) -> tuple[str, int]:
        if self.text[position : position + 1] != '"':
            raise _BrokenError(
                position, f"{self.unexpected(position)} where a key in quotes is needed"
            )
        key, end = self.string(position)
        end = self.skip(end)
        if self.text[end : end + 1] != ":":
            raise _BrokenError(end, f"a colon is missing after the key {key!r}")
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

    def after(self, position: int) -> int:
        """Position of what follows the value at ``position`` and its comma."""
        _, end = json.JSONDecoder().raw_decode(self.text, position)
        end = self.skip(end)
        return self.skip(end + 1) if self.text[end] == "," else end


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
