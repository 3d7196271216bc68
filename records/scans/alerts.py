"""The inbox: what conflicts in scans, what people found out about it, and how often rules were
right.

An alert is of one subject and one version of the rules. Outcomes are only ever added.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, insert, select, update

from ledger.errors import NotFound
from ledger.vocabulary import Id, OrgId, Seconds
from records.engine import insert_if_absent
from records.schema.scans import scan_alert_makers, scan_alerts, scan_outcomes

AlertKind = Literal["unit", "lot", "device"]
Outcome = Literal["confirmed", "false_alarm", "unclear"]
OPEN = "open"
"""Stands for alerts without outcome where some are asked for."""


@dataclass(frozen=True, slots=True)
class NewAlert:
    """What rules say of a subject. ``subject`` is the id of a unit or lot, or 32 bytes that stand
    for a device. ``reasons`` are JSON objects with ``rule`` and evidence; ``makers`` are those
    whose goods it is about.
    """

    subject: bytes
    kind: AlertKind
    rules: str
    level: str
    public: bool
    reasons: tuple[Mapping[str, Any], ...]
    makers: frozenset[OrgId]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert of the inbox. ``outcome`` is the last one, None while nobody has looked."""

    id: int
    subject: Id
    kind: AlertKind
    rules: str
    level: str
    public: bool
    reasons: tuple[Mapping[str, Any], ...]
    opened: Seconds
    updated: Seconds
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What somebody found out. ``by`` is an API key, or a name given on the command line."""

    outcome: Outcome
    note: str
    org: OrgId
    by: str
    time: Seconds


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a rule of a version was right, as far as anybody looked."""

    rules: str
    rule: str
    alerts: int
    confirmed: int
    false_alarm: int
    unclear: int

    @property
    def precision(self) -> float | None:
        """Confirmed among confirmed and false alarms; None where nobody has decided."""
        decided = self.confirmed + self.false_alarm
        return self.confirmed / decided if decided else None


def note(connection: Connection, new: NewAlert, now: Seconds) -> int | None:
    """Opens an alert, or brings the one that stands up to date; its number, None where nothing
    is new.
    """
    a = scan_alerts.c
    said = {"level": new.level, "public": new.public, "reasons": _text(new.reasons)}
    fresh = {"subject": new.subject, "kind": new.kind, "rules": new.rules, "opened": now,
             "updated": now, **said}  # fmt: skip
    opened = insert_if_absent(connection, scan_alerts, fresh, a.subject, a.rules)
    here = (a.subject == new.subject) & (a.rules == new.rules)
    row = connection.execute(select(scan_alerts).where(here)).one()
    for org in sorted(new.makers):
        insert_if_absent(connection, scan_alert_makers, {"alert": row.id, "org": org})
    if opened:
        return int(row.id)
    if {name: getattr(row, name) for name in said} == said:
        return None
    connection.execute(update(scan_alerts).where(here).values(updated=now, **said))
    return int(row.id)


def alerts(
    connection: Connection,
    *,
    maker: OrgId | None = None,
    kind: str | None = None,
    level: str | None = None,
    outcome: str | None = None,
    rules: str | None = None,
    subject: Id | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Alert]:
    """Alerts, the newest first; those that a maker may see. ``outcome`` may be `OPEN`."""
    a = scan_alerts.c
    wanted = ((a.kind, kind), (a.level, level), (a.rules, rules), (a.subject, subject))
    query = select(scan_alerts).order_by(a.id.desc()).limit(limit)
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    if outcome is not None:
        query = query.where(a.outcome.is_(None) if outcome == OPEN else a.outcome == outcome)
    if before is not None:
        query = query.where(a.id < before)
    return [_alert(row) for row in connection.execute(_seen_by(query, maker))]


def alert(connection: Connection, number: int, maker: OrgId | None = None) -> Alert:
    """An alert by its number; with ``maker`` only if that one may see it.

    Raises:
        NotFound: there is none, or not for this organisation.
    """
    query = _seen_by(select(scan_alerts).where(scan_alerts.c.id == number), maker)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no alert {number}", id=number)
    return _alert(row)


