"""Documents under the SHA-256 of their bytes, and where in them the statements on chain stand."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from ledger.errors import DocumentInvalid, IdempotencyKeyReused, NotFound
from ledger.hashing import document_hash
from ledger.vocabulary import DocumentHash, OrgId, Seconds
from records.engine import insert_if_absent
from records.schema import captures, documents, statements


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document, byte for byte."""

    hash: DocumentHash
    media_type: str
    name: str
    data: bytes
    created: Seconds


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """Where an organisation's statement stands: a slice of a document.

    ``name`` is the document's, empty where it came without. ``pointer`` is a JSON pointer
    (RFC 6901), ``line`` the slice's first line, from 1.
    """

    hash: DocumentHash
    org: OrgId
    document: DocumentHash
    media_type: str
    name: str
    pointer: str
    line: int
    start: int
    length: int
    created: Seconds


def put(
    connection: Connection,
    data: bytes,
    media_type: str,
    *,
    name: str | None = None,
    now: Seconds | None = None,
) -> DocumentHash:
    """Keeps a document; once is enough, the first media type and name stay."""
    digest = document_hash(data)
    created = int(time.time()) if now is None else now
    values = {
        "hash": digest,
        "media_type": media_type,
        "name": name,
        "data": data,
        "created": created,
    }
    if not has(connection, digest):
        insert_if_absent(connection, documents, values)
    return digest


def has(connection: Connection, digest: DocumentHash) -> bool:
    """Whether a document is kept here."""
    return bool(connection.scalar(select(exists().where(documents.c.hash == digest))))


def get(connection: Connection, digest: DocumentHash) -> StoredDocument:
    """A document by its hash.

    Raises:
        NotFound: it is not kept here.
    """
    row = connection.execute(select(documents).where(documents.c.hash == digest)).one_or_none()
    if row is None:
        raise NotFound(f"no document with the hash {digest.hex()} is kept here", hash=digest)
    return _document(row)


def all_documents(connection: Connection) -> Iterator[StoredDocument]:
    """Every document, one at a time, by hash."""
    for digest in connection.scalars(select(documents.c.hash).order_by(documents.c.hash)).all():
        yield get(connection, DocumentHash(digest))


def _document(row: Row[Any]) -> StoredDocument:
    return StoredDocument(
        DocumentHash(row.hash),
        row.media_type,
        row.name or "",
        bytes(row.data),
        Seconds(row.created),
    )


def add_statement(
    connection: Connection,
    org: OrgId,
    document: DocumentHash,
    raw: bytes,
    *,
    pointer: str = "",
    line: int = 1,
    digest: DocumentHash | None = None,
    event_id: str | None = None,
    now: Seconds | None = None,
) -> DocumentHash:
    """Notes that ``raw``, a slice of a kept document, is a statement of an organisation.

    Saying it again, in this document or another, changes nothing. ``digest`` is its hash where that
    is not the slice's own SHA-256 (a line of a CSV file means what its header says).

    Raises:
        NotFound: the document is not kept here.
        DocumentInvalid: ``raw`` is no slice of it.
    """
    start = get(connection, document).data.find(raw)
    if start < 0:
        raise DocumentInvalid("the statement is no part of the document", field=pointer, line=line)
    digest = digest or document_hash(raw)
    values = {
        "hash": digest,
        "org": org,
        "document": document,
        "start": start,
        "length": len(raw),
        "pointer": pointer,
        "event_id": event_id,
        "line": line,
        "created": int(time.time()) if now is None else now,
    }
    insert_if_absent(connection, statements, values)
    return digest


def has_statement(connection: Connection, org: OrgId, digest: DocumentHash) -> bool:
    """Whether an organisation has brought this statement."""
    mine = (statements.c.hash == digest) & (statements.c.org == org)
    return bool(connection.scalar(select(exists().where(mine))))


def note_request(
    connection: Connection, org: OrgId, idempotency_key: str, request_hash: bytes, now: Seconds
) -> None:
    """Notes that a request with this idempotency key brought a document in.

    Raises:
        IdempotencyKeyReused: another request has used it.
    """
    mine = {"org": org, "idempotency_key": idempotency_key}
    values = {**mine, "request_hash": request_hash, "created": now}
    if insert_if_absent(connection, captures, values):
        return
    there = (captures.c.org == org) & (captures.c.idempotency_key == idempotency_key)
    found = connection.scalar(select(captures.c.request_hash).where(there))
    if found is None or bytes(found) != request_hash:
        raise IdempotencyKeyReused(
            "this idempotency key was used for another request", key=idempotency_key
        )


def statement(
    connection: Connection, digest: DocumentHash, org: OrgId | None = None
) -> StoredStatement:
    """Where a statement stands, for one organisation or for whoever brought it first.

    Raises:
        NotFound: nobody brought it here.
    """
    query = _STATEMENT.where(statements.c.hash == digest)
    if org is not None:
        query = query.where(statements.c.org == org)
    first = query.order_by(statements.c.created, statements.c.org).limit(1)
    row = connection.execute(first).one_or_none()
    if row is None:
        raise NotFound(f"no statement with the hash {digest.hex()} is kept here", hash=digest)
    return _statement(row)


def statement_bytes(connection: Connection, digest: DocumentHash) -> bytes:
    """A statement's exact bytes.

    Raises:
        NotFound: nobody brought it here.
    """
    found = statement(connection, digest)
    # Databases count the bytes of a blob from 1.
    piece = func.substr(documents.c.data, found.start + 1, found.length)
    query = select(piece).where(documents.c.hash == found.document)
    return bytes(connection.execute(query).scalar_one())


def statements_in(connection: Connection, document: DocumentHash) -> list[StoredStatement]:
    """The statements that were read from a document, in its order."""
    query = _STATEMENT.where(statements.c.document == document)
    rows = connection.execute(query.order_by(statements.c.start, statements.c.org))
    return [_statement(row) for row in rows]


def statements_by(connection: Connection, orgs: Iterable[OrgId]) -> list[StoredStatement]:
    """The statements that organisations brought, oldest first."""
    query = _STATEMENT.where(statements.c.org.in_(sorted(orgs)))
    order = (statements.c.created, statements.c.document, statements.c.start, statements.c.org)
    return [_statement(row) for row in connection.execute(query.order_by(*order))]


def statements_of_event(connection: Connection, org: OrgId, event_id: str) -> list[DocumentHash]:
    """The statements an organisation made with events of this EPCIS event ID, oldest first."""
    mine = (statements.c.org == org) & (statements.c.event_id == event_id)
    query = select(statements.c.hash).where(mine).order_by(statements.c.created, statements.c.hash)
    return [DocumentHash(digest) for digest in connection.scalars(query)]


_STATEMENT = select(statements, documents.c.media_type, documents.c.name).join(
    documents, documents.c.hash == statements.c.document
)


def _statement(row: Row[Any]) -> StoredStatement:
    return StoredStatement(
        hash=DocumentHash(row.hash),
        org=OrgId(row.org),
        document=DocumentHash(row.document),
        media_type=row.media_type,
        name=row.name or "",
        pointer=row.pointer,
        line=row.line,
        start=row.start,
        length=row.length,
        created=Seconds(row.created),
    )
