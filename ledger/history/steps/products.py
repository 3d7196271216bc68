"""Steps of the fold: products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import Product, Yield
from ledger.history.steps.step import Steps
from ledger.vocabulary import Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _product_registered(state: State, event: e.ProductRegistered, time: Seconds) -> None:
    unit = event.unit.rstrip(b"\0").decode("ascii", "replace")
    state.products.put(event.product, Product(event.org, unit, event.decimals, event.document))


def _product_described(state: State, event: e.ProductDescribed, time: Seconds) -> None:
    known = state.products.get(event.product)
    if known is not None:
        state.products.put(event.product, replace(known, document=event.document))


def _maker_authorised(state: State, event: e.MakerAuthorised, time: Seconds) -> None:
    state.makers.put((event.product, event.maker), True if event.allowed else None)


def _yield_declared(state: State, event: e.YieldDeclared, time: Seconds) -> None:
    state.yields.put((event.product, event.input), Yield(event.numerator, event.denominator))
    known = state.products.get(event.product)
    if known is not None and not known.recipe:
        state.products.put(event.product, replace(known, recipe=True))


STEPS: Steps = {
    e.ProductRegistered: _product_registered,
    e.ProductDescribed: _product_described,
    e.MakerAuthorised: _maker_authorised,
    e.YieldDeclared: _yield_declared,
}
