"""The verdicts and their reasons in words: what is recorded and what conflicts, no promise."""

from __future__ import annotations

from api.languages import Language, marked, marked_plural
from api.scan import Scan
from api.verdicts import Reason
from ledger.vocabulary import Kind, Seconds, Verdict
from records.scans import Seen

VERDICTS: dict[Verdict, str] = {
    Verdict.REGISTERED: marked("Registered"),
    Verdict.SCANNED_BEFORE: marked("Registered, scanned before"),
    Verdict.SOLD: marked("Already sold"),
    Verdict.EXPIRED: marked("Expired"),
    Verdict.RECALLED: marked("Recalled"),
    Verdict.UNKNOWN: marked("Unknown"),
    Verdict.CANNOT_CHECK: marked("Cannot check now"),
}

HEADLINES: dict[Reason, str] = {
    Reason.UNIT_VOID: marked("Code withdrawn"),
    Reason.BEING_REGISTERED: marked("Being registered"),
    Reason.NOT_ACTIVATED: marked("Not yet dispatched"),
    Reason.POSSIBLE_CONFLICT: marked("Possible conflict"),
}
"""Reasons that say more than the verdict they lead to."""

REASONS: dict[Reason, str] = {
    Reason.RECALLED: marked("Do not use it. The notice below says more."),
    Reason.NODE_AWAY: marked(
        "The chain cannot be reached at the moment. What stands below was read earlier."
    ),
    Reason.MIRROR_BEHIND: marked(
        "We are still reading the newest entries. What stands below was read earlier."
    ),
    Reason.CHAIN_CONTRADICTED: marked(
        "The chain contradicts what was read from it. What stands below may be wrong."
    ),
    Reason.NOT_REGISTERED: marked(
        "Nobody has registered this code. Check that it was read whole; if it was, "
        "ask the shop or the maker."
    ),
    Reason.LOT_DIFFERS: marked(
        "This serial number is registered, but under another lot than the code says."
    ),
    Reason.UNIT_VOID: marked(
        "Its maker has withdrawn this code. Ask the shop or the maker about the pack that it is on."
    ),
    Reason.BEING_REGISTERED: marked(
        "This code was made and is being registered. Please look again in a few minutes."
    ),
    Reason.NOT_ACTIVATED: marked(
        "This code is on record, but not yet dispatched by its maker. If you found the pack in a "
        "shop, ask there."
    ),
    Reason.UNIT_SOLD: marked(
        "This very piece was sold. If you are only about to buy it, ask the shop."
    ),
    Reason.LOT_SOLD_OUT: marked("Everything of this lot was sold."),
    Reason.PAST_EXPIRY: marked("Its expiry date, {expiry}, has passed."),
    Reason.POSSIBLE_CONFLICT: marked(
        "Scans of this code do not fit together; that is no proof of anything. See below."
    ),
    Reason.SCANNED_BEFORE: marked("Other devices looked at this code before."),
    Reason.SOURCE_RECALLED: marked("Something it was made of is recalled; see its story."),
    Reason.OPEN_QUESTIONS: marked(
        "Not all that was said of it fits together; see the open questions."
    ),
    Reason.ON_RECORD: marked("It is on record, and no conflict is known."),
}

SEEN = marked_plural(
    "{number} other device looked at this code before, first on {first}.",
    "{number} other devices looked at this code before, first on {first}.",
)
SEEN_IN = marked_plural(
    "{number} other device looked at this code before, first on {first} in {place}.",
    "{number} other devices looked at this code before, first on {first} in {place}.",
)

ONLY_ON_RECORD = marked("It is on record.")
ON_RECORD: dict[Kind, str] = {
    Kind.PRODUCT: marked("This product is registered. A code with a lot number tells more."),
    Kind.LOGISTIC_UNIT: marked("This logistic unit is registered and carries goods."),
    Kind.PARTY: marked("This organisation is registered."),
    Kind.PLACE: marked("This place belongs to a registered organisation."),
}


def verdict_in_words(verdict: Verdict, first: Reason, language: Language) -> str:
    """A verdict in the reader's language; ``first`` is the reason that decided."""
    return language.text(HEADLINES.get(first, VERDICTS[verdict]))


def reason_in_words(reason: Reason, found: Scan, language: Language) -> str:
    """A reason in the reader's language."""
    if reason is Reason.ON_RECORD and len(found.judgement.reasons) > 1:
        return language.text(ONLY_ON_RECORD)
    if reason is Reason.ON_RECORD:
        return language.text(ON_RECORD.get(found.key.kind, REASONS[reason]))
    if reason is Reason.SCANNED_BEFORE and found.past.seen is not None:
        return seen_in_words(found.past.seen, language)
    expiries = [each.expiry for each in (found.item, found.lot) if each and each.expiry]
    expiry = language.date(min(expiries)) if expiries else ""
    return language.text(REASONS[reason], expiry=expiry)


def seen_in_words(seen: Seen, language: Language) -> str:
    """How many other devices looked before this one, since when, and where the first one was."""
    place = language.country(seen.first_place)
    first = language.date(seen.first_time or Seconds(0))
    one, many = SEEN_IN if place else SEEN
    return language.plural(one, many, seen.by_others, first=first, place=place)