def makers_of(connection: Connection, number: int) -> frozenset[OrgId]:
    """Whose goods an alert is about."""
    m = scan_alert_makers.c
    query = select(m.org).where(m.alert == number)
    return frozenset(OrgId(each) for each in connection.execute(query).scalars())


def conclude(connection: Connection, number: int, concluded: Concluded) -> Alert:
    """Adds what somebody found out; earlier outcomes stay in the history.

    Raises:
        NotFound: there is no such alert.
    """
    alert(connection, number)
    values = {
        "alert": number,
        "outcome": concluded.outcome,
        "note": concluded.note,
        "org": concluded.org,
        "by": concluded.by,
        "time": concluded.time,
    }
    connection.execute(insert(scan_outcomes).values(**values))
    connection.execute(
        update(scan_alerts).where(scan_alerts.c.id == number).values(outcome=concluded.outcome)
    )
    return alert(connection, number)


def outcomes(connection: Connection, number: int) -> list[Concluded]:
    """What was found out about an alert, oldest first."""
    o = scan_outcomes.c
    query = select(scan_outcomes).where(o.alert == number).order_by(o.id)
    return [
        Concluded(row.outcome, row.note, OrgId(row.org), row.by, Seconds(row.time))
        for row in connection.execute(query)
    ]


def public_reasons(
    connection: Connection, subject: Id, rules: str
) -> tuple[Mapping[str, Any], ...]:
    """Why a page warns of a subject; empty where it does not, also after a false alarm."""
    a = scan_alerts.c
    query = select(a.reasons, a.public, a.outcome).where(a.subject == subject, a.rules == rules)
    row = connection.execute(query).one_or_none()
    if row is None or not row.public or row.outcome == "false_alarm":
        return ()
    return tuple(json.loads(row.reasons))


def precision(connection: Connection, maker: OrgId | None = None) -> list[Precision]:
    """How often each rule of each version was right; among the alerts that a maker may see."""
    a = scan_alerts.c
    query = _seen_by(select(a.rules, a.reasons, a.outcome), maker)
    counted: dict[tuple[str, str], list[str | None]] = {}
    for row in connection.execute(query):
        for rule in {each["rule"] for each in json.loads(row.reasons)}:
            counted.setdefault((row.rules, rule), []).append(row.outcome)
    return [
        Precision(rules, rule, len(ends), *(ends.count(word) for word in _WORDS))
        for (rules, rule), ends in sorted(counted.items())
    ]


def in_conflict(connection: Connection, subjects: Collection[Id], rules: str) -> set[Id]:
    """Those of some subjects that stand in conflict under a version of the rules."""
    a, found = scan_alerts.c, set()
    ordered = sorted(subjects)
    for start in range(0, len(ordered), _PART):
        part: Sequence[Id] = ordered[start : start + _PART]
        query = select(a.subject).where(a.subject.in_(part), a.rules == rules, _CONFLICT)
        found |= {Id(each) for each in connection.execute(query).scalars()}
    return found


_WORDS: tuple[Outcome, ...] = ("confirmed", "false_alarm", "unclear")
_CONFLICT = scan_alerts.c.level == "conflict"
_PART = 500


def _seen_by(query: Select[Any], maker: OrgId | None) -> Select[Any]:
    if maker is None:
        return query
    m = scan_alert_makers.c
    return query.where(scan_alerts.c.id.in_(select(m.alert).where(m.org == maker)))


def _text(reasons: tuple[Mapping[str, Any], ...]) -> str:
    return json.dumps([dict(each) for each in reasons], sort_keys=True)


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        subject=Id(row.subject),
        kind=row.kind,
        rules=row.rules,
        level=row.level,
        public=row.public,
        reasons=tuple(json.loads(row.reasons)),
        opened=Seconds(row.opened),
        updated=Seconds(row.updated),
        outcome=row.outcome,
    )
