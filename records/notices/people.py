"""The members whom a recall concerns: found by what stands for them on chain, asked for consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from ledger.vocabulary import Address
from records.members import consents
from records.schema.members import members

PURPOSE = "recall_notices"
"""What a member consents to in order to be told."""
AT_ONCE = 400


def cards_of(connection: Connection, addresses: Iterable[Address]) -> dict[Address, str]:
    """The cards of members by their addresses; who is no member, or no longer, is left out."""
    m, found = members.c, dict[Address, str]()
    for some in _chunks(list(addresses)):
        query = select(m.address, m.card).where(m.address.in_(some), m.erased.is_(None))
        found.update({Address(row.address): row.card for row in connection.execute(query)})
    return found


def may_be_told(connection: Connection, cards: Iterable[str]) -> dict[str, bool]:
    """Which members consent to be told of recalls; erased ones are left out."""
    m, found = members.c, dict[str, bool]()
    for some in _chunks(list(cards)):
        there = connection.scalars(select(m.card).where(m.card.in_(some), m.erased.is_(None))).all()
        given = consents.given(connection, there)
        found.update({card: PURPOSE in given[card] for card in there})
    return found


def languages_of(connection: Connection, cards: Iterable[str]) -> dict[str, str]:
    """In which language members read."""
    m, found = members.c, dict[str, str]()
    for some in _chunks(list(cards)):
        rows = connection.execute(select(m.card, m.language).where(m.card.in_(some)))
        found.update({row.card: row.language or "en" for row in rows})
    return found


def lock(connection: Connection, cards: Iterable[str]) -> None:
    """Lets nobody else change, until this transaction ends, what these members agree to.

    Who writes to a member and who notes that it no longer agrees both call this first, so that one
    of them sees what the other did.
    """
    for some in _chunks(sorted(cards)):
        query = select(members.c.card).where(members.c.card.in_(some)).order_by(members.c.card)
        connection.execute(query.with_for_update()).all()


def _chunks(keys: Sequence[Address] | Sequence[str]) -> Iterator[Sequence[Address] | Sequence[str]]:
    return (keys[i : i + AT_ONCE] for i in range(0, len(keys), AT_ONCE))
