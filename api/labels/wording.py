"""What labels say in words of products and lots: from the product's description and the mirror."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.labels.label import Wording
from api.languages import CHINESE, ENGLISH, LATEST, Language
from api.names import Names
from indexer.queries.lots import item
from ledger.gs1.digital_link import DigitalLink
from ledger.vocabulary import Id, Seconds

_LONGEST_NAME = 200


def wording_from(records: Connection, mirror: Connection) -> Callable[[DigitalLink], Wording]:
    """A function that words the label of what a link names; it looks every lot up once."""
    names = {tag: Names(records, mirror, Language(tag)) for tag in (ENGLISH, CHINESE)}
    known: dict[tuple[Id | None, Id | None], Wording] = {}

    def wording(link: DigitalLink) -> Wording:
        product = link.product.id if link.product else None
        lot = link.lot.id if link.lot else None
        if (product, lot) not in known:
            known[product, lot] = _wording(names, mirror, product, lot)
        return known[product, lot]

    return wording


def nothing(_: DigitalLink) -> Wording:
    """Words where no installation is at hand: none."""
    return Wording()


def _wording(
    names: dict[str, Names], mirror: Connection, product: Id | None, lot: Id | None
) -> Wording:
    if product is None:
        return Wording()
    english = _name(names[ENGLISH], product)
    chinese = _name(names[CHINESE], product)
    found = item(mirror, lot) if lot else None
    return Wording(
        name=english,
        name_zh="" if chinese == english else chinese,
        expiry=_day(found.expiry) if found else "",
        amount=_contents(names[ENGLISH], product),
    )


def _name(names: Names, product: Id) -> str:
    view = names.product(product)
    told = names.told(names.description(view.document).get("name")) if view else None
    return told.text[:_LONGEST_NAME] if told else ""


def _contents(names: Names, product: Id) -> str:
    """The net content as the product's description words it: ``500 g``."""
    view = names.product(product)
    told = names.told(names.description(view.document).get("net_content")) if view else None
    return told.text[:_LONGEST_NAME] if told else ""


def _day(expiry: Seconds) -> str:
    return f"{datetime.fromtimestamp(min(expiry, LATEST), UTC):%Y-%m-%d}" if expiry else ""
