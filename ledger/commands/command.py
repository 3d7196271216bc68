"""What every command is, and the lists that some have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ledger.events.fields import AmountField, IdField, SecondsField
from ledger.vocabulary import Amount, Id, line_order


@dataclass(frozen=True, slots=True)
class Line:
    """An amount of one item or logistic unit."""

    item: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class Output:
    """What a transformation makes; expiry 0 means "as the inputs demand"."""

    item: IdField
    amount: AmountField
    expiry: SecondsField


class Command:
    """What every command is. ``function`` is the name of the contract's function."""

    contract: ClassVar[str] = "ProductLedger"
    function: ClassVar[str]
    __slots__ = ()


def lines(amounts: Mapping[Id, int]) -> tuple[Line, ...]:
    """Amounts by item as the lines of an act, in the order the contract demands."""
    return tuple(Line(item, Amount(amounts[item])) for item in sorted(amounts, key=line_order))
