"""Answers about certificates and anchors."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.dependencies import View
from api.schemas.common import (
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    thing,
)
from indexer.queries.anchors import AnchorView
from indexer.queries.certificates import CertificateView
from ledger.vocabulary import AnchoredContent, RevokeReason, Seconds

Standing = Literal["good", "not_yet", "expired", "revoked"]


class Certificate(Answer):
    """What a certifier says of a subject, and whether it holds now."""

    subject: Thing
    certifier: Party
    document: Hash = Field(description="See /documents, where it is kept here.")
    scheme: Hash | None
    state: Standing
    issued: datetime
    valid_from: datetime | None
    valid_to: datetime | None = Field(description="The first moment after.")
    revoked: datetime | None
    reason: str | None = Field(examples=["withdrawn"])


class Anchor(Answer):
    """A root that an organisation's list of statements had, and since when."""

    organisation: Party
    content: str = Field(examples=["sensor_readings"])
    root: Hash
    size: int
    predecessor: Hash | None
    time: datetime
    transaction: Hash
    block: int


class Inclusion(Answer):
    """Whether a statement stands in a list under a root, by a path of hashes."""

    included: bool
    root: Hash
    size: int


def certificate(found: CertificateView, view: View) -> Certificate:
    """A certificate."""
    reasons = {int(each): each.name.lower() for each in RevokeReason}
    return Certificate(
        subject=thing(found.subject, view.base_url),
        certifier=party(found.org, view.names),
        document=hexadecimal(found.document),
        scheme=hexadecimal(found.scheme) if any(found.scheme) else None,
        state=standing(found, view.services.now()),
        issued=moment(found.issued),
        valid_from=moment_or_none(found.valid_from),
        valid_to=moment_or_none(found.valid_to),
        revoked=moment_or_none(found.revoked),
        reason=reasons.get(found.reason, str(found.reason)) if found.revoked else None,
    )


def standing(found: CertificateView, now: Seconds) -> Standing:
    """Whether a certificate holds, and if not, why."""
    if found.revoked:
        return "revoked"
    if found.is_good(now):
        return "good"
    return "not_yet" if now < found.valid_from else "expired"


def anchor(found: AnchorView, view: View) -> Anchor:
    """A root."""
    return Anchor(
        organisation=party(found.org, view.names),
        content=content_word(found.content),
        root=hexadecimal(found.root),
        size=found.size,
        predecessor=hexadecimal(found.predecessor) if any(found.predecessor) else None,
        time=moment(found.time),
        transaction=hexadecimal(found.tx),
        block=found.block,
    )


def content_word(number: int) -> str:
    """The word of a kind of content; its number where we know none."""
    known = {int(each): each.name.lower() for each in AnchoredContent}
    return known.get(number, str(number))
