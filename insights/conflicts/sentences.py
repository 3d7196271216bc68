"""A sentence for every rule, filled with the values of its reason.

As `ledger.refusals`: the rule's name is also the message id of translations (context
``conflict``); pass a translated template to `sentence`. Nothing here calls a product anything: it
says what was seen.
"""

from __future__ import annotations

from insights.conflicts.model import Reason
from ledger.refusals import sentence as filled

SENTENCES: dict[str, str] = {
    # hard
    "unknown": "Staff presented a code that nobody registered (times: {scans:number}).",
    "recalled": "The unit is recalled and was scanned since (times: {scans:number}).",
    "not_activated": (
        "The unit was not put into circulation and was scanned all the same "
        "(times: {scans:number})."
    ),
    "void": "The code counts no more and was scanned all the same (times: {scans:number}).",
    "sold_again": (
        "The unit was sold, did not come back, and staff scanned it as goods "
        "{hours:number} hours later."
    ),
    "code_used": (
        "The hidden code was used before and was presented again (times: {scans:number})."
    ),
    # scored
    "speed": (
        "Two devices scanned the unit {km:number} km apart within {hours:number} hours; "
        "no pack travels that fast."
    ),
    "devices": "{devices:number} devices scanned the unit within {days:number} days.",
    "after_sale": (
        "After the sale, {devices:number} devices scanned the unit more than {km:number} km "
        "from where it was sold or seen first."
    ),
    "spread": (
        "{devices:number} devices that scanned the unit are each more than {km:number} km from "
        "{others:number} others."
    ),
    "crowd": "More devices scanned the unit than a household has: {devices:number}.",
    # lots
    "lot_share": (
        "Of {units:number} scanned units of the lot, {flagged:number} are in conflict; "
        "{expected:number} would be usual for the product."
    ),
    "lot_views": (
        "{views:number} scans came from {market:text}; {shipped:number} units were shipped there."
    ),
    "lot_market": (
        "{foreign:number} of {views:number} scans were outside the markets the lot is meant for."
    ),
    # devices
    "harvesting": (
        "One device scanned {units:number} different units within {hours:number} hours."
    ),
}
"""Template by rule."""


def sentence(reason: Reason, template: str | None = None) -> str:
    """What a reason says to people; ``template`` is a translation of ``SENTENCES[reason.rule]``."""
    text = template or SENTENCES[reason.rule]
    return filled(reason.rule, reason.values, template=text)
