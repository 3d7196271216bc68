"""JSON text whose values know where they stand: exact slices, line numbers, and the faults other
parsers let pass.

Python's own parser keeps the last of two equal keys, reads NaN, and forgets positions. What is
hashed and put on chain must not depend on such choices (RFC 8259, sections 4 and 6), so they are
faults here.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from ledger.epcis.faults import MAX_FAULTS, Fault, refusal
from ledger.epcis.scanner import BrokenTextError, Scanner

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
_BOMS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


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
        self.text = _decoded(data, max_bytes)
        self._breaks: list[int] | None = None
        noted: list[tuple[int, str]] = []
        self._scanner = Scanner(self.text, max_depth, lambda *fault: noted.append(fault))
        try:
            self.value = self._scanner.document()
        except BrokenTextError as broken:
            place = self.line_and_column(broken.position)
            raise refusal([Fault(*place, "", broken.reason)]) from broken
        self.faults = [self._fault_at(*fault) for fault in noted[:MAX_FAULTS]]

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
        node, parent, last = self.value, None, ""
        for token in _tokens(pointer):
            child = _child(node, token)
            if child is _ABSENT:
                break
            node, parent, last = child, node, token
        if parent is None:
            return self.line_and_column(self._scanner.skip(0))
        return self.line_and_column(self._member(parent, last, node))

    def fault(self, pointer: str, reason: str) -> Fault:
        """A fault at a JSON pointer."""
        line, column = self.locate(pointer)
        return Fault(line, column, pointer, reason)

    def _fault_at(self, position: int, reason: str) -> Fault:
        node, pointer = self.value, ""
        while isinstance(node, (dict, list)):
            token = self._scanner.token_at(node, position)
            if token is None:
                break
            pointer = f"{pointer}/{token.replace('~', '~0').replace('/', '~1')}"
            child = _child(node, token)
            inside = isinstance(child, (dict, list)) and self.span(child)[0] < position
            node = child if inside else None
        return Fault(*self.line_and_column(position), pointer, reason)

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
