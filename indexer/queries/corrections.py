"""Corrections: which facts their own organisation has said to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.state import sql_state
from ledger.events import FactCorrected
from ledger.vocabulary import DocumentHash, OrgId, Seconds

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Correction:
    """Who says that a fact was wrong, and the hash of what says why. ``own``: it recorded the fact
    itself; what others say corrects nothing and is a finding.
    """

    fact: int
    org: OrgId
    document: DocumentHash
    own: bool
    time: Seconds
    block: int
    log_index: int


def corrections(connection: Connection, facts: Sequence[int]) -> dict[int, tuple[Correction, ...]]:
    """What was said of facts, by their numbers in the ProductLedger's journal, in chain order."""
    found: dict[int, list[Correction]] = {}
    for start in range(0, len(facts), _AT_ONCE):
        for each in _some(connection, facts[start : start + _AT_ONCE]):
            found.setdefault(each.fact, []).append(each)
    return {fact: tuple(some) for fact, some in found.items()}


def _some(connection: Connection, facts: Sequence[int]) -> list[Correction]:
    x, header = t.EVENTS[FactCorrected].c, t.block_header.c
    query = (
        select(t.EVENTS[FactCorrected], header.time)
        .join(t.block_header, header.block == x.block)
        .where(x.fact.in_(facts))
        .order_by(x.block, x.log_index)
    )
    rows = connection.execute(query).all()
    owners = _owners(connection, facts) if rows else {}
    return [
        Correction(
            row.fact,
            OrgId(row.org),
            DocumentHash(row.document),
            owners.get(row.fact) == row.org,
            Seconds(row.time),
            row.block,
            row.log_index,
        )
        for row in rows
    ]


def _owners(connection: Connection, facts: Sequence[int]) -> dict[int, OrgId]:
    state = sql_state(connection)
    known = ((fact, state.who_recorded(fact)) for fact in facts)
    return {fact: org for fact, org in known if org is not None}
