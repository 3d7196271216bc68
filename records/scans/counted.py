"""Views of codes by devices: counted once for each, and told to who looks next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from ledger.vocabulary import Id, Seconds
from records.scans.details import Details, View
from records.scans.log import append, lock
from records.schema.scans import scan_details, scan_subjects


@dataclass(frozen=True, slots=True)
class Seen:
    """How often devices looked at a subject so far, and when and in which country (ISO 3166-1,
    empty where that is not known) first. ``by_this_device``: the one that asks was among them.
    """

    count: int
    first_time: Seconds | None
    first_place: str
    by_this_device: bool

    @property
    def by_others(self) -> int:
        """Views by other devices than the one that asks."""
        return self.count - self.by_this_device


NEVER = Seen(0, None, "", by_this_device=False)


def seen(connection: Connection, subject: Id, visitors: Sequence[bytes] = ()) -> Seen:
    """What a page tells of earlier views; one indexed read."""
    this = exists().where(scan_details.c.visitor.in_(visitors))
    query = select(scan_subjects, this.label("this")).where(scan_subjects.c.subject == subject)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return NEVER
    first = None if row["first_time"] is None else Seconds(row["first_time"])
    return Seen(row["count"], first, row["first_country"] or "", bool(row["this"]))


def add_views(connection: Connection, views: Iterable[View]) -> list[int]:
    """Adds the views by devices that had not seen the subject yet; their places in the log."""
    lock(connection)
    fresh = _fresh(connection, list(views))
    seqs = append(connection, [(each.time, _details(each)) for each in fresh])
    note_subjects(connection, zip(seqs, fresh, strict=True))
    return seqs


def _fresh(connection: Connection, views: Sequence[View]) -> list[View]:
    named = {visitor for view in views for visitor in view.visitors}
    column = scan_details.c.visitor
    known = set(connection.execute(select(column).where(column.in_(named))).scalars())
    fresh = []
    for view in views:
        if known.isdisjoint(view.visitors):
            fresh.append(view)
            known.add(view.visitors[0])
    return fresh


def _details(view: View) -> Details:
    place = view.place
    return Details(
        view.subject,
        "view",
        view.verdict,
        device=view.device,
        visitor=view.visitors[0],
        country=(place.country or None) if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )


def note_subjects(connection: Connection, added: Iterable[tuple[int, View]]) -> None:
    """Counts views; who calls it holds the log's lock."""
    by_subject: dict[Id, list[tuple[int, View]]] = {}
    for seq, view in added:
        by_subject.setdefault(view.subject, []).append((seq, view))
    s = scan_subjects.c
    query = select(s.subject, s.first_seq).where(s.subject.in_(by_subject))
    known = {row.subject: row.first_seq for row in connection.execute(query)}
    new = [_row(s_id, views) for s_id, views in by_subject.items() if s_id not in known]
    old = [_row(s_id, views) for s_id, views in by_subject.items() if s_id in known]
    if new:
        connection.execute(insert(scan_subjects), new)
    if old:
        _count(connection, old, {row["subject"] for row in old if known[row["subject"]] is None})


def _row(subject: Id, added: Sequence[tuple[int, View]]) -> dict[str, object]:
    first_seq, first = added[0]
    return {
        "subject": subject,
        "count": len(added),
        "first_seq": first_seq,
        "first_time": first.time,
        "first_country": (first.place.country or None) if first.place else None,
        "last_seq": added[-1][0],
    }


def _count(connection: Connection, rows: Sequence[dict[str, object]], unseen: set[object]) -> None:
    """``unseen`` were read by staff only so far."""
    s = scan_subjects.c
    changed = [{f"b_{name}": value for name, value in row.items()} for row in rows]
    connection.execute(
        update(scan_subjects)
        .where(s.subject == bindparam("b_subject"))
        .values(count=s.count + bindparam("b_count"), last_seq=bindparam("b_last_seq")),
        changed,
    )
    first = ("first_seq", "first_time", "first_country")
    for row in rows:
        if row["subject"] in unseen:
            connection.execute(
                update(scan_subjects)
                .where(s.subject == row["subject"])
                .values({name: row[name] for name in first})
            )
