"""No reader of another language meets an untranslated word."""

import string

import pytest
from babel.messages.pofile import PoFileError, read_po

from api.languages import CHINESE, ENGLISH, TAGS, Language
from api.translations import catalogue, catalogue_path, wanted
from insights.conflicts.sentences import SENTENCES as CONFLICTS
from ledger.refusals import CONTRADICTIONS, SENTENCES

OTHERS = [tag for tag in TAGS if tag != ENGLISH]


def key(message):
    one = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, one


def texts(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def fields(text):
    return sorted((name, way) for _, name, way, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("tag", OTHERS)
def test_everything_is_translated_and_nothing_else(tag):
    theirs = {key(message): message for message in catalogue(tag) if message.id}
    needed = {key(message) for message in wanted() if message.id}
    assert needed - set(theirs) == set(), "run `python -m api.translations` and translate"
    assert set(theirs) - needed == set(), "run `python -m api.translations`"
    assert len(needed) > 250
    assert [k for k, message in theirs.items() if message.fuzzy or not all(texts(message))] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_translations_have_the_fields_of_their_originals(tag):
    sentences = {"refusal": {**SENTENCES, **CONTRADICTIONS}, "conflict": CONFLICTS}
    for message in catalogue(tag):
        if not message.id:
            continue
        context, one = key(message)
        original = sentences[context][one] if context in sentences else one
        for text in texts(message):
            # Another language may say a name twice or not at all, but knows no other fields.
            assert set(fields(text)) <= set(fields(original)), one
            if context is None and isinstance(message.id, str):
                assert {name for name, _ in fields(text)} == {name for name, _ in fields(original)}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_catalogue_is_what_the_tool_would_write(tag):
    try:
        with catalogue_path(tag).open("rb") as source:
            read_po(source, abort_invalid=True)
    except PoFileError as error:
        pytest.fail(str(error))


def test_plurals_and_terms():
    assert Language(ENGLISH).plural("{number} more step", "{number} more steps", 1) == "1 more step"
    assert Language(ENGLISH).plural("{number} more step", "{number} more steps", 3) == (
        "3 more steps"
    )
    assert Language(CHINESE).plural("{number} more step", "{number} more steps", 3) == "另有 3 步"
    assert Language(CHINESE).term("step", "harvesting") is None
    assert Language(CHINESE).term("step", "shipping") == "发货"
