"""Erasure: what was known of a member is gone, and no total of any programme changes by it.

The keys are destroyed, so what the chain says of the address concerns nobody any more and nobody
can spend its points; they expire in their time. What stays here is the card's number, so that it
is not given away again, and claims and redemptions without a card, so that a unit is not claimed
twice and the books agree.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from ledger.vocabulary import Seconds
from records.members.member import require
from records.schema.members import (
    claims,
    member_consents,
    member_devices,
    member_messages,
    members,
    redemption_codes,
)

_KEPT = {"card", "joined", "erased"}


def erase(connection: Connection, card: str, now: Seconds) -> None:
    """Erases a member. Receipts lose its card in `records.till`, if there are any.

    Raises:
        NotFound: no such card.
        MemberErased: it was erased before.
    """
    require(connection, card)
    for table in (member_consents, member_devices, member_messages):
        connection.execute(delete(table).where(table.c.card == card))
    open_ones = (redemption_codes.c.card == card) & (redemption_codes.c.state == "open")
    connection.execute(delete(redemption_codes).where(open_ones))
    for table in (claims, redemption_codes):
        connection.execute(update(table).where(table.c.card == card).values(card=None))
    brought = members.c.referred_by == card
    connection.execute(update(members).where(brought).values(referred_by=None))
    gone = {each.name: None for each in members.c if each.name not in _KEPT}
    values = gone | {"erased": now}
    connection.execute(update(members).where(members.c.card == card).values(**values))
