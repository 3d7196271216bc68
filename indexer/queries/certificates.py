"""Certificates: who certified what, until when, and what was revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, tuple_

from indexer import tables as t
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

CertificateKey = tuple[Id, OrgId, DocumentHash]
"""Subject, certifier, document: what a page of certificates goes on ``after``."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate; good from ``valid_from`` until before ``valid_to`` (0: no end), unless
    ``revoked`` is above 0.
    """

    subject: Id
    org: OrgId
    document: DocumentHash
    scheme: DocumentHash
    valid_from: Seconds
    valid_to: Seconds
    issued: Seconds
    revoked: Seconds
    reason: int

    def is_good(self, now: Seconds) -> bool:
        """Whether it holds at a moment, as the contract tells it."""
        begun = now >= self.valid_from
        return begun and not self.revoked and (not self.valid_to or now < self.valid_to)


def certificate(
    connection: Connection, org: OrgId, subject: Id, document: DocumentHash
) -> CertificateView | None:
    """A certificate, or None."""
    x = t.certificate.c
    query = select(t.certificate).where(x.org == org, x.subject == subject, x.document == document)
    row = connection.execute(query).one_or_none()
    return _view(row) if row else None


def certificates(
    connection: Connection,
    *,
    subject: Id | None = None,
    org: OrgId | None = None,
    after: CertificateKey | None = None,
    limit: int = 50,
) -> tuple[CertificateView, ...]:
    """Certificates by subject, certifier and document; those of a subject, of a certifier."""
    x = t.certificate.c
    query = select(t.certificate).order_by(x.subject, x.org, x.document).limit(limit)
    if subject is not None:
        query = query.where(x.subject == subject)
    if org is not None:
        query = query.where(x.org == org)
    if after is not None:
        query = query.where(tuple_(x.subject, x.org, x.document) > tuple_(*after))
    return tuple(map(_view, connection.execute(query)))


def _view(row: Any) -> CertificateView:
    return CertificateView(
        subject=Id(row.subject),
        org=OrgId(row.org),
        document=DocumentHash(row.document),
        scheme=DocumentHash(row.scheme),
        valid_from=Seconds(row.valid_from),
        valid_to=Seconds(row.valid_to),
        issued=Seconds(row.issued_at),
        revoked=Seconds(row.revoked_at),
        reason=row.reason,
    )
