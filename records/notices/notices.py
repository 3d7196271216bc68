"""Notices: one for each member and organisation that a recall concerns, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds
from records.engine import insert_if_absent
from records.notices import people
from records.notices.recalls import ToldRecall
from records.schema.notices import messages, told_recalls
from records.schema.notices import notices as t

MEMBERS_HAVE = 7 * 86_400
ORGANISATIONS_HAVE = 86_400
"""Seconds to acknowledge a notice in."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a member reads, and in which language (BCP 47)."""

    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Notice:
    """That a recall was told to a member or an organisation: one of ``card`` and ``org`` is set,
    neither once the member is erased.
    """

    id: int
    item: Id
    document: DocumentHash
    by: OrgId
    card: str | None
    org: OrgId | None
    created: Seconds
    due: Seconds
    acknowledged: Seconds | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many were told of a recall, have acknowledged it, and are late with that."""

    members: int
    members_acknowledged: int
    members_overdue: int
    organisations: int
    organisations_acknowledged: int
    organisations_overdue: int


def give(
    connection: Connection,
    recall: ToldRecall,
    cards: Sequence[str],
    orgs: Iterable[OrgId],
    text_for: Callable[[str], Text],
    now: Seconds,
) -> tuple[int, int]:
    """Tells members who consent and organisations, each once; how many of them heard it now.

    Whoever of ``cards`` does not consent, or is erased, is passed over. ``text_for`` gives the text
    in a member's language.
    """
    people.lock(connection, cards)
    may = people.may_be_told(connection, cards)
    told = [card for card in cards if may.get(card)]
    languages = people.languages_of(connection, told)
    members = sum(_tell(connection, recall, card, text_for(languages[card]), now) for card in told)
    due = now + ORGANISATIONS_HAVE
    there = {"recall": recall.id, "created": now, "due": due}
    organisations = sum(
        insert_if_absent(connection, t, {**there, "org": org}, t.c.recall, t.c.org) for org in orgs
    )
    return members, organisations


def _tell(connection: Connection, recall: ToldRecall, card: str, text: Text, now: Seconds) -> bool:
    values = {"recall": recall.id, "card": card, "created": now, "due": now + MEMBERS_HAVE}
    if not insert_if_absent(connection, t, values, t.c.recall, t.c.card):
        return False
    there = (t.c.recall == recall.id) & (t.c.card == card)
    notice = connection.execute(select(t.c.id).where(there)).scalar_one()
    written = {"language": text.language, "subject": text.subject, "body": text.body}
    row = {"notice": notice, "card": card, "created": now, **written}
    connection.execute(messages.insert().values(**row))
    return True


# --- who was told ---


def of_member(connection: Connection, card: str) -> tuple[Notice, ...]:
    """What a member was told, the newest first."""
    return _notices(connection, t.c.card == card, newest=True)


def of_organisation(
    connection: Connection, org: OrgId, *, after: int = 0, limit: int = 50
) -> tuple[Notice, ...]:
    """What an organisation was told, the oldest first."""
    return _notices(connection, (t.c.org == org) & (t.c.id > after), limit=limit)


def of_recall(
    connection: Connection, recall: ToldRecall, *, overdue_at: Seconds | None = None
) -> tuple[Notice, ...]:
    """The notices of a recall, the oldest first; only those that are late at a time."""
    where = t.c.recall == recall.id
    if overdue_at is not None:
        where &= t.c.acknowledged.is_(None) & (t.c.due < overdue_at)
    return _notices(connection, where)


def progress(connection: Connection, recall: ToldRecall, now: Seconds) -> Progress:
    """How far it is with a recall."""
    late = t.c.acknowledged.is_(None) & (t.c.due < now)
    columns = (func.count(), func.count(t.c.acknowledged), func.count().filter(late))

    def counted(where: ColumnElement[bool]) -> tuple[int, int, int]:
        row = connection.execute(select(*columns).where(t.c.recall == recall.id, where)).one()
        return int(row[0]), int(row[1]), int(row[2])

    return Progress(*counted(t.c.org.is_(None)), *counted(t.c.org.is_not(None)))


# --- who has heard it ---


def acknowledge_as_member(
    connection: Connection, card: str, notice: int, by: str, now: Seconds
) -> bool:
    """Notes that a member has read a notice of its own; whether there is one. Once is enough."""
    return _acknowledge(connection, (t.c.id == notice) & (t.c.card == card), by, now)


def acknowledge_as_organisation(
    connection: Connection, recall: ToldRecall, org: OrgId, by: str, now: Seconds
) -> bool:
    """Notes that an organisation has taken a recalled item off its shelves; whether it was told."""
    return _acknowledge(connection, (t.c.recall == recall.id) & (t.c.org == org), by, now)


def _acknowledge(connection: Connection, where: ColumnElement[bool], by: str, now: Seconds) -> bool:
    first = update(t).where(where, t.c.acknowledged.is_(None))
    connection.execute(first.values(acknowledged=now, acknowledged_by=by))
    return connection.execute(select(t.c.id).where(where)).first() is not None


def _notices(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    newest: bool = False,
    limit: int | None = None,
) -> tuple[Notice, ...]:
    r = told_recalls.c
    query = select(t, r.item, r.document, r.org.label("by")).join(told_recalls, r.id == t.c.recall)
    ordered = query.where(where).order_by(t.c.id.desc() if newest else t.c.id).limit(limit)
    return tuple(map(_notice, connection.execute(ordered)))


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        item=Id(row.item),
        document=DocumentHash(row.document),
        by=OrgId(row.by),
        card=row.card,
        org=None if row.org is None else OrgId(row.org),
        created=Seconds(row.created),
        due=Seconds(row.due),
        acknowledged=None if row.acknowledged is None else Seconds(row.acknowledged),
        acknowledged_by=row.acknowledged_by,
    )
