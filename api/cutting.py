"""Acts with more lines than a block has gas for, cut into several; and operations that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger import commands as c
from ledger.hashing import document_hash
from ledger.statements import shipment_of

LINES_PER_OPERATION = 120
"""Lines of statements and acts that fit one transaction with room to spare (30 million gas)."""

_Moving = c.ReceiveShipment | c.RejectShipment | c.CancelShipment | c.PackItems | c.UnpackItems


def cut(commands: Sequence[c.Command]) -> tuple[c.Command, ...]:
    """The same acts, none with more lines than fit. What is made in one go is left as it is."""
    return tuple(part for command in commands for part in _parts(command))


def _parts(command: c.Command) -> Iterator[c.Command]:
    size = LINES_PER_OPERATION
    if not isinstance(command, _Moving | c.ShipItems) or len(command.lines) <= size:
        yield command
        return
    for number, start in enumerate(range(0, len(command.lines), size)):
        lines = command.lines[start : start + size]
        if isinstance(command, c.ShipItems) and number:  # a shipment's id is used once
            further = document_hash(command.shipment + number.to_bytes(4, "big"))
            yield replace(command, shipment=shipment_of(further), lines=lines)
        else:
            yield replace(command, lines=lines)


def operations(
    lines: Sequence[c.Observe], commands: Sequence[c.Command]
) -> Iterator[tuple[tuple[c.Command, ...], tuple[c.Command, ...]]]:
    """Lines and acts of one statement, so that each part fits a transaction. Acts without lines of
    their own part repeat its first, so that they are known to follow from it.
    """
    size = LINES_PER_OPERATION
    said = [tuple(lines[start : start + size]) for start in range(0, len(lines), size)]
    acts = list(_together(commands))
    for place in range(max(len(said), len(acts), 1)):
        here = said[place] if place < len(said) else tuple(lines[:1])
        yield here, acts[place] if place < len(acts) else ()


def _together(commands: Sequence[c.Command]) -> Iterator[tuple[c.Command, ...]]:
    some: list[c.Command] = []
    for command in commands:
        if some and sum(map(_weight, some)) + _weight(command) > LINES_PER_OPERATION:
            yield tuple(some)
            some = []
        some.append(command)
    if some:
        yield tuple(some)


def _weight(command: c.Command) -> int:
    return max(len(getattr(command, "lines", ())), 1)
