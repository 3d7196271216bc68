"""The supplier's CSV file: bytes to lines, with all that is wrong told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger import vocabulary
from ledger.csv_lines.cells import PARSERS, CellError
from ledger.csv_lines.model import COLUMNS, ROWS, SUBJECTS, Act, CsvLine, statement
from ledger.errors import CsvInvalid, KeyInvalid
from ledger.vocabulary import DisposeReason, Gs1Key, Seconds

MAX_BYTES = 16 * 1024 * 1024
MAX_FAULTS = 200
FUTURE_TOLERANCE = 24 * 60 * 60
"""Seconds that a date may lie ahead of our clock."""


@dataclass(frozen=True, order=True, slots=True)
class _Fault:
    line: int
    field: str
    reason: str


def read(data: bytes, now: Seconds) -> tuple[CsvLine, ...]:
    """Read a supplier's file.

    UTF-8 with or without byte order mark, comma or semicolon, any order of columns, quoted line
    breaks. ``now`` decides what is the future.

    Raises:
        CsvInvalid: with ``field`` and ``line`` of the first fault, and all of them (200 at most) in
            ``values["faults"]`` as ``{line, field, reason}``.
    """
    faults: list[_Fault] = []
    lines = list(_lines(_decoded(data), now, faults))
    if not faults and not lines:
        faults.append(_Fault(1, "", "there is no line below the header"))
    if faults:
        raise _refusal(faults)
    return tuple(lines)


def _refusal(faults: Sequence[_Fault]) -> CsvInvalid:
    told = sorted(set(faults))[:MAX_FAULTS]
    first = told[0]
    where = f"line {first.line}, {first.field}" if first.field else f"line {first.line}"
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return CsvInvalid(
        f"{where}: {first.reason}{more}",
        field=first.field,
        line=first.line,
        faults=[{"line": f.line, "field": f.field, "reason": f.reason} for f in told],
    )


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _refusal([_Fault(1, "", f"the file is larger than {MAX_BYTES} bytes")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal([_Fault(line, "", "is no UTF-8: save the file as CSV UTF-8")]) from error
    if not text.strip():
        raise _refusal([_Fault(1, "", "the file is empty")])
    return text


_Cells = tuple[int, str, list[str]]
"""First line, exact text, cells."""


def _rows(text: str, faults: list[_Fault]) -> Iterator[_Cells]:
    lines = list(io.StringIO(text, newline="\n"))
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    first = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(_Fault(first + 1, "", f"is no CSV: {error}"))
            return
        raw = "".join(lines[first : reader.line_num])
        if any(cell.strip() for cell in cells):
            yield first + 1, raw.removesuffix("\n").removesuffix("\r"), [c.strip() for c in cells]
        first = reader.line_num


def _lines(text: str, now: Seconds, faults: list[_Fault]) -> Iterator[CsvLine]:
    rows = _rows(text, faults)
    header = next(rows, None)
    if header is None:
        return
    names = [cell.lower() for cell in header[2]]
    if not _check_header(header[0], names, faults):
        return
    seen: dict[bytes, int] = {}
    for line, raw, cells in rows:
        if any(cells[len(names) :]) or len(cells) < len(names):
            reason = f"has {len(cells)} cells where the header has {len(names)}"
            faults.append(_Fault(line, "", reason))
            continue
        row = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        row |= {"act": row.get("act", "").lower()}
        read_line = _Line(line, row, header[0], set(names), now, faults).read(raw)
        if read_line is None:
            continue
        if (other := seen.setdefault(read_line.statement, line)) != line:
            faults.append(_Fault(line, "", f"says the same as line {other}"))
        yield read_line


def _check_header(line: int, names: Sequence[str], faults: list[_Fault]) -> bool:
    before = len(faults)
    for name in sorted(set(names)):
        if name not in COLUMNS:
            known = ", ".join(COLUMNS)
            label = f"the column {name!r}" if name else "a column without a name"
            faults.append(_Fault(line, name, f"{label} is not known; known are {known}"))
        elif names.count(name) > 1:
            faults.append(_Fault(line, name, f"the column {name!r} stands twice"))
    if "act" not in names:
        faults.append(_Fault(line, "act", "the column 'act' is missing"))
    return len(faults) == before


@dataclass(slots=True)
class _Line:
    """The reading of one line: filled cells by column, and the faults found in it."""

    line: int
    row: Mapping[str, str]
    header: int
    columns: set[str]
    now: Seconds
    faults: list[_Fault]

    def read(self, raw: str) -> CsvLine | None:
        """The line, or None where it has faults."""
        before = len(self.faults)
        try:
            act = Act(self.row["act"])
        except ValueError:
            given = self.row["act"]
            what = f"{given!r} is no act" if given else "the act is missing"
            self.fault("act", f"{what}: one of {', '.join(Act)}")
            return None
        self._check_columns(act)
        fields = self._fields()
        fields["item"] = self._item(fields.get("product"))
        self._check_meaning(act, fields)
        if len(self.faults) > before:
            return None
        return CsvLine(
            act=act, line=self.line, raw=raw.encode(), statement=statement(self.row), **fields
        )

    def fault(self, column: str, reason: str) -> None:
        self.faults.append(_Fault(self.line, column, reason))

    def _check_columns(self, act: Act) -> None:
        row = ROWS[act]
        allowed = {"act", "date", *row.required, *row.optional, *SUBJECTS[row.subject]}
        for column in self.row:
            if column not in allowed:
                self.fault(column, f"{column!r} has no meaning for {act}")
        for column in row.required:
            if column not in self.columns:
                reason = f"the column {column!r} is missing, which {act} needs"
                self.faults.append(_Fault(self.header, column, reason))
            elif column not in self.row:
                self.fault(column, f"{act} needs {column!r}")
        self._check_subject(act, row.subject)

    def _check_subject(self, act: Act, subject: str) -> None:
        row = self.row
        if subject == "product" or (subject == "content" and "sscc" in row):
            if subject == "content" and row.keys() & {"gtin", "lot", "serial"}:
                self.fault("sscc", "a line has either a gtin or an sscc")
            return
        if "gtin" not in row:
            or_sscc = " or an 'sscc'" if subject == "content" else ""
            self.fault("gtin", f"{act} needs 'gtin'{or_sscc}")
        if ("lot" in row) == ("serial" in row):
            self.fault("lot", f"{act} needs either 'lot' or 'serial'")
        if "lot" in row and ROWS[act].counted and "quantity" not in row:
            self.fault("quantity", f"{act} needs 'quantity' for a lot")

    def _fields(self) -> dict[str, Any]:
        fields = {}
        for column, text in self.row.items():
            if column in PARSERS:
                name, parse = PARSERS[column]
                try:
                    fields[name] = parse(text)
                except CellError as error:
                    self.fault(column, str(error))
                except KeyInvalid as error:
                    self.fault(column, error.message)
        return fields

    def _item(self, product: Gs1Key | None) -> Gs1Key | None:
        if product is None:
            return None
        try:
            if "lot" in self.row:
                return vocabulary.lot(product.digits, self.row["lot"])
            if "serial" in self.row:
                return vocabulary.unit(product.digits, self.row["serial"])
        except KeyInvalid as error:
            self.fault("lot" if "lot" in self.row else "serial", error.message)
        return None

    def _check_meaning(self, act: Act, fields: Mapping[str, Any]) -> None:
        whole = "serial" in self.row or (ROWS[act].subject == "content" and "sscc" in self.row)
        if whole and fields.get("quantity", 1) != 1:
            self.fault("quantity", "a serialised or logistic unit is one")
        if act is Act.DISPOSE and "reason" in self.row:
            reasons = [reason.name.lower() for reason in DisposeReason]
            if self.row["reason"].lower() not in reasons:
                self.fault("reason", f"{self.row['reason']!r} is none of {', '.join(reasons)}")
        if fields.get("occurred_at", 0) > self.now + FUTURE_TOLERANCE:
            self.fault("date", f"{self.row['date']} is in the future")
