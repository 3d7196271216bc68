"""The answer to a scan, as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from api.conflict_words import conflict_in_words
from api.dependencies import View
from api.scan import Scan
from api.schemas import history, things, units
from api.schemas.common import Answer, Thing, moment, moment_or_none, thing, thing_of
from api.schemas.history import Finding, StoryStep


class Verdict(Answer):
    """What a scan is answered with: one of seven words, and why."""

    verdict: str = Field(examples=["registered"])
    reasons: list[str] = Field(examples=[["on_record"]])
    state: str = Field(description="How far the mirror can be relied on.", examples=["current"])
    checked: datetime
    block: int | None = Field(description="The last block that was looked at.")
    block_time: datetime | None


class SourceItem(Answer):
    """What something was made of; ``fact`` is false where only a statement says so."""

    item: Thing
    name: str
    fact: bool


class Recall(Answer):
    """A recall that is in force."""

    item: things.Item
    notice: Mapping[str, Any] = Field(description="The document behind the hash, if kept.")


class Seen(Answer):
    """Who looked at a code before: devices, each counted once, nobody by name."""

    devices: int = Field(description="That looked at it so far.")
    others: int = Field(description="Of these, other ones than this.")
    first: datetime | None
    country: str = Field(description="Of the first view, ISO 3166-1; empty where not known.")


class ScanAnswer(Answer):
    """What is recorded under a GS1 key. What does not apply is null or empty."""

    key: Thing
    verdict: Verdict
    product: things.Product | None
    item: things.Item | None
    lot: things.Item | None = Field(description="The lot that a unit is of.")
    unit: units.IssuedUnit | None = Field(description="A unit with a code of its own.")
    recall: Recall | None
    sources: list[SourceItem]
    recalled_sources: list[things.Item] = Field(description="Of all that it was made of.")
    story: list[StoryStep]
    findings: list[Finding]
    lots: list[things.Item] = Field(description="Of a product, the first fifty.")
    logistic_unit: things.LogisticUnit | None
    organisation: things.Organisation | None
    seen: Seen | None = Field(description="Earlier views of the code, of units and lots.")
    conflict: list[str] = Field(description="Why a conflict is possible, in words.")


def scan_answer(found: Scan, view: View) -> ScanAnswer:
    """What is recorded under a scanned code."""
    mirror = found.health.mirror
    return ScanAnswer(
        key=thing_of(found.key, view.base_url),
        verdict=Verdict(
            verdict=found.judgement.verdict,
            reasons=list(found.judgement.reasons),
            state=found.health.state,
            checked=moment(found.now),
            block=mirror.block if mirror else None,
            block_time=moment_or_none(mirror.time if mirror else None),
        ),
        product=things.product(found.product, view) if found.product else None,
        item=things.item(found.item, view) if found.item else None,
        lot=things.item(found.lot, view) if found.lot else None,
        unit=units.issued_unit(found.unit, view) if found.unit else None,
        recall=_recall(found, view),
        sources=[
            SourceItem(
                item=thing(each.item, view.base_url),
                name=view.names.product_name(each.item).text,
                fact=each.fact,
            )
            for each in found.sources
        ],
        recalled_sources=[things.item(each, view) for each in found.recalled_sources],
        story=[history.step(each, view) for each in found.story],
        findings=[history.finding(each, None, view) for each in found.findings],
        lots=[things.item(each, view) for each in found.lots],
        logistic_unit=things.logistic_unit(found.logistic_unit, view)
        if found.logistic_unit
        else None,
        organisation=things.organisation(found.organisation, view) if found.organisation else None,
        seen=_seen(found),
        conflict=[conflict_in_words(each, view.language) for each in found.past.conflict],
    )


def _seen(found: Scan) -> Seen | None:
    seen = found.past.seen
    if seen is None:
        return None
    return Seen(
        devices=seen.count,
        others=seen.by_others,
        first=moment_or_none(seen.first_time),
        country=seen.first_place,
    )


def _recall(found: Scan, view: View) -> Recall | None:
    recalled = found.recall
    if recalled is None:
        return None
    document = recalled.recall_document
    notice = view.names.description(document) if document else {}
    return Recall(item=things.item(recalled, view), notice=notice)
