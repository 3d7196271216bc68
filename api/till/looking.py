"""What a till says of a code before anything is sold: whether it would be, and what it is."""

from __future__ import annotations

from sqlalchemy import Connection

from api.acceptance import Acceptance
from api.services import Services
from api.till.goods import Goods, Shelf
from ledger import commands as c
from ledger.vocabulary import Amount, OrgId


def look(
    services: Services, records: Connection, mirror: Connection, org: OrgId, code: str
) -> Goods:
    """What a code stands for, if an organisation may sell one of it now. Nothing is written.

    Raises:
        CommandInvalid: the code cannot be read.
        ActRefused: it must not be sold.
    """
    acceptance = Acceptance(services, org, "", b"", records, mirror)
    goods = Shelf(acceptance).find(code, "code")
    if goods.issue is not None and goods.index is not None:
        acceptance.judge([c.SellUnits(goods.item, goods.issue, (goods.index,))])
    else:
        acceptance.judge([c.SellItem(goods.item, goods.each or Amount(1))])
    return goods
