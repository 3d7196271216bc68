"""Proves that a scan stands in the log as it was anchored."""

from __future__ import annotations

from sqlalchemy import Connection

from api.dependencies import View
from api.schemas.common import hexadecimal, moment, party
from api.schemas.staff_scans import ScanProof, anchored
from indexer.queries.anchors import covering_anchor
from ledger.errors import NotFound
from ledger.scan_log import EMPTY_HEAD
from ledger.vocabulary import AnchoredContent
from records import accounts
from records.scans.log import Entry, entry
from records.scans.tree import path


def proof(view: View, seq: int) -> ScanProof:
    """The proof of an entry under the earliest root that covers it.

    Raises:
        NotFound: there is no such entry, or it is not anchored yet.
    """
    found = entry(view.records, seq)
    operator = accounts.operator(view.records, view.services.settings.operator)
    if found is None or operator is None:
        raise NotFound(f"the log of scans has no entry {seq}", seq=seq)
    anchor = covering_anchor(view.mirror, operator.org, AnchoredContent.SCANS, seq)
    if anchor is None:
        raise NotFound(f"entry {seq} of the log of scans is not anchored yet", seq=seq)
    return ScanProof(
        seq=seq,
        time=moment(found.time),
        record=hexadecimal(found.record),
        previous=hexadecimal(_before(view.records, seq)),
        head=hexadecimal(found.head),
        index=seq - 1,
        path=[hexadecimal(each) for each in path(view.records, seq - 1, anchor.size)],
        organisation=party(operator.org, view.names),
        **anchored(anchor),
    )


def _before(records: Connection, seq: int) -> bytes:
    found: Entry | None = entry(records, seq - 1)
    return found.head if found else EMPTY_HEAD
