"""Steps of the fold: certificates and anchors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import Anchor, Certificate
from ledger.history.steps.step import Steps
from ledger.vocabulary import Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _issued(state: State, event: e.CertificateIssued, time: Seconds) -> None:
    issued = Certificate(event.scheme, time, event.valid_from, event.valid_to)
    state.certificates.put((event.org, event.subject, event.document), issued)


def _revoked(state: State, event: e.CertificateRevoked, time: Seconds) -> None:
    key = (event.org, event.subject, event.document)
    known = state.certificates.get(key)
    if known is not None:
        state.certificates.put(key, replace(known, revoked_at=time, reason=event.reason))


def _anchored(state: State, event: e.RootAnchored, time: Seconds) -> None:
    state.anchors.put((event.org, event.content), Anchor(event.root, event.size))


STEPS: Steps = {
    e.CertificateIssued: _issued,
    e.CertificateRevoked: _revoked,
    e.RootAnchored: _anchored,
}
