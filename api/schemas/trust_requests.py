"""What one may ask for of certificates and anchors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, StrictInt

from api.schemas.requests import Expiry, HashIn, Org, Request, Short
from ledger.vocabulary import AnchoredContent, RevokeReason

REVOKE_REASONS = {reason.name.lower(): reason for reason in RevokeReason}
CONTENTS = {content.name.lower(): content for content in AnchoredContent}


class Subject(Request):
    """What a certificate is about: an organisation, a product, a lot or a serialised unit."""

    organisation: Org | None = None
    item: Short | None = Field(None, examples=["https://id.gs1.org/01/09521234543213"])
    gtin: Short | None = Field(None, examples=["09521234543213"])
    lot: Short | None = Field(None, examples=["LOT42A"])
    serial: Short | None = None


class NewCertificate(Request):
    """A certificate to issue: its document as ``content``, which is kept here, or its hash."""

    subject: Subject
    document: HashIn | None = None
    content: dict[str, Any] | None = Field(None, examples=[{"title": {"en": "Organic farming"}}])
    scheme: HashIn | None = Field(None, description="Hash of the rules it certifies by.")
    valid_from: Expiry | None = Field(None, description="First good second; a date: its first.")
    valid_to: Expiry | None = Field(None, description="End; a date is good to its last second.")


class NewRevocation(Request):
    """A certificate of one's own that is to be good no more."""

    subject: Subject
    document: HashIn
    reason: Literal["other", "withdrawn", "rules_broken", "wrong", "replaced"] = "other"


class NewAnchor(Request):
    """A list of statements as it is now: its root (RFC 6962) and size.

    Without ``predecessor`` it goes on from the newest root that is known here.
    """

    content: Literal["other", "sensor_readings", "scans", "statements"] = "other"
    root: HashIn
    size: StrictInt = Field(ge=1, lt=2**63, examples=[1000])
    predecessor: HashIn | None = None
