"""Messages to members that wait for whoever sends them: mail, texts, an application of its own.

There is none for a member that does not consent, at any time: it is written only with the member
held (`records.notices.people.lock`), and goes when the consent goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ledger.vocabulary import Id, OrgId, Seconds
from records.schema.members import members
from records.schema.notices import messages as t
from records.schema.notices import notices, told_recalls


@dataclass(frozen=True, slots=True)
class Message:
    """What a member is to read about a recall, in its language."""

    id: int
    card: str
    item: Id
    language: str
    subject: str
    body: str
    created: Seconds


def after_message(
    connection: Connection, org: OrgId | None, *, after: int = 0, limit: int = 50
) -> tuple[Message, ...]:
    """Messages to the members whom an organisation took in, or to all; the oldest first."""
    recalled = told_recalls.c
    query = (
        select(t, recalled.item)
        .join(notices, notices.c.id == t.c.notice)
        .join(told_recalls, recalled.id == notices.c.recall)
        .join(members, members.c.card == t.c.card)
        .where(t.c.id > after)
        .order_by(t.c.id)
        .limit(limit)
    )
    if org is not None:
        query = query.where(members.c.org == org)
    return tuple(
        Message(
            row.id,
            row.card,
            Id(row.item),
            row.language,
            row.subject,
            row.body,
            Seconds(row.created),
        )
        for row in connection.execute(query)
    )
