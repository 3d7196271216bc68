"""Answers about the service itself: its status, and errors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.schemas.common import Answer, Party, Thing


class Problem(Answer):
    """RFC 9457. ``code`` names the case, ``field`` and ``line`` say where it is."""

    type: str = Field(examples=["/problems/HoldingTooSmall"])
    title: str = Field(examples=["The rules of the ledger do not allow this"])
    status: int = Field(examples=[409])
    detail: str
    code: str = Field(examples=["HoldingTooSmall"])
    field: str | None = Field(None, examples=["lines[0].amount"])
    line: int | None = None
    faults: list[dict[str, Any]] | None = None
    values: dict[str, Any] | None = Field(None, description="The facts behind a refusal.")


class Scans(Answer):
    """Views of codes that this process counted."""

    waiting: int = Field(description="Still in memory.")
    stored: int
    shed: int = Field(description="Lost because more came than could be written.")


class Status(Answer):
    """How far the mirror is, how far the chain, and how much is in it."""

    state: str = Field(
        description="current, behind, node_away or contradicted.", examples=["current"]
    )
    chain_id: int = Field(examples=[31337])
    chain_head: int | None
    indexed_block: int | None
    verified_block: int | None = Field(description="Checked against the contracts' journals.")
    final_block: int | None
    lag: int | None = Field(description="Blocks that the mirror is behind.")
    indexed_time: datetime | None
    facts: int | None
    statements: int | None
    findings: int | None
    scans: Scans
    contracts: dict[str, str] = Field(examples=[{"ProductLedger": "0x" + "5a" * 20}])


class Hit(Answer):
    """Something that a search found."""

    kind: str = Field(examples=["lot"])
    label: str
    id: str
    thing: Thing | None
    organisation: Party | None
    recorded: bool


class Account(Answer):
    """Who an API key acts for."""

    organisation: Party
    scopes: list[str]
    label: str
    expires: datetime
