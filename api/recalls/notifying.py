"""Telling of a recall: one notice for each member who consents and each organisation that still has
some of it, now and whenever more of them are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from api.languages import Language, language_of, localised, marked
from api.names import Names
from api.recalls.reaching import reach_of
from api.services import Services
from indexer.queries.reach import Recall, recall
from insights.reach import Reach
from ledger.errors import Refused
from ledger.vocabulary import DocumentHash, Id, text_of
from records import notices
from records.engine import reading, writing
from records.notices import Text, ToldRecall

EVERY_SECONDS = 60.0
SUBJECT = marked("Recall: {thing}")
NO_WORDS = marked("This product was recalled. Do not use it.")


@dataclass(frozen=True, slots=True)
class Told:
    """Who heard of a recall: ``members`` and ``organisations`` that were told just now."""

    recall: ToldRecall
    members: int
    organisations: int


def require_recall(mirror: Connection, item: Id) -> Recall:
    """The recall of an item.

    Raises:
        Refused: it is not recalled now.
    """
    found = recall(mirror, item)
    if found is None:
        said = marked("{thing} is not recalled.")
        raise Refused(f"{text_of(item)} is not recalled", template=said, thing=text_of(item))
    return found


def tell(
    services: Services, records: Connection, mirror: Connection, found: Recall, reached: Reach
) -> Told:
    """Tells everybody whom a recall reaches and who was not told before, within the caller's
    transaction.
    """
    now = services.now()
    told = notices.begin(records, found.item, found.document, found.org, now)

    @cache
    def text_for(language: str) -> Text:
        return text_in(language, records, mirror, found.item, found.document)

    members, organisations = notices.give(
        records, told, reached.told, reached.holders, text_for, now
    )
    return Told(told, members, organisations)


def text_in(
    tag: str, records: Connection, mirror: Connection, item: Id, document: DocumentHash
) -> Text:
    """What a reader of a language is told: the words of the recall, nearest to the language."""
    language: Language = language_of(tag, None, None)
    names = Names(records, mirror, language)
    subject = language.text(SUBJECT, thing=names.thing_title(item))
    words = localised(names.description(document).get("notice"), language)
    return Text(language.tag, subject, words[0] if words else language.text(NO_WORDS))


def notify_recalls(services: Services) -> str | None:
    """Tells whoever is found since of the recalls that are being told of: who bought before and
    became a member or consented later, who received some meanwhile.
    """
    with reading(services.records) as records:
        known = notices.told_recalls(records)
    found = [told for each in known if (told := _tell_again(services, each)) is not None]
    members = sum(each.members for each in found)
    organisations = sum(each.organisations for each in found)
    if not members + organisations:
        return None
    return f"{members} members and {organisations} organisations were told of recalls"


def _tell_again(services: Services, known: ToldRecall) -> Told | None:
    with reading(services.mirror) as mirror:
        found = recall(mirror, known.item)
        if found is None or found.document != known.document:
            return None  # released, or recalled anew with other words: that is told by itself
        with reading(services.records) as records:
            reached = reach_of(mirror, records, known.item)
        with writing(services.records) as records:
            return tell(services, records, mirror, found, reached)
