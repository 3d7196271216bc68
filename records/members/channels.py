"""Where a member earned and spent: in a store or online. The chain does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, union_all

from ledger.vocabulary import DocumentHash, Id
from records.schema.members import claims, redemption_codes
from records.schema.notices import campaign_awards, compensations
from records.schema.till import receipts


@dataclass(frozen=True, slots=True)
class Channels:
    """The channel of each claimed unit, receipt and redemption of a member, by its key on chain."""

    claims: Mapping[tuple[Id, int], str]
    receipts: Mapping[DocumentHash, str]
    redemptions: Mapping[DocumentHash, str]


def channels_of(connection: Connection, card: str) -> Channels:
    """Where a member did what; what a campaign or a recall gave for a receipt, where that was."""
    c, r, d = claims.c, receipts.c, redemption_codes.c
    units = connection.execute(select(c.lot, c["index"], c.channel).where(c.card == card))
    bought: Any = connection.execute(
        union_all(
            select(r.chain_number, r.channel).where(r.card == card),
            *(
                select(beside.c.number, r.channel)
                .join(receipts, r.id == beside.c.receipt)
                .where(r.card == card)
                for beside in (campaign_awards, compensations)
            ),
        )
    )
    there = (d.card == card) & d.channel.is_not(None)
    spent = connection.execute(select(d.number, d.channel).where(there))
    return Channels(
        {(Id(lot), index): channel for lot, index, channel in units},
        {DocumentHash(bytes(number)): channel for number, channel in bought},
        {DocumentHash(bytes(number)): channel for number, channel in spent},
    )
