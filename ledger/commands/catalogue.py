"""Every act of every contract."""

from __future__ import annotations

from ledger.commands import anchors, certificates, loyalty, products, units
from ledger.commands.command import Command

_FILES = (products, units, certificates, anchors, loyalty)

COMMANDS: tuple[type[Command], ...] = tuple(
    word
    for file in _FILES
    for word in vars(file).values()
    if isinstance(word, type) and issubclass(word, Command) and "function" in vars(word)
)
"""The acts of every contract, in the order of the files."""
BY_NAME: dict[str, type[Command]] = {command.__name__: command for command in COMMANDS}
