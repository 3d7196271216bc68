"""Feeds the conflict rules with what is kept, and the inbox with what they say.

Each run looks at what has new scans or new facts since the last one; doing so twice is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from api.scans.facts import Books, known_of, scan_of
from api.services import Services
from indexer.queries.lots import item
from indexer.queries.moments import changed_items
from indexer.queries.status import status
from insights.conflicts import (
    CURRENT,
    Conflict,
    DeviceView,
    LotFacts,
    Rules,
    Scan,
    UnitFacts,
    judge_device,
    judge_lot,
    judge_unit,
)
from ledger.hashing import sha256, tagged
from ledger.vocabulary import NOTHING, Id, Kind, OrgId, Seconds, kind_of, product_of
from records.engine import reading, writing
from records.scans import history
from records.scans.alerts import AlertKind, NewAlert, note
from records.scans.log import length
from records.scans.lots import scanned_units, units_in_conflict, views_by_country
from records.scans.progress import note_reached, reached
from records.scans.reading import (
    all_subjects,
    devices_since,
    note_subject,
    of_device,
    subjects_of_lots,
    subjects_since,
)

EVERY_SECONDS = 10
_SCANS, _BLOCKS = "conflicts.scans", "conflicts.blocks"
_PART = 200
"""Subjects that are judged on one view of the databases."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of a unit."""

    unit: Id
    lot: Id
    conflict: Conflict | None
    makers: frozenset[OrgId]


def look_for_conflicts(services: Services, rules: Rules = CURRENT) -> str | None:
    """Judges what is new, opens alerts and brings those that stand up to date."""
    with reading(services.records) as records, reading(services.mirror) as mirror:
        upto, since = length(records), reached(records, _SCANS)
        seen = status(mirror)
        final = seen.final_block if seen else 0
        changed = changed_items(mirror, reached(records, _BLOCKS)) if seen else set()
        subjects = [*subjects_since(records, since), *subjects_of_lots(records, changed)]
        devices = devices_since(records, since)
    units = list(dict.fromkeys(each for each in subjects if kind_of(each) == Kind.UNIT))
    raised, lots = 0, {each for each in subjects if kind_of(each) == Kind.LOT}
    for start in range(0, len(units), _PART):
        judged = list(_judged(services, units[start : start + _PART], rules))
        raised += _note_units(services, judged)
        lots |= {each.lot for each in judged if each.lot != NOTHING}
    raised += _note_lots(services, sorted(lots), rules)
    raised += _note_devices(services, devices, rules)
    with writing(services.records) as records:
        note_reached(records, _SCANS, upto)
        note_reached(records, _BLOCKS, final)
    return f"{raised} alerts" if raised else None


def judge_now(
    records: Connection, mirror: Connection, unit: Id, now: Seconds, rules: Rules = CURRENT
) -> Judged:
    """Judges a unit in the caller's transaction and notes what comes of it."""
    judged = judge_kept(Books(mirror, records), unit, rules)
    if judged.conflict is not None:
        note(records, alert_of(unit, "unit", judged.conflict, judged.makers), now)
    return judged


def histories(services: Services) -> Iterator[tuple[UnitFacts, tuple[Scan, ...]]]:
    """Every scanned unit with its facts and the scans whose details are kept."""
    with reading(services.records) as records, reading(services.mirror) as mirror:
        books = Books(mirror, records)
        for unit in all_subjects(records):
            if kind_of(unit) == Kind.UNIT:
                rows = history(records, unit)
                yield known_of(books, unit, rows).facts, tuple(map(scan_of, rows))


def alert_of(
    subject: bytes, kind: AlertKind, conflict: Conflict, makers: frozenset[OrgId]
) -> NewAlert:
    """A conflict as the inbox keeps it."""
    reasons = tuple(
        {
            "rule": each.rule,
            "hard": each.hard,
            "score": each.score,
            "scans": list(each.scans),
            "values": dict(each.values),
        }
        for each in conflict.reasons
    )
    return NewAlert(subject, kind, conflict.rules, conflict.level, conflict.public, reasons, makers)


def _judged(services: Services, units: Iterable[Id], rules: Rules) -> Iterator[Judged]:
    with reading(services.records) as records, reading(services.mirror) as mirror:
        books = Books(mirror, records)
        for unit in units:
            yield judge_kept(books, unit, rules)


def judge_kept(books: Books, unit: Id, rules: Rules = CURRENT) -> Judged:
    """What the rules say of a unit by the scans whose details are kept; nothing is written."""
    rows = history(books.records, unit)
    known = known_of(books, unit, rows)
    conflict = judge_unit(map(scan_of, rows), known.facts, rules)
    return Judged(unit, known.facts.lot, conflict, known.makers)


def _note_units(services: Services, judged: Sequence[Judged]) -> int:
    raised = 0
    with writing(services.records) as records:
        for each in judged:
            note_subject(records, each.unit, each.lot, min(each.makers, default=None))
            if each.conflict is not None:
                alert = alert_of(each.unit, "unit", each.conflict, each.makers)
                raised += note(records, alert, services.now()) is not None
    return raised


def _note_lots(services: Services, lots: Sequence[Id], rules: Rules) -> int:
    found = []
    made: dict[Id, OrgId] = {}
    with reading(services.records) as records, reading(services.mirror) as mirror:
        for lot in lots:
            view, conflict = item(mirror, lot), judge_lot(_lot_facts(records, lot, rules), rules)
            made |= {lot: view.maker} if view else {}
            if conflict is not None:
                makers = frozenset({view.maker}) if view else frozenset()
                found.append(alert_of(lot, "lot", conflict, makers))
    with writing(services.records) as records:
        for lot, maker in made.items():
            note_subject(records, lot, lot, maker)
    return _note(services, found)


def _lot_facts(records: Connection, lot: Id, rules: Rules) -> LotFacts:
    product = product_of(lot)
    scanned = scanned_units(records, product)
    flagged = units_in_conflict(records, product, rules.version)
    own, own_flagged = scanned.get(lot, 0), flagged.get(lot, 0)
    return LotFacts(
        lot,
        scanned=own,
        flagged=own_flagged,
        usual_scanned=sum(scanned.values()) - own,
        usual_flagged=sum(flagged.values()) - own_flagged,
        views=views_by_country(records, lot),
    )


def _note_devices(services: Services, devices: Iterable[bytes], rules: Rules) -> int:
    found = []
    with reading(services.records) as records, reading(services.mirror) as mirror:
        books = Books(mirror, records)
        for device in devices:
            rows = of_device(records, device)
            views = [DeviceView(row.seq, row.time, row.details.subject) for row in rows]
            conflict = judge_device(views, rules)
            if conflict is not None:
                makers: frozenset[OrgId] = frozenset()
                for unit in {view.unit for view in views}:
                    makers |= known_of(books, unit, ()).makers
                # the device's own name is deleted with its views; this says nothing without it
                stands_for = sha256(tagged("scan-harvest", device))
                found.append(alert_of(stands_for, "device", conflict, makers))
    return _note(services, found)


def _note(services: Services, alerts: Sequence[NewAlert]) -> int:
    if not alerts:
        return 0
    with writing(services.records) as records:
        return sum(note(records, each, services.now()) is not None for each in alerts)
