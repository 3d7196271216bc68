"""Logistic units: packed, nested, unpacked."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    Id,
    Kind,
    kind_of,
)

MAX_LINES_PER_UNIT = 200
MAX_NESTING = 4


def pack(act: Act, command: c.PackItems) -> None:
    unit = command.logistic_unit
    act.require_lines(command.lines)
    if act.state.contents.get(unit):
        act.require_unit_held(unit)
    else:
        act.require_new_id(unit, Kind.LOGISTIC_UNIT)
    for line in command.lines:
        if line.item != unit:
            act.require_held(line.item, line.amount)
        _require_fits(act, unit, line.item)
        if line.item != unit:
            act.emit(e.ItemPacked(line.item, unit, act.org, line.amount))
    if any(line.item == unit for line in command.lines):  # it would not be held any more
        raise refuse("LogisticUnitNotHeld", logistic_unit=unit, org=act.org)


def _require_fits(act: Act, unit: Id, item: Id) -> None:
    contents = act.state.contents.get(unit) or ()
    known = any(packed.item == item for packed in contents)
    full = len(contents) == MAX_LINES_PER_UNIT and not known
    if full or (kind_of(item) == Kind.LOGISTIC_UNIT and _level(act, item) == MAX_NESTING):
        raise refuse("LogisticUnitTooLarge", logistic_unit=unit)


def _level(act: Act, unit: Id) -> int:
    inner = (p.item for p in act.state.contents.get(unit) or ())
    levels = [_level(act, each) for each in inner if kind_of(each) == Kind.LOGISTIC_UNIT]
    return 1 + max(levels, default=0)


def unpack(act: Act, command: c.UnpackItems) -> None:
    unit = command.logistic_unit
    act.require_unit_held(unit)
    act.require_lines(command.lines)
    for line in command.lines:
        packed = act.state.packed(unit, line.item)
        if packed < line.amount:
            raise refuse(
                "NotPacked",
                item=line.item,
                logistic_unit=unit,
                packed=packed,
                wanted=line.amount,
            )
        act.emit(e.ItemUnpacked(line.item, unit, act.org, line.amount))
