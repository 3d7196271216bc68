"""What a till says when it refuses: why, of which line, and what to do now."""

from __future__ import annotations

from api.languages import marked
from api.names import Names
from api.refusals import refusal_in_words
from ledger.errors import ActRefused
from ledger.vocabulary import Id, Verdict

ADVICE: dict[str, str] = {
    "ItemIsRecalled": marked("Do not sell it. Put it aside and follow the notice of the recall."),
    "ItemIsExpired": marked("Do not sell it. Put it aside."),
    "UnitIsVoid": marked("Do not sell it: this code counts no more. Tell who supplied it."),
    "UnitAlreadySold": marked(
        "Do not sell it. If it came back, take it back first; otherwise put it aside and tell its "
        "maker."
    ),
    "UnitNotActivated": marked(
        "Do not sell it yet: codes are activated when goods are dispatched. Ask who supplied it."
    ),
    "UnitNotIssued": marked("Do not sell it yet. Try again in a few minutes."),
    "LotDiffers": marked("Do not sell it. Put it aside and tell its maker."),
    "ItemUnknown": marked("Do not sell it. Scan it again; if it stays unknown, put it aside."),
    "HoldingTooSmall": marked("Record the delivery that it came with, then sell it."),
    "UnitNotSold": marked("Nothing is to be taken back. Scan the code again."),
    "SoldTooSmall": marked("Look at the receipt: less is left to be taken back."),
    "NotTheSeller": marked("It comes back where it was bought."),
    "NotOnAReceipt": marked("Look for the receipt by its number, or ask where it was bought."),
    "NotTheLastSale": marked("Take it back as a return instead."),
    "TooLateToUndo": marked("Take it back as a return instead."),
}
"""What to do, by what was refused."""

_VERDICTS = {
    "ItemIsRecalled": Verdict.RECALLED,
    "ItemIsExpired": Verdict.EXPIRED,
    "UnitAlreadySold": Verdict.SOLD,
    "HoldingTooSmall": Verdict.REGISTERED,
    "UnitNotActivated": Verdict.REGISTERED,
}


def at_line(error: ActRefused, receipt: str, line: int, subject: Id | None = None) -> ActRefused:
    """The same refusal with the receipt's number and the line that it is about, and the code."""
    more: dict[str, object] = {"receipt": receipt, "line": line}
    if subject is not None:
        more["subject"] = subject
    return ActRefused(error.code, error.message, **(more | error.values))


def verdict_of(error: ActRefused) -> Verdict:
    """What staff was told of a code that the till refused."""
    return _VERDICTS.get(error.code, Verdict.UNKNOWN)


def subject_of(error: ActRefused) -> Id | None:
    """The code that a refusal is about."""
    for name in ("subject", "unit", "item", "lot"):
        found = error.values.get(name)
        if isinstance(found, bytes):
            return Id(found)
    return None


def advised(error: ActRefused, names: Names) -> ActRefused:
    """The same refusal in the reader's words, with what to do about it."""
    words = refusal_in_words(error, names.language, names)
    if error.code in ADVICE:
        words = f"{words} {names.language.text(ADVICE[error.code])}"
    values = {name: value for name, value in error.values.items() if name != "subject"}
    return ActRefused(error.code, words, **(values | {"told": words}))
