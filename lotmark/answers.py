"""What a command says: its answer on standard output, everything else on standard error.

With ``--json`` the answer is one JSON value and nothing else; an error then is one too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ledger.errors import InvalidInput, LotmarkError
from ledger.vocabulary import Gs1Key

as_json: ContextVar[bool] = ContextVar("as_json", default=False)
"""Whether ``--json`` was given."""


def out() -> Console:
    """Where the answer goes. Wide enough in pipes that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def notes() -> Console:
    """Where progress, warnings and errors go."""
    return Console(stderr=True, highlight=False)


def note(text: str) -> None:
    """A line for who watches."""
    notes().print(text, markup=False, soft_wrap=True)


def answer(value: Any, show: Callable[[Console], None]) -> None:
    """Gives the answer: as JSON, or as ``show`` draws it."""
    if as_json.get():
        indent = 2 if sys.stdout.isatty() else None
        print(json.dumps(plain(value), ensure_ascii=False, indent=indent), flush=True)
    else:
        show(out())


def complain(error: LotmarkError) -> None:
    """Tells an error: in words on standard error, and as JSON where that was asked for."""
    where = ""
    if isinstance(error, InvalidInput):
        where = f" (line {error.line})" if error.line else ""
    notes().print(f"[red]error[/red] {_escaped(error.message)}{where}", soft_wrap=True)
    _list_faults(error.values.get("faults"))
    if as_json.get():
        print(json.dumps({"error": problem(error)}, ensure_ascii=False), flush=True)


def _list_faults(faults: object) -> None:
    """Every fault by file, line and field, where an error lists several."""
    if not isinstance(faults, Sequence) or isinstance(faults, str):
        return
    listed = Table("file", "line", "field", "reason", box=None, pad_edge=False)
    for fault in faults:
        cells = (fault.get("file"), fault.get("line"), fault.get("field"), fault.get("reason"))
        listed.add_row(*(_escaped(str(cell)) if cell else "" for cell in cells))
    notes().print(listed)


def problem(error: LotmarkError) -> dict[str, Any]:
    """An error as JSON: code, message, values, and where the input is wrong."""
    told = {"code": error.code, "message": error.message, "values": plain(error.values)}
    if isinstance(error, InvalidInput):
        told |= {"field": error.field, "line": error.line}
    return told


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


_TEXTS: dict[type, Callable[[Any], Any]] = {
    Enum: lambda value: value.value,
    bytes: lambda value: "0x" + value.hex(),
    Gs1Key: str,
    Decimal: str,
    datetime: str,
    Path: str,
}


def plain(value: Any) -> Any:
    """A value as JSON has it: bytes as hex, keys as text, records by field."""
    for kind, text in _TEXTS.items():
        if isinstance(value, kind):
            return text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value
