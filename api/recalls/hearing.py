"""What a member was told of recalls, in words, and that it has read it."""

from __future__ import annotations

from dataclasses import dataclass

from api.dependencies import View
from api.languages import marked
from api.names import Name
from api.recalls.notifying import NO_WORDS
from ledger.errors import NotFound
from ledger.vocabulary import Seconds
from records import notices
from records.engine import writing
from records.notices import Notice


@dataclass(frozen=True, slots=True)
class Heard:
    """A notice as its member reads it."""

    notice: Notice
    thing: str
    text: Name
    by: Name


def heard_by(view: View, card: str) -> list[Heard]:
    """What a member was told of recalls, the newest first, in the reader's language."""
    return [_heard(view, each) for each in notices.of_member(view.records, card)]


def _heard(view: View, notice: Notice) -> Heard:
    words = view.names.told(view.names.description(notice.document).get("notice"))
    return Heard(
        notice,
        view.names.thing_title(notice.item),
        words or Name(view.language.text(NO_WORDS)),
        view.names.party(notice.by).name,
    )


def acknowledge(view: View, card: str, notice: int, by: str) -> Seconds:
    """Notes that a member has read a notice of its own.

    Raises:
        NotFound: it has no such notice.
    """
    now = view.services.now()
    with writing(view.services.records) as records:
        if not notices.acknowledge_as_member(records, card, notice, by, now):
            text = marked("You have no such notice.")
            raise NotFound(text, template=text)
    return now
