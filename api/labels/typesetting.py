"""Sheets as PDF, by typst: vector codes, embedded fonts, no font of the host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import cvttf_NotoSansCJK_Regular as noto
import typst

from api.labels.geometry import Geometry
from api.labels.label import Label
from api.labels.layout import Box, Content, Layout, Part, layout_of
from api.labels.symbols import Symbol
from api.languages import CHINESE, Language, marked
from ledger.errors import CommandInvalid

_TEMPLATE = Path(__file__).parent / "sheet.typ"
_GROUPS_OF_A_LINE = 4
_REMEMBERED = 10
_AT_WORK = Lock()
"""The compiler, which has the fonts open, serves one thread at a time."""
LOT, EXPIRY = marked("Lot"), marked("Expiry")
"""Words of a label, printed in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Print:
    """How labels are printed, whatever on: which codes, and whether with a GS1 DataMatrix.

    ``matrix`` None: where there is room for it.
    """

    part: Part = "both"
    matrix: bool | None = None

    def layout(self, label: Label, size: tuple[float, float], dots: float = 0.0) -> Layout:
        """The layout of one label.

        Raises:
            CommandInvalid: the label is too small; or has no hidden code, and nothing else was
                asked for.
        """
        if self.part == "hidden" and not label.code:
            raise CommandInvalid("there is no hidden code to print", field="part")
        if self.matrix is None:
            try:
                return layout_of(size, self._content(label, matrix=True), dots)
            except CommandInvalid:
                return layout_of(size, self._content(label, matrix=False), dots)
        return layout_of(size, self._content(label, matrix=self.matrix), dots)

    def _content(self, label: Label, *, matrix: bool) -> Content:
        outer = self.part != "hidden"
        return Content(
            outer=label.outer.side if outer else 0,
            matrix=label.matrix.side if outer and matrix else 0,
            hidden=label.hidden.side if label.code and self.part != "outer" else 0,
            elements=tuple(len(name) + 2 + len(value) for name, value in label.elements),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A label, its layout, and its corner on its sheet."""

    label: Label
    layout: Layout
    x: float
    y: float

    def symbols(self) -> Iterator[tuple[Symbol, Box]]:
        """What is to be read on it, and where on the label."""
        label, layout = self.label, self.layout
        if layout.outer:
            yield label.outer, layout.outer
        if layout.matrix:
            yield label.matrix, layout.matrix
        if layout.hidden:
            yield label.hidden, layout.hidden


Sheet = Sequence[Placed]


def pdf_of(sheets: Sequence[Sheet], geometry: Geometry) -> bytes:
    """Sheets as one PDF."""
    with _AT_WORK:
        pdf = bytes(_compiled(sheets, geometry, "pdf", 0))
        _forget()
    return pdf


def _forget() -> None:
    """Makes typst let go of what it keeps of the last ten documents, which we never set again:
    100 MB with 20 sheets.
    """
    empty = typst.Compiler()
    for _ in range(_REMEMBERED + 1):
        empty.compile(input=b" ", format="svg")


def png_of(placed: Placed, geometry: Geometry, dots: float) -> bytes:
    """One label as a picture, with so many dots a millimetre."""
    with _AT_WORK:
        return bytes(_compiled([[placed]], geometry, "png", dots * 25.4))


def _compiled(
    sheets: Sequence[Sheet], geometry: Geometry, form: typst.OutputFormat, ppi: float
) -> Any:
    return _compiler().compile(
        format=form,
        ppi=ppi or None,
        sys_inputs={"told": json.dumps(_told(sheets, geometry), ensure_ascii=False)},
        pdf_tags=False,  # a tag for each of a million boxes says nothing to anyone
    )


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(Path(noto.__file__).parent)],
    )
    return typst.Compiler(
        str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True
    )


def _told(sheets: Sequence[Sheet], geometry: Geometry) -> dict[str, Any]:
    """What the template draws."""
    layouts: dict[Layout, int] = {}
    drawn = [
        [_drawn(placed, layouts.setdefault(placed.layout, len(layouts))) for placed in sheet]
        for sheet in sheets
    ]
    return {
        "page": geometry.page,
        "label": geometry.label,
        "layouts": [asdict(layout) for layout in layouts],
        "sheets": drawn,
    }


def _drawn(placed: Placed, layout: int) -> dict[str, Any]:
    label, boxes = placed.label, placed.layout
    return {
        "x": placed.x,
        "y": placed.y,
        "layout": layout,
        "outer": label.outer.svg if boxes.outer else "",
        "matrix": label.matrix.svg if boxes.matrix else "",
        "hidden": label.hidden.svg if boxes.hidden else "",
        "name": label.wording.name or f"GTIN {label.gtin}",
        "name_zh": label.wording.name_zh,
        "amount": label.wording.amount,
        "facts": _facts(label),
        "elements": _element_lines(label, boxes.hri),
        "code": _code_lines(label) if boxes.hidden else [],
        "pairing": label.pairing,
    }


def _facts(label: Label) -> list[tuple[str, str, str]]:
    told = ((LOT, label.lot), (EXPIRY, label.wording.expiry))
    chinese = Language(CHINESE)
    words = [(word, chinese.text(word), value) for word, value in told if value]
    return [(word, "" if word == other else other, value) for word, other, value in words]


def _element_lines(label: Label, counts: Sequence[int]) -> list[str]:
    parts = [f"({identifier}){value}" for identifier, value in label.elements]
    lines = []
    for count in counts:
        lines.append(" ".join(parts[:count]))
        parts = parts[count:]
    return lines


def _code_lines(label: Label) -> list[str]:
    """The hidden code in two lines of groups, the pairing mark behind it."""
    groups = label.code.split("-")
    first, second = groups[:_GROUPS_OF_A_LINE], groups[_GROUPS_OF_A_LINE:]
    return ["-".join(first), "-".join(second) + (f" ◆{label.pairing}" if label.pairing else "")]
