"""What a step of a story says to people: a headline, and the words for single acts."""

from __future__ import annotations

from dataclasses import dataclass

from api.languages import Language, marked
from api.names import Names
from api.story import Step
from api.units import amount_in_words
from ledger import events as e
from ledger.vocabulary import (
    DisposeReason,
    Id,
    Kind,
    OrgId,
    Part,
    RejectReason,
    disposition_word,
    kind_of,
    step_word,
    text_of,
)

HEADLINES: dict[type[e.Event], str] = {
    e.ItemCommissioned: marked("Made"),
    e.ItemProduced: marked("Made from other lots"),
    e.ItemConsumed: marked("Used to make something else"),
    e.ItemShipped: marked("Sent to {other}"),
    e.ItemReceived: marked("Arrived from {other}"),
    e.ItemRejected: marked("Refused by {other} ({reason})"),
    e.ItemTakenBack: marked("Taken back on the way to {other}"),
    e.ItemPacked: marked("Packed into logistic unit {unit}"),
    e.ItemUnpacked: marked("Unpacked from logistic unit {unit}"),
    e.ItemDisposed: marked("Taken off the market ({reason})"),
    e.ItemSold: marked("Sold"),
    e.ItemReturned: marked("Brought back by a customer"),
    e.UnitsIssued: marked("Given codes for single packs"),
    e.UnitsVoided: marked("Codes of single packs made void"),
    e.UnitSold: marked("Sold"),
    e.UnitReturned: marked("Brought back by a customer"),
    e.UnitClaimed: marked("Points claimed with a pack"),
    e.PointsClaimed: marked("Points claimed with a pack"),
    e.EarningOpened: marked("Earns points"),
    e.PointsCompensated: marked("Points given because of a recall"),
    e.CertificateIssued: marked("Certified"),
    e.CertificateRevoked: marked("A certificate was revoked"),
    e.FactCorrected: marked("An earlier entry was corrected"),
    e.ItemRecalled: marked("Recalled"),
    e.ItemReleased: marked("Recall lifted"),
    e.StatementCorrected: marked("An earlier statement was withdrawn"),
    e.StatementMade: marked("Reported: {step}"),
}
"""By event; the first act of a step that stands here gives its headline."""
_SERIALISED = marked("Given its serial number")
_OF_PARTS = {
    Part.INPUT: marked("used to make something else"),
    Part.OUTPUT: marked("made from other lots"),
}
"""What a transformation says of its two sides, whatever its step is called."""

DISPOSED: dict[int, str] = {
    DisposeReason.OTHER: marked("no reason given"),
    DisposeReason.DESTROYED: marked("destroyed"),
    DisposeReason.DAMAGED: marked("damaged"),
    DisposeReason.EXPIRED: marked("expired"),
    DisposeReason.LOST: marked("lost"),
    DisposeReason.STOLEN: marked("stolen"),
    DisposeReason.USED: marked("used up"),
    DisposeReason.SAMPLED: marked("taken as a sample"),
}
REJECTED: dict[int, str] = {
    RejectReason.OTHER: marked("no reason given"),
    RejectReason.SHORT: marked("did not arrive"),
    RejectReason.DAMAGED: marked("damaged"),
    RejectReason.EXPIRED: marked("expired"),
    RejectReason.RECALLED: marked("recalled"),
    RejectReason.WRONG_ITEM: marked("wrong goods"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. ``amount`` is empty where none is known; ``fact`` tells acts from words."""

    headline: str
    amount: str
    fact: bool


def told(step: Step, names: Names) -> Told:
    """A step in the reader's language."""
    entry = step.entry
    event = entry.event
    language = names.language
    values = {"other": _other(event, names), "unit": _unit(event), "reason": _reason(event, names)}
    values["step"] = _stated(event, language)
    headline = language.text(_template(event), **values)
    return Told(headline, _amount(event, names), bool(step.facts))


def _template(event: e.Event) -> str:
    if isinstance(event, e.ItemProduced) and kind_of(event.item) == Kind.UNIT:
        return _SERIALISED
    return HEADLINES.get(type(event), type(event).__name__)


def step_in_words(number: int, language: Language) -> str:
    """A business step of CBV 2.0."""
    word = step_word(number)
    return language.term("step", word) or word.replace("_", " ")


def _stated(event: e.Event, language: Language) -> str:
    if not isinstance(event, e.StatementMade):
        return ""
    for part, said in _OF_PARTS.items():
        if event.part == part:
            return language.text(said)
    disposition = disposition_word(event.disposition)
    said = language.term("disposition", disposition) or disposition.replace("_", " ")
    return step_in_words(event.step, language) or said or language.text(marked("an event"))


def _other(event: e.Event, names: Names) -> str:
    if isinstance(event, e.ItemReceived):
        return _name(event.shipper, names)
    if isinstance(event, e.ItemShipped | e.ItemRejected | e.ItemTakenBack):
        return _name(event.receiver, names)
    return ""


def _name(org: OrgId, names: Names) -> str:
    return names.party(org).name.text


def _unit(event: e.Event) -> str:
    if isinstance(event, e.ItemPacked | e.ItemUnpacked):
        return text_of(event.logistic_unit)
    return ""


def _reason(event: e.Event, names: Names) -> str:
    if isinstance(event, e.ItemDisposed):
        reasons = DISPOSED
    elif isinstance(event, e.ItemRejected):
        reasons = REJECTED
    else:
        return ""
    return names.language.text(reasons.get(event.reason, reasons[0]))


def _amount(event: e.Event, names: Names) -> str:
    amount: int = getattr(event, "amount", 0)
    item: Id | None = getattr(event, "item", None) or getattr(event, "subject", None)
    if item is None or kind_of(item) not in (Kind.LOT, Kind.UNIT):
        return ""
    if kind_of(item) == Kind.UNIT:
        return ""  # always one
    return amount_in_words(amount, names.product(item), names.language)
