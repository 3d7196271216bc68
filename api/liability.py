"""What a programme owes as of a block, gathered from mirror and records; and whether mirror, report
and chain say the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from api.services import Services
from indexer.books import journals
from indexer.queries import loyalty
from indexer.queries.loyalty.journal import block_at, issuers, journal, rules_at
from indexer.queries.status import status
from insights.accounting.cohorts import book
from insights.liability import Liability, by_channel, liability
from ledger.chain.codec import LOYALTY
from ledger.errors import InvalidInput, NodeUnavailable, NotFound
from ledger.events import PointsClaimed
from ledger.programme_rules import ProgrammeRules, rules_in
from ledger.vocabulary import DocumentHash, OrgId, Seconds
from records import documents
from records.points_channels import channels_in, paid

HEAD_SLOT = 0
"""Where each contract keeps count and running hash of its journal."""


@dataclass(frozen=True, slots=True)
class LiabilityReport:
    """A report, the programme it is of, and the block and time that it is as of."""

    programme: int
    owner: OrgId
    block: int
    time: Seconds
    report: Liability


def report_of(
    mirror: Connection, records: Connection, programme: int, as_of: int | None = None
) -> LiabilityReport:
    """What a programme owes as of a block, or as of the newest that the mirror has.

    Raises:
        NotFound: there is no such programme.
        InvalidInput: the mirror has not read that block yet.
    """
    known = loyalty.programme(mirror, programme)
    at = status(mirror)
    if known is None or at is None:
        raise NotFound(f"there is no programme {programme}")
    if as_of is not None and as_of > at.block:
        raise InvalidInput(f"as_of: the newest block here is {at.block}", field="as_of")
    block, time = (at.block, at.time) if as_of is None else block_at(mirror, as_of)
    events = journal(mirror, programme, block)
    claimed = (n.event for n in events if isinstance(n.event, PointsClaimed))
    issuer = issuers(mirror, [(each.lot, each.index) for each in claimed])
    channels = channels_in(records, programme)
    report = liability(
        book(events, known.org, lambda lot, index: issuer[lot, index]),
        time,
        rules=_rules(records, rules_at(mirror, programme, block)),
        paid=paid(records, programme, time),
        channels=by_channel(events, channels.claims, channels.receipts, channels.redemptions),
    )
    return LiabilityReport(programme, known.org, block, time, report)


def _rules(records: Connection, digest: DocumentHash | None) -> ProgrammeRules | None:
    if digest is None:
        return None
    try:
        return rules_in(json.loads(documents.get(records, digest).data))
    except (NotFound, ValueError):  # kept elsewhere, or no JSON
        return None


def agrees_with_mirror(mirror: Connection, found: LiabilityReport) -> bool:
    """Whether a report of the newest block says what the mirror's own accounts say."""
    books, report = loyalty.trial_balance(mirror, found.programme), found.report
    return (
        books.issued,
        books.pending,
        books.balances,
        books.spent,
        books.expired,
        books.clawed_back,
        books.owed,
        books.difference,
    ) == (
        report.total("issued"),
        report.total("pending"),
        report.total("available"),
        report.total("redeemed"),
        report.total("expired"),
        report.total("clawed_back"),
        report.owed,
        report.difference,
    )


def agrees_with_chain(services: Services, mirror: Connection, block: int) -> bool:
    """Whether the events that a report stands on are all that the contract ever emitted up to a
    block, unaltered: the journal's running hash, in the contract's storage and here.

    Raises:
        NodeUnavailable: no node is asked here, or it has forgotten the block.
    """
    if services.chain is None:
        raise NodeUnavailable("no node is asked here")
    deployment = services.deployment
    address = deployment.address_of(LOYALTY)
    heads = journals(mirror, deployment.chain_id, {LOYALTY: address}, block).heads()
    return services.chain.storage(address, HEAD_SLOT, block) == heads[LOYALTY]
