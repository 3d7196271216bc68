"""Certificates and anchors."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    MAX_AMOUNT,
    Kind,
    Role,
)

SHORT = 24
"""Bytes of a root that the contract keeps."""


def issue_certificate(act: Act, command: c.IssueCertificate) -> None:
    act.require_role(Role.CERTIFIER)
    subject, valid_to = command.subject, command.valid_to
    act.require_new_id(subject, Kind.PARTY, Kind.PRODUCT, Kind.LOT, Kind.UNIT)
    if not any(command.document):
        raise refuse("DocumentMissing", subject=subject)
    if valid_to and (valid_to <= command.valid_from or valid_to <= act.now):
        raise refuse("ValidityInvalid", valid_from=command.valid_from, valid_to=valid_to)
    key = (act.org, subject, command.document)
    if act.state.certificates.get(key) is not None:
        raise refuse(
            "CertificateAlreadyExists", org=act.org, subject=subject, document=command.document
        )
    act.emit(
        e.CertificateIssued(
            subject, act.org, command.document, command.scheme, command.valid_from, valid_to
        )
    )


def revoke_certificate(act: Act, command: c.RevokeCertificate) -> None:
    subject, document = command.subject, command.document
    known = act.state.certificates.get((act.org, subject, document))
    if known is None:
        raise refuse("CertificateUnknown", org=act.org, subject=subject, document=document)
    if known.revoked_at:
        raise refuse("CertificateIsRevoked", org=act.org, subject=subject, document=document)
    act.emit(e.CertificateRevoked(subject, act.org, document, command.reason))


def anchor(act: Act, command: c.AnchorRoot) -> None:
    if not any(command.root):
        raise refuse("RootInvalid", root=command.root)
    known = act.state.anchors.get((act.org, command.content))
    size = known.size if known else 0
    newest = known.root[:SHORT] if known else bytes(SHORT)
    predecessor = command.predecessor
    if newest != predecessor[:SHORT] or (not size) != (not any(predecessor)):
        raise refuse(
            "NotTheNewestRoot", org=act.org, content=command.content, predecessor=predecessor
        )
    if not size < command.size <= MAX_AMOUNT:
        raise refuse("ListDoesNotGrow", size=command.size, before=size)
    act.emit(e.RootAnchored(act.org, command.content, command.root, command.size, predecessor))
