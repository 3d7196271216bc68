"""Scans and alerts as data: what may be asked, what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.conflict_words import conflict_in_words
from api.dependencies import View
from api.schemas.common import Answer, Hash, Party, Thing, hexadecimal, moment, party_or_none, thing
from api.schemas.requests import Request, Short
from indexer.queries.anchors import AnchorView
from records.scans import ScanRow
from records.scans.alerts import Alert as KeptAlert
from records.scans.alerts import Concluded, Precision

_HALVES = 2
KindIn = Literal["goods_in", "till", "return"]
OutcomeIn = Literal["confirmed", "false_alarm", "unclear"]


class NewScan(Request):
    """A code that staff read."""

    kind: KindIn
    code: Annotated[str, StringConstraints(min_length=1, max_length=2048)] = Field(
        description="As any scanner sends it: Digital Link, element string with or without "
        "symbology identifier and FNC1, EPC URN, GTIN and serial.",
        examples=["]d2010952123454321321" + "7K3M9QX2HB4C5D6E7F8G"],
    )
    site: Short = Field(
        description="Where: GLN of the place, or your own name for it.", examples=["9521236000004"]
    )


class NewOutcome(Request):
    """What somebody found out about an alert."""

    outcome: OutcomeIn = Field(examples=["confirmed"])
    note: Annotated[str, StringConstraints(max_length=2000)] = Field(
        "", examples=["Two packs with this code at the market in Lyon."]
    )


class ConflictAnswer(Answer):
    """What the rules say of a unit."""

    level: str = Field(examples=["conflict"])
    rules: str = Field(description="Version of the rules.")
    reasons: list[str] = Field(description="In words.")


class StaffScan(Answer):
    """A scan by staff as it was kept, and what to do."""

    seq: int = Field(description="Its place in the log of scans.")
    time: datetime
    subject: Thing
    kind: str
    site: str
    verdict: str = Field(examples=["registered"])
    reasons: list[str]
    instruction: str = Field(
        description="go_on, set_aside, hold, check_receipt or check_later.", examples=["go_on"]
    )
    text: str = Field(description="The instruction in words.")
    conflict: ConflictAnswer | None


class KeptScan(Answer):
    """A scan whose details are kept. Devices are not named."""

    seq: int
    time: datetime
    subject: Thing
    kind: str = Field(examples=["view"])
    verdict: str
    country: str | None
    latitude: float | None = Field(description="To half a degree.")
    longitude: float | None
    organisation: Party | None = Field(description="Whose staff it was.")
    site: str | None


class ScanProof(Answer):
    """That an entry stands in the log of scans as it was anchored (RFC 6962). The leaf is ``head``,
    which is SHA-256 of "lotmark/v1/scan", a line feed, the head before, and the canonical JSON
    (RFC 8785) of record, seq and time.
    """

    seq: int
    time: datetime
    record: Hash
    previous: Hash = Field(description="The head before.")
    head: Hash
    index: int = Field(description="Place of the leaf in the tree, from 0.")
    size: int = Field(description="Entries under the root.")
    root: Hash
    path: list[Hash] = Field(description="Lowest first.")
    organisation: Party = Field(description="Who anchored it.")
    block: int
    tx: Hash


class AlertReason(Answer):
    """A rule that fired, with its evidence."""

    rule: str = Field(examples=["spread"])
    text: str
    hard: bool
    score: float = Field(description="How many times over its threshold.")
    scans: list[int] = Field(description="Places in the log of scans.")
    values: Mapping[str, Any]


class OutcomeAnswer(Answer):
    """What somebody found out."""

    outcome: str
    note: str
    organisation: Party | None
    by: str = Field(description="API key, or a name given on the command line.")
    time: datetime


class Alert(Answer):
    """A conflict in the inbox."""

    id: int
    kind: str = Field(examples=["unit"])
    subject: Thing | None = Field(description="Null for a device, which has no name.")
    rules: str
    level: str
    public: bool = Field(description="Whether the page of the code tells of it.")
    reasons: list[AlertReason]
    opened: datetime
    updated: datetime
    outcome: str | None


class AlertWithHistory(Alert):
    """A conflict with all that was found out about it."""

    outcomes: list[OutcomeAnswer]


class PrecisionAnswer(Answer):
    """How often a rule of a version was right."""

    rules: str
    rule: str
    alerts: int
    confirmed: int
    false_alarm: int
    unclear: int
    precision: float | None = Field(
        description="Confirmed among confirmed and false alarms; null where nobody decided."
    )


class Threshold(Answer):
    """A number that a rule stands on."""

    name: str
    value: float
    unit: str
    source: str


class RulesAnswer(Answer):
    """A version of the rules."""

    version: str
    current: bool
    thresholds: list[Threshold]


def kept_scan(row: ScanRow, view: View) -> KeptScan:
    """A scan as it is shown."""
    kept = row.details
    return KeptScan(
        seq=row.seq,
        time=moment(row.time),
        subject=thing(kept.subject, view.base_url),
        kind=kept.kind,
        verdict=kept.verdict,
        country=kept.country,
        latitude=None if kept.latitude is None else kept.latitude / _HALVES,
        longitude=None if kept.longitude is None else kept.longitude / _HALVES,
        organisation=party_or_none(kept.org, view.names),
        site=kept.site,
    )


def alert(found: KeptAlert, view: View) -> Alert:
    """An alert as it is shown."""
    return Alert(**_members(found, view))


def alert_with_history(found: KeptAlert, history: list[Concluded], view: View) -> AlertWithHistory:
    """An alert with what was found out about it."""
    return AlertWithHistory(
        **_members(found, view), outcomes=[outcome(each, view) for each in history]
    )


def outcome(found: Concluded, view: View) -> OutcomeAnswer:
    """What somebody found out."""
    return OutcomeAnswer(
        outcome=found.outcome,
        note=found.note,
        organisation=party_or_none(found.org, view.names),
        by=found.by,
        time=moment(found.time),
    )


def precision(found: Precision) -> PrecisionAnswer:
    """How often a rule was right."""
    return PrecisionAnswer(
        rules=found.rules,
        rule=found.rule,
        alerts=found.alerts,
        confirmed=found.confirmed,
        false_alarm=found.false_alarm,
        unclear=found.unclear,
        precision=found.precision,
    )


def anchored(found: AnchorView) -> dict[str, Any]:
    """Where a root stands."""
    return {
        "size": found.size,
        "root": hexadecimal(found.root),
        "block": found.block,
        "tx": hexadecimal(found.tx),
    }


def _members(found: KeptAlert, view: View) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "subject": None if found.kind == "device" else thing(found.subject, view.base_url),
        "rules": found.rules,
        "level": found.level,
        "public": found.public,
        "reasons": [
            AlertReason(text=conflict_in_words(each, view.language), **each)
            for each in found.reasons
        ],
        "opened": moment(found.opened),
        "updated": moment(found.updated),
        "outcome": found.outcome,
    }
