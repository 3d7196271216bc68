"""Making: amounts out of nothing, and out of other amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act, Quantified
from ledger.vocabulary import (
    NOTHING,
    Id,
    Kind,
    Role,
    Seconds,
    kind_of,
    product_of,
)

MAX_DEPTH = 2**32 - 1
"""How many transformations may follow one another."""


def commission(act: Act, command: c.CommissionItem) -> None:
    act.require_role(Role.MAKER)
    act.require_makes(command.item, command.amount)
    expiry = _run_expiry(act, command.item, command.expiry)
    act.require_room(command.item, command.amount)
    act.emit(e.ItemCommissioned(command.item, act.org, command.amount, expiry))


def _run_expiry(act: Act, item: Id, expiry: Seconds) -> Seconds:
    """The expiry of one more run of an item; what may not be run again is refused."""
    known = act.state.items.get(item)
    if known is None:
        return expiry
    if kind_of(item) == Kind.UNIT:
        raise refuse("ItemAlreadyExists", item=item)
    if known.maker != act.org:
        raise refuse("NotTheMaker", item=item, maker=known.maker, org=act.org)
    if expiry not in (0, known.expiry):
        raise refuse("ExpiryDiffers", item=item, expiry=known.expiry, wanted=expiry)
    act.require_usable(item)
    return known.expiry


def transform(act: Act, command: c.TransformItems) -> None:
    act.require_role(Role.MAKER)
    act.require_lines(command.inputs)
    latest, depth = _check_inputs(act, command.inputs)
    if not command.outputs:
        raise refuse("LinesNotOrdered", index=0)
    expiries = []
    for i, output in enumerate(command.outputs):
        act.require_after(command.outputs[i - 1].item if i else NOTHING, output.item, i)
        expiries.append(_check_output(act, output, latest, depth, command.inputs))
    _check_amounts(act, command)
    number = len(act.events)  # stands for the journal's sequence number, which only the chain knows
    for line in command.inputs:
        act.emit(e.ItemConsumed(line.item, act.org, number, line.amount))
    for output, expiry in zip(command.outputs, expiries, strict=True):
        act.emit(e.ItemProduced(output.item, act.org, number, output.amount, expiry))


def _check_inputs(act: Act, inputs: Iterable[c.Line]) -> tuple[Seconds, int]:
    latest, depth = Seconds(0), 0
    for line in inputs:
        act.require_usable(line.item)
        act.require_item_kind(line.item)
        act.require_held(line.item, line.amount)
        known = act.item(line.item)
        if known.expiry and (not latest or known.expiry < latest):
            latest = known.expiry
        depth = max(depth, known.depth)
    return latest, depth


def _check_output(
    act: Act, output: c.Output, latest: Seconds, depth: int, inputs: Sequence[c.Line]
) -> Seconds:
    act.require_makes(output.item, output.amount)
    known = act.state.items.get(output.item)
    wanted = output.expiry if known else output.expiry or latest
    expiry = _run_expiry(act, output.item, wanted)
    if latest and (not expiry or expiry > latest):
        raise refuse("ExpiryTooLate", item=output.item, expiry=expiry, latest=latest)
    _require_depth(act, output.item, depth, inputs)
    act.require_room(output.item, output.amount)
    return expiry


def _require_depth(act: Act, output: Id, depth: int, inputs: Sequence[c.Line]) -> None:
    known = act.state.items.get(output)
    deepest = next(i.item for i in inputs if act.item(i.item).depth == depth)
    if known is None and depth == MAX_DEPTH:
        raise refuse("TransformationTooDeep", input=deepest, depth=depth)
    if known is not None and known.depth <= depth:
        raise refuse("TransformationIsCircular", input=deepest, output=output)


def _check_amounts(act: Act, command: c.TransformItems) -> None:
    consumed = _by_product(command.inputs)
    produced = _by_product(command.outputs)
    for product, amount in produced.items():
        had = consumed.get(product, 0)
        if consumed.keys() == produced.keys() and len(consumed) == 1:
            conserved = amount == had  # a split or re-lot
        elif act.product(product).recipe:
            _check_recipe(act, product, amount, consumed)
            continue
        else:
            conserved = not had or amount <= had
        if not conserved:
            raise refuse("NotConserved", product=product, consumed=had, produced=amount)


def _check_recipe(act: Act, product: Id, produced: int, consumed: dict[Id, int]) -> None:
    """The product's own leftovers count one for one, every other input by its yield."""
    allowed = 0
    for source, amount in consumed.items():
        declared = act.state.yields.get((product, source))
        if source == product:
            allowed += amount
        elif declared is None:
            raise refuse("NotInRecipe", product=product, input=source)
        else:
            allowed += amount * declared.numerator // declared.denominator
    if produced > allowed:
        raise refuse("YieldExceeded", product=product, allowed=allowed, produced=produced)


def _by_product(lines: Iterable[Quantified]) -> dict[Id, int]:
    sums: dict[Id, int] = {}
    for line in lines:
        product = product_of(line.item)
        sums[product] = sums.get(product, 0) + line.amount
    return sums
