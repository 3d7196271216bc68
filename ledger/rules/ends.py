"""Ends and stops: disposed of, sold, recalled, released."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    Amount,
    Id,
    Role,
    product_of,
)


def _require_some(act: Act, item: Id, amount: int) -> None:
    act.require_item_kind(item)
    act.require_amount(item, amount)
    act.require_held(item, amount)


def dispose(act: Act, command: c.DisposeItem) -> None:
    _require_some(act, command.item, command.amount)
    act.emit(e.ItemDisposed(command.item, act.org, command.amount, command.reason))


def sell(act: Act, command: c.SellItem) -> None:
    act.require_role(Role.RETAILER)
    sell_amount(act, command.item, command.amount)


def sell_amount(act: Act, item: Id, amount: int) -> None:
    """Sells an amount, by itself or because units of it were sold."""
    act.require_usable(item)
    _require_some(act, item, amount)
    act.emit(e.ItemSold(item, act.org, Amount(amount)))


def accept_return(act: Act, command: c.AcceptReturn) -> None:
    """What was sold as units comes back as units."""
    act.require_role(Role.RETAILER)
    item, amount = command.item, command.amount
    act.require_amount(item, amount)
    known = act.state.sold.get((item, act.org))
    sold = known.by_amount if known else 0
    if sold < amount:
        raise refuse("SoldTooSmall", item=item, org=act.org, sold=sold, wanted=amount)
    act.emit(e.ItemReturned(item, act.org, amount))


def _is_auditor(act: Act) -> bool:
    return bool(act.roles & Role.AUDITOR)


def recall(act: Act, command: c.RecallItems) -> None:
    for item in command.items:
        known = act.item(item)
        owner = act.product(product_of(item)).org
        if act.org not in (known.maker, owner) and not _is_auditor(act):
            raise refuse("NotAllowedToRecall", item=item, org=act.org)
        takes_over = _is_auditor(act) or (known.recalled_by == known.maker != act.org)
        taken_over = takes_over and known.recalled_by != act.org
        if not known.recalled_by or taken_over:
            act.emit(e.ItemRecalled(item, act.org, command.document))


def release(act: Act, command: c.ReleaseItems) -> None:
    for item in command.items:
        known = act.item(item)
        if not known.recalled_by:
            raise refuse("ItemIsNotRecalled", item=item)
        if known.recalled_by != act.org and not _is_auditor(act):
            raise refuse("NotAllowedToRecall", item=item, org=act.org)
        act.emit(e.ItemReleased(item, act.org, command.document))
