"""What Lotmark works with: an EPCIS event as its document has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from ledger.hashing import canonical, document_hash
from ledger.vocabulary import DocumentHash, Gs1Key, Part


@dataclass(frozen=True, slots=True)
class EventLine:
    """One subject of an event.

    ``key`` is None for what Lotmark has no kind for (assets, private identifiers). ``amount`` is 1
    for an instance, None for a class without quantity, also where it stands among instances.
    ``uom`` is the UN/ECE code, None for pieces.
    """

    part: Part
    uri: str
    key: Gs1Key | None
    amount: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """An event taken back: sent again under its ID, with the events that correct it."""

    time: datetime
    reason: str | None
    corrective_event_ids: tuple[str, ...]


@dataclass(frozen=True)
class EpcisEvent:
    """An event as its document has it.

    Words of vocabularies are bare CBV words; private terms are URIs, in full where the document
    defines their prefix. ``raw`` is the exact slice of the file, ``statement`` its SHA-256: what
    stands on chain.
    """

    type: str
    event_time: datetime
    offset: str
    event_id: str | None
    action: str | None
    biz_step: str | None
    disposition: str | None
    persistent_set: tuple[str, ...]
    persistent_unset: tuple[str, ...]
    read_point: str | None
    biz_location: str | None
    lines: tuple[EventLine, ...]
    sources: tuple[tuple[str, str], ...]
    destinations: tuple[tuple[str, str], ...]
    transactions: tuple[tuple[str | None, str], ...]
    transformation_id: str | None
    ilmd: Mapping[str, Any]
    error_declaration: ErrorDeclaration | None
    certifications: tuple[str, ...]
    raw: bytes = field(repr=False)
    statement: DocumentHash
    line: int
    pointer: str
    value: Mapping[str, Any] = field(repr=False, compare=False)

    @cached_property
    def canonical_hash(self) -> DocumentHash:
        """SHA-256 of the canonical JSON, the same for every spacing and order."""
        return document_hash(canonical(self.value))
