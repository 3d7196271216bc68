"""Where on a label everything stands, in millimetres: the codes as large as the label allows.

Two arrangements compete: the outer code as high as the label with a column of text beside it, and
names above, element string beneath. The one whose smallest module is largest wins, since that is
what phones read from afar. The hidden code has a column of its own at the right, for the scratch
layer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ledger.errors import CommandInvalid

Part = Literal["both", "outer", "hidden"]
"""What is printed: both codes of a unit, or each on sheets of its own."""
SMALLEST_MODULE, LARGEST_MODULE = 0.396, 0.99
"""Millimetres of a QR module on a pack, as GS1 bounds them."""
MATRIX_MODULE = 0.4
_MARGIN, _GAP = 1.0, 1.0
_LINE, _NAMES = 2.1, 5.0
"""Heights of a line of the smallest text, 5 points with their leading, and of both names."""
_CHARACTER = 1.06
"""Width of a character of the element string at 5 points, the widest of them."""
_ROOMY, _LARGER = 45.0, 1.4
"""From this height on, a label has larger text."""
_NARROWEST_TEXT, _NARROWEST_FACTS = 25.5, 11.0
_STEP, _FRAME, _INSET = 0.25, 0.3, 0.8
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a label, from its upper left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Content:
    """What a layout has to make room for: sides of symbols in modules, with quiet zone; 0 for none.

    ``elements`` are the lengths of the element string's parts.
    """

    outer: int
    matrix: int
    hidden: int
    elements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes of a label; None where there is nothing. Boxes of symbols include their quiet zone.

    ``hri`` says which parts of the element string share a line, ``text`` how much larger than the
    smallest the text is.
    """

    outer: Box | None = None
    matrix: Box | None = None
    hidden: Box | None = None
    names: Box | None = None
    facts: Box | None = None
    elements: Box | None = None
    code: Box | None = None
    scratch: Box | None = None
    hri: tuple[int, ...] = ()
    text: float = 1.0


@lru_cache(maxsize=256)
def layout_of(size: tuple[float, float], content: Content, dots: float = 0.0) -> Layout:
    """The best layout of a label of a size; with ``dots`` a millimetre, modules are whole dots.

    Raises:
        CommandInvalid: the label is too small for these codes.
    """
    room = _Room(*size, content, dots)
    found = max(room.candidates(), key=lambda each: each[0], default=None)
    if found is None:
        raise CommandInvalid(
            f"a label of {size[0]:g} x {size[1]:g} mm is too small for these codes: leave out the "
            "DataMatrix, print outer and hidden codes apart, or take a larger one",
            field="geometry",
        )
    return found[1]


