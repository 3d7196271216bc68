from __future__ import annotations

import hashlib

import pytest

from ledger.errors import DocumentInvalid, NotFound
from records import documents
from records.engine import reading, writing

DATA = '{"events": [{"é": 1}, {"b": 2}]}'.encode()
FIRST = '{"é": 1}'.encode()
SECOND = b'{"b": 2}'


@pytest.fixture
def kept(engine):
    with writing(engine) as connection:
        return documents.put(connection, DATA, "application/json", now=5)


def test_a_document_comes_back_byte_for_byte(engine, kept):
    assert kept == hashlib.sha256(DATA).digest()
    with reading(engine) as connection:
        found = documents.get(connection, kept)
        assert documents.has(connection, kept)
    assert (found.data, found.media_type, found.created) == (DATA, "application/json", 5)


def test_putting_again_changes_nothing(engine, kept):
    with writing(engine) as connection:
        assert documents.put(connection, DATA, "text/plain", now=9) == kept
        assert documents.get(connection, kept).media_type == "application/json"


def test_the_empty_document_is_one(engine):
    with writing(engine) as connection:
        digest = documents.put(connection, b"", "text/plain")
        assert documents.get(connection, digest).data == b""


def test_unknown_documents_are_not_found(engine):
    with reading(engine) as connection:
        assert not documents.has(connection, bytes(32))
        with pytest.raises(NotFound):
            documents.get(connection, bytes(32))
        with pytest.raises(NotFound):
            documents.statement(connection, bytes(32))


def test_a_statement_is_a_slice_of_its_document(engine, kept):
    with writing(engine) as connection:
        one = documents.add_statement(connection, 1, kept, FIRST, pointer="/events/0", line=1)
        two = documents.add_statement(connection, 1, kept, SECOND, pointer="/events/1", line=1)
        assert one == hashlib.sha256(FIRST).digest()
        found = documents.statement(connection, one)
        assert (found.document, found.pointer, found.line) == (kept, "/events/0", 1)
        assert found.media_type == "application/json"
        assert documents.statement_bytes(connection, one) == FIRST
        assert documents.statement_bytes(connection, two) == SECOND
        assert [each.hash for each in documents.statements_in(connection, kept)] == [one, two]


def test_two_organisations_may_state_the_same(engine, kept):
    with writing(engine) as connection:
        digest = documents.add_statement(connection, 2, kept, FIRST, now=7)
        documents.add_statement(connection, 1, kept, FIRST, now=8)
        assert documents.has_statement(connection, 1, digest)
        assert documents.has_statement(connection, 2, digest)
        assert not documents.has_statement(connection, 3, digest)
        assert documents.statement(connection, digest).org == 2
        assert documents.statement(connection, digest, 1).org == 1


def test_a_statement_said_again_stays_where_it_was(engine, kept):
    with writing(engine) as connection:
        other = documents.put(connection, b" " + FIRST, "application/json")
        digest = documents.add_statement(connection, 1, kept, FIRST, now=7)
        documents.add_statement(connection, 1, other, FIRST, now=8)
        assert documents.statement(connection, digest).document == kept


def test_what_is_no_slice_is_refused(engine, kept):
    with pytest.raises(DocumentInvalid), writing(engine) as connection:
        documents.add_statement(connection, 1, kept, b"other", line=3)
    with pytest.raises(NotFound), writing(engine) as connection:
        documents.add_statement(connection, 1, bytes(32), FIRST)
