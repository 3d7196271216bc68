"""Acts of the contract Anchors."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands.command import Command
from ledger.events.fields import HashField, Uint8, Uint64


@dataclass(frozen=True, slots=True)
class AnchorRoot(Command):
    """Anchors a list of statements as it is now (`ledger.vocabulary.AnchoredContent`)."""

    contract = "Anchors"
    function = "anchor"
    content: Uint8
    root: HashField
    size: Uint64
    predecessor: HashField