@dataclass(frozen=True, slots=True)
class _Room:
    """A label of a size, and what has to stand on it."""

    width: float
    height: float
    content: Content
    dots: float

    def candidates(self) -> Iterator[tuple[tuple[float, ...], Layout]]:
        """Every layout that fits, with how good it is: its smallest module, then its largest."""
        for column in self._columns():
            if not self.content.outer:
                yield (_of(column.hidden),), column
                continue
            taken = column.scratch.w + _GAP if column.scratch else 0.0
            for made in self._outer_parts(self.width - 2 * _MARGIN - taken):
                modules = [_of(made.outer) / self.content.outer]
                modules += [_of(column.hidden) / self.content.hidden] if column.hidden else []
                whole = replace(
                    made, hidden=column.hidden, code=column.code, scratch=column.scratch,
                    text=self._text,
                )  # fmt: skip
                yield (min(modules), max(modules)), whole

    # --- the hidden code ---

    def _columns(self) -> Iterator[Layout]:
        """Columns for the hidden code at the right, from the narrowest that is read."""
        content, high = self.content, self.height - 2 * _MARGIN
        if not content.hidden:
            yield Layout()
            return
        widest = self.width / 2 if content.outer else self.width - 2 * _MARGIN
        narrowest = content.hidden * self._least + 2 * _FRAME
        width = narrowest if content.outer else widest
        while width <= widest + _HAIR:
            side = self._side(min(width, high - 2 * self._line) - 2 * _FRAME, content.hidden)
            if side:
                yield self._column(width, high, side)
            width += _STEP

    def _column(self, width: float, high: float, side: float) -> Layout:
        x = self.width - _MARGIN - width
        top = _MARGIN + (high - 2 * self._line - side) / 2
        return Layout(
            hidden=self._square(x + (width - side) / 2, top, side),
            code=Box(x + _INSET, top + side, width - 2 * _INSET, 2 * self._line),
            scratch=Box(x, _MARGIN, width, high),
            text=self._text,
        )

    # --- the outer code, in a width ---

    def _outer_parts(self, width: float) -> Iterator[Layout]:
        for made in (self._beside(width), self._stacked(width)):
            if made is not None:
                yield made

    def _beside(self, width: float) -> Layout | None:
        """The outer code as high as the label; names, facts and element string at its right."""
        high, matrix = self.height - 2 * _MARGIN, self._matrix
        side = self._side(min(high, width - _GAP - _NARROWEST_TEXT), self.content.outer)
        left = _MARGIN + side + _GAP
        text = width - side - _GAP
        lines = self._lines(text)
        strip = len(lines) * self._line
        middle = high - self._names - strip - 2 * _GAP
        facts = text - (matrix + _GAP if matrix else 0)
        if not side or middle < max(matrix, 2 * self._line) or facts < _NARROWEST_FACTS:
            return None
        y, below = _MARGIN + self._names + _GAP, _MARGIN + high - strip - _GAP
        return Layout(
            outer=self._square(_MARGIN, _MARGIN + (high - side) / 2, side),
            matrix=self._square(left + text - matrix, below - matrix, matrix) if matrix else None,
            names=Box(left, _MARGIN, text, self._names),
            facts=Box(left, y, facts, middle),
            elements=Box(left, _MARGIN + high - strip, text, strip),
            hri=lines,
        )

    def _stacked(self, width: float) -> Layout | None:
        """Names above the outer code, the element string beneath, facts and DataMatrix beside."""
        high, matrix = self.height - 2 * _MARGIN, self._matrix
        lines = self._lines(width)
        strip = len(lines) * self._line
        column = max(matrix, _NARROWEST_FACTS)
        room = min(high - self._names - _FRAME - strip, width - _GAP - column)
        side = self._side(room, self.content.outer)
        facts = side - (matrix + _GAP if matrix else 0)
        if not side or facts < 2 * self._line:
            return None
        y = _MARGIN + self._names + _FRAME
        left = _MARGIN + side + _GAP
        return Layout(
            outer=self._square(_MARGIN, y, side),
            matrix=self._square(left, y + side - matrix, matrix) if matrix else None,
            names=Box(_MARGIN, _MARGIN, width, self._names),
            facts=Box(left, y, width - side - _GAP, facts),
            elements=Box(_MARGIN, y + side, width, strip),
            hri=lines,
        )

    # --- text ---

    @property
    def _text(self) -> float:
        return _LARGER if self.height >= _ROOMY else 1.0

    @property
    def _line(self) -> float:
        return _LINE * self._text

    @property
    def _names(self) -> float:
        return _NAMES * self._text

    def _lines(self, width: float) -> tuple[int, ...]:
        return _lines(self.content.elements, width, _CHARACTER * self._text)

    # --- modules ---

    @property
    def _least(self) -> float:
        """What GS1 asks for, in whole dots where there are dots: 0.375 mm at 203 dpi."""
        dots = self.dots
        return round(SMALLEST_MODULE * dots) / dots if dots else SMALLEST_MODULE

    @property
    def _matrix(self) -> float:
        module = round(MATRIX_MODULE * self.dots) / self.dots if self.dots else MATRIX_MODULE
        return module * self.content.matrix

    def _side(self, room: float, modules: int) -> float:
        """The side of a symbol that fits a room; 0 where its modules would be too small."""
        module = min(room / modules, LARGEST_MODULE)
        if self.dots:
            module = math.floor(module * self.dots + _HAIR) / self.dots
        return module * modules if module >= self._least - _HAIR else 0.0

    def _square(self, x: float, y: float, side: float) -> Box:
        """A symbol's box; printers begin it on a whole dot."""
        if self.dots:
            x, y = round(x * self.dots) / self.dots, round(y * self.dots) / self.dots
        return Box(x, y, side, side)


def _of(box: Box | None) -> float:
    return box.w if box else 0.0


def _lines(lengths: tuple[int, ...], width: float, character: float) -> tuple[int, ...]:
    """How many parts of the element string stand in each line: as many as fit, at least one."""
    lines: list[int] = []
    free = 0.0
    for length in lengths:
        needed = (length + 1) * character
        if lines and needed <= free:
            lines[-1] += 1
            free -= needed
        else:
            lines.append(1)
            free = width - needed
    return tuple(lines)
