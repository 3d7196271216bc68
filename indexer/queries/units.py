"""Units: what was issued of a lot, and what is true of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select, tuple_

from indexer import tables as t
from indexer.logged import placed_at
from indexer.state import sql_state
from ledger.events import UnitsIssued, UnitsVoided
from ledger.history import UnitIssue
from ledger.history.entities.units import WORD
from ledger.history.words import masks
from ledger.vocabulary import DocumentHash, Id, OrgId

IssueKey = tuple[Id, int]
"""Lot and number of an issue: what a page of issues goes on ``after``."""


@dataclass(frozen=True, slots=True)
class UnitIssueView:
    """Units of a lot with the indexes from ``first`` on, ``each`` of so much of it; so many of them
    ``voided``.
    """

    lot: Id
    issue: int
    org: OrgId
    first: int
    count: int
    each: int
    root: DocumentHash
    voided: int


@dataclass(frozen=True, slots=True)
class UnitView:
    """What is true of one unit. ``seller`` is 0 unless it is sold now, ``void_reason`` None unless
    its code counts no more.
    """

    lot: Id
    index: int
    issue: int
    sold: bool
    seller: OrgId
    returned: bool
    claimed: bool
    voided: bool
    void_reason: int | None


def unit_issue(connection: Connection, lot: Id, issue: int) -> UnitIssueView | None:
    """An issue by its lot and number, or None."""
    i = t.unit_issue.c
    found = _views(connection, select(t.unit_issue).where(i.lot == lot, i.issue == issue))
    return found[0] if found else None


def issue_of_root(connection: Connection, lot: Id, root: DocumentHash) -> UnitIssueView | None:
    """The first issue of a lot that has this root, or None."""
    i = t.unit_issue.c
    query = select(t.unit_issue).where(i.lot == lot, i.root == root).order_by(i.issue).limit(1)
    found = _views(connection, query)
    return found[0] if found else None


def issued_at(connection: Connection, lot: Id, issue: int) -> tuple[int, bytes] | None:
    """The block and the transaction that made an issue."""
    e = t.EVENTS[UnitsIssued].c
    query = select(e.block, e.log_index).where(e.lot == lot, e.issue == issue)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    (placed,) = placed_at(connection, {UnitsIssued: [(row.block, row.log_index)]})
    return row.block, placed.logged.tx


def unit_issues(
    connection: Connection,
    *,
    lot: Id | None = None,
    org: OrgId | None = None,
    after: IssueKey | None = None,
    limit: int = 50,
) -> tuple[UnitIssueView, ...]:
    """Issues by lot and number; those of a lot, of a maker."""
    i = t.unit_issue.c
    query = select(t.unit_issue).order_by(i.lot, i.issue).limit(limit)
    if lot is not None:
        query = query.where(i.lot == lot)
    if org is not None:
        query = query.where(i.org == org)
    if after is not None:
        query = query.where(tuple_(i.lot, i.issue) > tuple_(*after))
    return _views(connection, query)


def unit(connection: Connection, lot: Id, index: int) -> UnitView | None:
    """A unit of a lot, or None where none was issued with this index."""
    i = t.unit_issue.c
    query = (
        select(t.unit_issue).where(i.lot == lot, i.first <= index).order_by(i.first.desc()).limit(1)
    )
    row = connection.execute(query).mappings().one_or_none() if 0 <= index < 2**63 else None
    if row is None or not _issue(row).has(index):
        return None
    marks = sql_state(connection).unit(lot, index)
    return UnitView(
        lot=lot,
        index=index,
        issue=row["issue"],
        sold=marks.sold,
        seller=_seller(connection, lot, index) if marks.sold else OrgId(0),
        returned=marks.returned,
        claimed=marks.claimed,
        voided=marks.voided,
        void_reason=_void_reason(connection, lot, index) if marks.voided else None,
    )


def _seller(connection: Connection, lot: Id, index: int) -> OrgId:
    word, bit = divmod(index, WORD)
    s = t.unit_seller.c
    query = select(s.org, s.sold).where(s.lot == lot, s.word == word)
    rows = connection.execute(query)
    found = (r.org for r in rows if int.from_bytes(r.sold, "big") >> bit & 1)
    return OrgId(next(found, 0))


def _void_reason(connection: Connection, lot: Id, index: int) -> int | None:
    """That of the first act that made its code void."""
    v = t.EVENTS[UnitsVoided].c
    query = (
        select(v.reason)
        .where(v.lot == lot, v.first <= index, v.first + v.count > index)
        .order_by(v.block, v.log_index)
        .limit(1)
    )
    reason: int | None = connection.execute(query).scalar()
    return reason


def _views(connection: Connection, query: Select[Any]) -> tuple[UnitIssueView, ...]:
    rows = connection.execute(query).mappings().all()
    return tuple(_view(connection, row) for row in rows)


def _issue(row: RowMapping) -> UnitIssue:
    numbers = (row["first"], row["count"], row["each"])
    return UnitIssue(OrgId(row["org"]), *numbers, DocumentHash(row["root"]))


def _view(connection: Connection, row: RowMapping) -> UnitIssueView:
    issue, lot = _issue(row), Id(row["lot"])
    numbers = (issue.first, issue.count, issue.each)
    voided = _voided(connection, lot, issue)
    return UnitIssueView(lot, row["issue"], issue.org, *numbers, issue.root, voided)


def _voided(connection: Connection, lot: bytes, issue: UnitIssue) -> int:
    end = issue.first + issue.count
    w = t.unit_word.c
    query = select(w.word, w.voided).where(
        w.lot == lot, w.word.between(issue.first // WORD, (end - 1) // WORD)
    )
    marked = {row.word: int.from_bytes(row.voided, "big") for row in connection.execute(query)}
    if not marked:  # so nothing is counted of the very many units that nothing happened to
        return 0
    first, last = max(issue.first, min(marked) * WORD), min(end, (max(marked) + 1) * WORD)
    return sum((mask & marked.get(word, 0)).bit_count() for word, mask in masks(first, last))
