"""What members have agreed to, each purpose by itself, with when it was given and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from ledger.errors import InvalidInput
from ledger.vocabulary import Seconds
from records.schema.members import member_consents as t
from records.schema.members import members
from records.schema.notices import messages as outgoing

PURPOSES = ("marketing", "recall_notices", "research")
"""Messages about offers; e-mail when something bought was recalled; use of purchases for study."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Given or taken back since a time."""

    purpose: str
    given: bool
    since: Seconds


def history(connection: Connection, card: str) -> list[Consent]:
    """All that a member ever said, the oldest first."""
    query = select(t).where(t.c.card == card).order_by(t.c.id)
    return [Consent(row.purpose, row.given, row.since) for row in connection.execute(query)]


def given(connection: Connection, cards: Iterable[str]) -> dict[str, frozenset[str]]:
    """What each of these members agrees to now."""
    wanted = list(cards)
    latest: dict[str, dict[str, bool]] = {card: {} for card in wanted}
    query = select(t).where(t.c.card.in_(wanted)).order_by(t.c.id)
    for row in connection.execute(query):
        latest[row.card][row.purpose] = row.given
    return {card: frozenset(p for p, yes in said.items() if yes) for card, said in latest.items()}


def put(connection: Connection, card: str, said: Mapping[str, bool], now: Seconds) -> bool:
    """Notes what a member says now; what it said before is not noted again. Whether it changed.

    Raises:
        InvalidInput: a purpose that there is none of.
    """
    unknown = sorted(set(said) - set(PURPOSES))
    if unknown:
        raise InvalidInput(f"consents: there is no purpose {unknown[0]}", field="consents")
    before = given(connection, [card])[card]
    rows = [
        {"card": card, "purpose": purpose, "given": said[purpose], "since": now}
        for purpose in PURPOSES
        if purpose in said and said[purpose] != (purpose in before)
    ]
    if rows:
        connection.execute(insert(t), rows)
    if said.get("recall_notices") is False:
        withdraw_messages(connection, card)
    return bool(rows)


def withdraw_messages(connection: Connection, card: str) -> int:
    """Takes away what waits to be sent to a member that no longer agrees to it; how many there
    were. Who writes such messages holds the member meanwhile (`records.notices`).
    """
    held = select(members.c.card).where(members.c.card == card).with_for_update()
    connection.execute(held).all()
    return int(connection.execute(delete(outgoing).where(outgoing.c.card == card)).rowcount)
