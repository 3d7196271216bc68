"""A scan by staff: what the code names, what is said of it, and how it is kept."""

from __future__ import annotations

from sqlalchemy import Connection

from api.conflict_words import conflict_in_words
from api.dependencies import View
from api.known_units import locate
from api.resolver import settled
from api.scan import Scan, scan
from api.scans.instructing import in_words, instruction
from api.scans.judging import alert_of, judge_now
from api.schemas import staff_scans as answers
from api.schemas.common import moment, thing
from insights.conflicts import Conflict
from ledger.errors import CommandInvalid, InvalidInput
from ledger.gs1.scanned import read_scanned
from ledger.vocabulary import Gs1Key, Kind
from records.api_keys import ApiKey
from records.scans import Place, add_staff


def look(view: View, code: str) -> Scan:
    """What is known of a code that staff read; of several readings the one that is known.

    Raises:
        CommandInvalid: it cannot be read, or names no lot and no unit.
    """
    try:
        hosts = view.services.settings.known_hosts
        links = [settled(each, view) for each in read_scanned(code, hosts)]
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="code") from error
    readings = [(each, each.key) for each in links if _goods(each.key)]
    if not readings:
        raise CommandInvalid("code: a lot or a serial number is needed", field="code")
    found = []
    for link, key in readings:
        assert key is not None
        unit = locate(view, key.id) if key.kind is Kind.UNIT else None
        now = view.services.now()
        found.append(scan(link, key, view.mirror, view.names, view.health, now, unit=unit))
    return next((each for each in found if each.item or each.unit), found[0])


def keep(
    view: View,
    records: Connection,
    key: ApiKey,
    found: Scan,
    body: answers.NewScan,
    place: Place | None,
) -> answers.StaffScan:
    """Keeps a scan, and judges the unit at once: a hard rule waits for no job."""
    now, verdict = view.services.now(), found.judgement.verdict
    seq = add_staff(
        records,
        found.key.id,
        body.kind,
        org=key.org,
        site=body.site,
        key_id=key.id,
        verdict=verdict,
        now=now,
        place=place,
    )
    conflict = None
    if found.key.kind is Kind.UNIT:
        conflict = judge_now(records, view.mirror, found.key.id, now).conflict
    told = instruction(body.kind, verdict, conflict)
    return answers.StaffScan(
        seq=seq,
        time=moment(now),
        subject=thing(found.key.id, view.base_url),
        kind=body.kind,
        site=body.site,
        verdict=verdict,
        reasons=list(found.judgement.reasons),
        instruction=told,
        text=in_words(told, view.language),
        conflict=_conflict(conflict, found, view),
    )


def _conflict(conflict: Conflict | None, found: Scan, view: View) -> answers.ConflictAnswer | None:
    if conflict is None:
        return None
    reasons = alert_of(found.key.id, "unit", conflict, frozenset()).reasons
    return answers.ConflictAnswer(
        level=conflict.level,
        rules=conflict.rules,
        reasons=[conflict_in_words(each, view.language) for each in reasons],
    )


def _goods(key: Gs1Key | None) -> bool:
    return key is not None and key.kind in (Kind.LOT, Kind.UNIT)
