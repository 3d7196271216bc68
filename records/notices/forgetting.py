"""What is taken away when a member is erased; that somebody was told stays, not who."""

from __future__ import annotations

from sqlalchemy import Connection, update

from records.members.consents import withdraw_messages
from records.schema.notices import notices, referrals, refused_referrals


def forget_card(connection: Connection, card: str) -> None:
    """Takes a member off notices and referrals, and what was written to it away."""
    withdraw_messages(connection, card)
    connection.execute(update(notices).where(notices.c.card == card).values(card=None))
    for table in (referrals, refused_referrals):
        for column in (table.c.newcomer, table.c.referrer):
            off = update(table).where(column == card).values({column.name: None})
            connection.execute(off)
