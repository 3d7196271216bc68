"""Where points were earned and spent, in a store or online, for a whole programme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, case, exists, func, select, union_all

from ledger.vocabulary import DocumentHash, Id, Seconds
from records.members.channels import Channels
from records.outbox import State
from records.schema import outbox
from records.schema.members import claims, redemption_codes
from records.schema.notices import campaign_awards, campaigns, compensations, referrals
from records.schema.till import receipt_operations, receipts


def channels_in(connection: Connection, programme: int) -> Channels:
    """The channel of each claimed unit, award and redemption of a programme. An award beside the
    receipt's own, for a campaign, a recall or a referral, has the channel of its receipt.
    """
    c, d = claims.c, redemption_codes.c
    units = connection.execute(select(c.lot, c["index"], c.channel).where(c.programme == programme))
    spent = connection.execute(
        select(d.number, d.channel).where(d.programme == programme, d.channel.is_not(None))
    )
    awarded: Any = connection.execute(union_all(*_awards(programme)))
    return Channels(
        {(Id(lot), index): channel for lot, index, channel in units},
        {DocumentHash(bytes(row[0])): row[1] for row in awarded},
        {DocumentHash(bytes(number)): channel for number, channel in spent},
    )


def _awards(programme: int) -> list[Select[tuple[bytes, str]]]:
    r, a, m, f = receipts.c, campaign_awards.c, compensations.c, referrals.c
    own = select(r.chain_number, r.channel).where(r.programme == programme)
    bonus = (
        select(a.number, r.channel)
        .join(receipts, r.id == a.receipt)
        .join(campaigns, campaigns.c.id == a.campaign)
        .where(campaigns.c.programme == programme)
    )
    made_good = (
        select(m.number, r.channel)
        .join(receipts, r.id == m.receipt)
        .where(m.programme == programme)
    )
    brought = [
        select(number, r.channel).join(receipts, r.id == f.receipt).where(f.programme == programme)
        for number in (f.referrer_number, f.newcomer_number)
    ]
    return [own, bonus, made_good, *brought]


def paid(connection: Connection, programme: int, until: Seconds) -> dict[str, int]:
    """What was paid for purchases that earned in a programme until a time, without what had come
    back by then, in minor units by currency. What the contract refused was no purchase.
    """
    r, sale, of = receipts.c, receipts.alias().c, receipt_operations.c
    refused = (
        exists()
        .where(of.receipt == sale.id, of.purpose == "sale", of.operation == outbox.c.id)
        .where(outbox.c.state == State.REFUSED)
    )
    total = func.sum(case((r.kind == "sale", r.total), else_=-r.total))
    query = (
        select(r.currency, total)
        .where(sale.id == func.coalesce(r.sale, r.id), r.created <= until)
        .where(sale.programme == programme, sale.points > 0, ~refused)
        .group_by(r.currency)
    )
    return {currency: int(total) for currency, total in connection.execute(query)}
