"""What the catalogues must translate, collected from code, templates and vocabulary.

``python -m api.translations`` writes new messages into every catalogue, to be translated by hand; a
test fails while any is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.languages import CATALOGUES, ENGLISH, TAGS
from indexer.queries.custody import MoveKind
from indexer.queries.search import HitKind
from insights.conflicts.sentences import SENTENCES as CONFLICTS
from ledger.refusals import CONTRADICTIONS, SENTENCES
from ledger.vocabulary import BIZ_STEPS, DISPOSITIONS, PartnerRight, Role

_HERE = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "text": None,
    "marked": None,
    "plural": (1, 2),
    "marked_plural": (1, 2),
}
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def wanted() -> Catalog:
    """Every message there is, untranslated."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        _HERE, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=()
    )
    for file, _, message, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, locations=[(f"api/{file}", 0)])
    for context, word, meaning in terms():
        catalog.add(word, context=context, auto_comments=[meaning] if meaning else [])
    return catalog


def terms() -> Iterator[tuple[str, str, str]]:
    """Words of vocabularies: context, word, and what it means in English."""
    yield from (("refusal", code, text) for code, text in {**SENTENCES, **CONTRADICTIONS}.items())
    yield from (("conflict", rule, text) for rule, text in CONFLICTS.items())
    yield from (("step", word, "") for word in BIZ_STEPS)
    yield from (("disposition", word, "") for word in DISPOSITIONS)
    yield from (("role", role.name.lower(), "") for role in Role if role.name)
    yield "role", "none", ""
    yield from (("right", right.name.lower(), "") for right in PartnerRight if right.name)
    yield "right", "none", ""
    yield from (("move", word, "") for word in MoveKind.__args__)  # type: ignore[attr-defined]  # a Literal
    yield from (("hit", word, "") for word in HitKind.__args__)  # type: ignore[attr-defined]  # a Literal


def catalogue_path(tag: str) -> Path:
    """Where a language's catalogue is."""
    return CATALOGUES / tag.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def catalogue(tag: str) -> Catalog:
    """A language's catalogue as it is."""
    path = catalogue_path(tag)
    if not path.exists():
        return Catalog(locale=tag.replace("-", "_"), charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=tag.replace("-", "_"))


def update() -> None:
    """Brings every catalogue up to date; what is no longer said goes."""
    for tag in TAGS:
        if tag == ENGLISH:
            continue
        known = catalogue(tag)
        known.update(wanted(), no_fuzzy_matching=True)
        known.obsolete.clear()
        path = catalogue_path(tag)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            write_po(target, known, width=100, omit_header=False, ignore_obsolete=True)


if __name__ == "__main__":
    update()
