"""The page behind a scanned code: verdict, product, story, and how to check all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from api.conflict_words import conflict_in_words
from api.dependencies import View
from api.languages import Language, marked
from api.linkset import path_of_link
from api.members.claiming import may_earn
from api.names import Name, Names, PartyName
from api.pages.words import reason_in_words, verdict_in_words
from api.refusals import finding_in_words
from api.scan import Scan
from api.schemas.common import moment
from api.sentences import Told, told
from api.story import Step
from api.units import amount_in_words
from api.verdicts import Reason
from ledger.gs1 import path_of
from ledger.gs1.digital_link import DigitalLink
from ledger.vocabulary import Kind, Verdict, key_of, kind_of

TEMPLATE = "scan.html"
_FIRST, _LAST = 4, 8
"""Steps of a long story that are shown: how it began and how it ended."""
_SHOWN_FACTS = (
    ("brand", marked("Brand")),
    ("net_content", marked("Content")),
    ("origin", marked("Origin")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A step of the story as the page shows it. ``product`` names what it is about, if another."""

    words: Told
    who: PartyName | None
    when: str
    iso: str
    product: Name | None
    again: int
    recorded: str
    step: Step


def context(link: DigitalLink, found: Scan, view: View) -> dict[str, Any]:
    """What the template needs."""
    language, names = view.language, view.names
    verdict = found.judgement.verdict
    before, after, left_out = _cut(found.story)
    return {
        "found": found,
        "verdict": verdict,
        "caution": verdict is Verdict.REGISTERED and len(found.judgement.reasons) > 1,
        "verdict_word": verdict_in_words(verdict, found.judgement.reasons[0], language),
        "meaning": _meaning(found, language),
        "path": path_of_link(link),
        "product_name": names.product_name(found.key.id) if found.product else None,
        "lot_number": key_of(found.lot.item).extension if found.lot else "",
        "facts": list(_product_facts(found, names)),
        "about": found.about,
        "maker": names.party(found.about.maker) if found.about else None,
        "seller": _seller(found, names),
        "record_path": path_of(key_of(found.about.item)) if found.about else path_of_link(link),
        "notice": _notice(found, view),
        "conflict": [conflict_in_words(each, language) for each in found.past.conflict],
        "sources": [_source(each.item, view) for each in found.sources],
        "before": [_shown(step, found, view) for step in before],
        "after": [_shown(step, found, view) for step in after],
        "left_out": left_out,
        "findings": _findings(found, view),
        "proof": _proof(found, view),
        "traceable": found.about is not None,
        "lots": [_lot(each.item) for each in found.lots],
        "contents": _contents(found, view),
        "organisation": _organisation(found, view),
        "claim": _claim_path(found, view),
        "day": language.date,
        "moment": language.moment,
    }


def _claim_path(found: Scan, view: View) -> str:
    """Where the points of a unit are claimed; empty where there are none to be had."""
    unit = found.unit
    if unit is None or found.recall is not None or found.health.state != "current":
        return ""
    if not may_earn(view.services, view.mirror, unit):
        return ""
    return "/claim?" + urlencode({"u": f"{found.key.digits}/{found.key.extension}"}, safe="/")


def _meaning(found: Scan, language: Language) -> list[str]:
    """The sentences under the verdict: why, and what else is to be said."""
    reasons = list(found.judgement.reasons)
    if found.judgement.verdict is Verdict.REGISTERED:
        reasons = [Reason.ON_RECORD, *(each for each in reasons if each is not Reason.ON_RECORD)]
    elif len(reasons) > 1:
        reasons = [each for each in reasons if each is not Reason.ON_RECORD]
    return [reason_in_words(each, found, language) for each in reasons]


def _cut(story: tuple[Step, ...]) -> tuple[tuple[Step, ...], tuple[Step, ...], int]:
    if len(story) <= _FIRST + _LAST:
        return story, (), 0
    return story[:_FIRST], story[-_LAST:], len(story) - _FIRST - _LAST


def _shown(step: Step, found: Scan, view: View) -> Shown:
    language, names = view.language, view.names
    own = {each.item for each in (found.item, found.lot) if each}
    other = names.product_name(step.item) if own and step.item not in own else None
    return Shown(
        told(step, names),
        names.party(step.org) if step.org else None,
        language.moment(step.when),
        _iso(step.when),
        other,
        step.again,
        language.moment(step.recorded),
        step,
    )


def _iso(seconds: int) -> str:
    return moment(seconds).strftime("%Y-%m-%dT%H:%MZ")


def _product_facts(found: Scan, names: Names) -> Iterator[tuple[str, Name]]:
    """What is said of the product: only what its description says."""
    for field, label in _SHOWN_FACTS:
        said = names.told(found.description.get(field))
        if said:
            yield names.language.text(label), said


def _seller(found: Scan, names: Names) -> PartyName | None:
    state = found.unit.state if found.unit else None
    return names.party(state.seller) if state and state.seller else None


def _notice(found: Scan, view: View) -> dict[str, Any] | None:
    recalled = found.recall
    if recalled is None or recalled.recalled_by is None:
        return None
    document = recalled.recall_document
    told_notice = view.names.description(document).get("notice") if document else None
    return {
        "by": view.names.party(recalled.recalled_by),
        "text": view.names.told(told_notice),
        "item": key_of(recalled.item),
    }


def _source(item: bytes, view: View) -> dict[str, Any]:
    key = key_of(item)
    return {"name": view.names.product_name(key.id), "key": key, "path": path_of(key)}


def _lot(item: bytes) -> dict[str, Any]:
    key = key_of(item)
    return {"key": key, "path": path_of(key), "unit": key.kind is Kind.UNIT}


def _findings(found: Scan, view: View) -> list[dict[str, Any]]:
    return [
        {
            "text": finding_in_words(each.kind, each.values, view.names, short=True),
            "who": view.names.party(each.org) if each.org else None,
            "when": view.language.moment(each.time),
        }
        for each in found.findings
        if each.severity == "warning"
    ]


def _contents(found: Scan, view: View) -> list[dict[str, Any]]:
    if found.logistic_unit is None:
        return []
    shown = []
    for content in found.logistic_unit.contents:
        item = kind_of(content.item) in (Kind.LOT, Kind.UNIT)
        product = view.names.product(content.item) if item else None
        amount = amount_in_words(content.amount, product, view.language)
        shown.append(_source(content.item, view) | {"amount": amount})
    return shown


def _organisation(found: Scan, view: View) -> dict[str, Any] | None:
    if found.organisation is None:
        return None
    return {"name": view.names.party(found.organisation.org), "view": found.organisation}


def _proof(found: Scan, view: View) -> dict[str, Any] | None:
    """Where the newest act of the story stands, so that anyone can look it up."""
    if not found.story or found.judgement.verdict is Verdict.UNKNOWN:
        return None
    recorded = [step for step in found.story if step.facts] or list(found.story)
    newest = max(recorded, key=lambda s: (s.entry.block, s.entry.log_index))
    deployment = view.services.deployment
    return {
        "chain_id": deployment.chain_id,
        "contract": "0x" + deployment.ledger.hex(),
        "newest": newest,
        "final": all(step.final for step in found.story),
    }
