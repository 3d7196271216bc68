"""Products: who registers, describes, shares and bounds them."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.history import State
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    MAX_AMOUNT,
    Id,
    Kind,
    OrgId,
    Role,
    key_of,
)

MAX_DECIMALS = 9


def register_product(act: Act, command: c.RegisterProduct) -> None:
    act.require_role(Role.MAKER)
    act.require_new_id(command.product, Kind.PRODUCT)
    known = act.state.products.get(command.product)
    if known is not None:
        raise refuse("ProductAlreadyExists", product=command.product, org=known.org)
    length = command.prefix_length
    if _prefix_owner(act, command.product, length) != act.org:
        raise refuse("PrefixNotOwned", product=command.product, length=length, org=act.org)
    unit = command.unit.rstrip(b"\0")
    if command.decimals > MAX_DECIMALS or len(unit) < 2 or not _is_unit(unit):
        raise refuse("UnitInvalid", unit=command.unit, decimals=command.decimals)
    act.emit(
        e.ProductRegistered(
            command.product, act.org, command.unit, command.decimals, command.document
        )
    )


def _prefix_owner(act: Act, product: Id, length: int) -> OrgId | None:
    if not 6 <= length <= 12:
        return None
    digits = key_of(product).digits[1:13]
    return act.state.prefixes.get((length, int(digits[:length])))


def describe_product(act: Act, command: c.DescribeProduct) -> None:
    act.owned_product(command.product)
    act.emit(e.ProductDescribed(command.product, act.org, command.document))


def authorise_maker(act: Act, command: c.AuthoriseMaker) -> None:
    act.owned_product(command.product)
    if act.state.organisations.get(command.maker) is None:
        raise refuse("ReceiverInvalid", to=command.maker)
    act.emit(e.MakerAuthorised(command.product, command.maker, command.allowed))


def declare_yield(act: Act, command: c.DeclareYield) -> None:
    act.owned_product(command.product)
    act.product(command.input)
    parts = (command.numerator, command.denominator)
    if command.input == command.product or not all(0 < part <= MAX_AMOUNT for part in parts):
        raise refuse("YieldInvalid", numerator=parts[0], denominator=parts[1])
    act.emit(e.YieldDeclared(command.product, command.input, *parts))


def prefix_length(state: State, org: OrgId, product: Id) -> int:
    """Length of the company prefix of ``org`` that a product begins with; 12 where it owns none."""
    digits = key_of(product).digits[1:13]
    lengths = (n for n in range(6, 13) if state.prefixes.get((n, int(digits[:n]))) == org)
    return next(lengths, 12)


def _is_unit(unit: bytes) -> bool:
    return all(48 <= byte <= 57 or 65 <= byte <= 90 for byte in unit)
