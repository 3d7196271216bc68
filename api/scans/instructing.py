"""What staff should do with what they hold: from the verdict and what they are about to do."""

from __future__ import annotations

from api.languages import Language, marked
from insights.conflicts import Conflict
from ledger.vocabulary import Verdict
from records.scans.details import StaffKind

GO_ON, SET_ASIDE, HOLD = "go_on", "set_aside", "hold"
CHECK_RECEIPT, CHECK_LATER = "check_receipt", "check_later"

WORDS: dict[str, str] = {
    GO_ON: marked("Go on."),
    SET_ASIDE: marked("Set it aside: it must not be sold."),
    HOLD: marked("Keep it back and ask whoever is in charge; its record does not fit."),
    CHECK_RECEIPT: marked("There is no record that it was sold: ask for the receipt."),
    CHECK_LATER: marked("It cannot be checked now: go on as your shop has agreed, and scan again."),
}

_BY_VERDICT: dict[Verdict, str] = {
    Verdict.REGISTERED: GO_ON,
    Verdict.SCANNED_BEFORE: GO_ON,
    Verdict.SOLD: HOLD,
    Verdict.EXPIRED: SET_ASIDE,
    Verdict.RECALLED: SET_ASIDE,
    Verdict.UNKNOWN: HOLD,
    Verdict.CANNOT_CHECK: CHECK_LATER,
}


def instruction(kind: StaffKind, verdict: Verdict, conflict: Conflict | None) -> str:
    """What to do; a return is of what was sold, so that a sale is no obstacle to it."""
    if kind == "return" and verdict is Verdict.SOLD:
        return GO_ON
    if kind == "return" and verdict in (Verdict.REGISTERED, Verdict.SCANNED_BEFORE):
        return CHECK_RECEIPT
    found = _BY_VERDICT[verdict]
    in_conflict = conflict is not None and conflict.level == "conflict"
    return HOLD if found in (GO_ON, CHECK_LATER) and in_conflict else found


def in_words(instructed: str, language: Language) -> str:
    """An instruction in the reader's language."""
    return language.text(WORDS[instructed])
