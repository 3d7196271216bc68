"""An audit of this installation: its mirror and its documents, held against the chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from threading import Event

from sqlalchemy import Connection

from api.csv_capture import statements_of
from indexer.claims import claims
from indexer.compare import differences, fresh_mirror, headers
from ledger.audit import Progress, Report, audit
from ledger.chain import deployment as deployments
from ledger.chain.deployment import Deployment
from ledger.chain.node import NodeChain
from ledger.chain.port import Chain
from ledger.errors import CsvInvalid
from ledger.hashing import document_hash
from ledger.settings import Settings
from ledger.vocabulary import DocumentHash, Seconds
from lotmark.answers import note
from lotmark.group import Group, Worker
from lotmark.importing import CSV
from lotmark.reading import opened
from lotmark.stack import CHAIN, runs
from lotmark.waiting import until
from records import accounts, documents
from records.documents import StoredDocument

BLOCKS_AT_ONCE = 500
_UNREADABLE = DocumentHash(bytes(32))
_ENDLESS = Seconds(2**40)


def audit_installation(settings: Settings, progress: Progress | None = None) -> Report:
    """Reads the whole chain again and compares. Trusts the node's address and the contracts'.

    Raises:
        NodeUnavailable: the node does not answer. What differs is in the report.
        Unavailable: there is nothing to audit yet.
    """
    deployment = deployments.load(settings.deployment_path)
    contracts = {name: (each.address, each.block) for name, each in deployment.contracts.items()}
    with opened(settings) as books, node(settings) as chain:
        everything = replace(
            claims(books.mirror),
            documents=((n.hash, n.data) for n in documents.all_documents(books.records)),
            statements=_statements(books.records),
            own=frozenset(account.org for account in accounts.all_accounts(books.records)),
        )
        report = audit(chain, contracts, everything, progress)
        if report.proven:
            _compare_rows(settings, deployment, books.mirror, report)
            _compare_headers(chain, books.mirror, report)
        return report


def _compare_rows(
    settings: Settings, deployment: Deployment, mirror: Connection, report: Report
) -> None:
    """Every row that the mirror read from the chain, held against a mirror made anew."""
    depth = settings.finality(deployment.chain_id)
    with fresh_mirror(settings.chain_url(), deployment, depth) as other:
        for each in differences(mirror, other, report.block):
            mine, right = each.mine or (), each.other or ()
            report.add(
                "RowDiffers" if mine and right else "RowAdded" if mine else "RowMissing",
                f"{each.table} {' '.join(_text(part) for part in each.key)}",
                expected=" ".join(_text(a) for a, b in zip_longest(right, mine) if a != b),
                found=" ".join(_text(b) for a, b in zip_longest(right, mine) if a != b),
            )


def _compare_headers(chain: Chain, mirror: Connection, report: Report) -> None:
    """Every header that the mirror keeps, held against the node's."""
    kept = list(headers(mirror, report.block))
    for start in range(0, len(kept), BLOCKS_AT_ONCE):
        some = kept[start : start + BLOCKS_AT_ONCE]
        for mine, right in zip(some, chain.blocks([n.number for n in some]), strict=True):
            if mine != right:
                where = f"mirror_block_header {mine.number}"
                report.add("RowDiffers", where, expected=str(right), found=str(mine))


def _text(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


@contextmanager
def node(settings: Settings) -> Iterator[NodeChain]:
    """The node; the embedded chain is started for as long as the block lasts, if need be.

    Raises:
        NodeUnavailable: it does not answer.
    """
    with Group(settings.data_dir / "logs", note) as group:
        if settings.rpc_url is None and not runs(settings, CHAIN):
            settings.chain_path.unlink(missing_ok=True)  # left by one that was killed
            group.start(Worker(CHAIN, (CHAIN, "--data", str(settings.data_dir))))
        url = until(settings.chain_url, Event())
        chain = NodeChain(url or "")
        try:
            yield chain
        finally:
            chain.close()


def _statements(records: Connection) -> Iterator[tuple[DocumentHash, str, DocumentHash]]:
    """Every statement that is kept: its hash, where it stands, the hash of what stands there."""
    for document in documents.all_documents(records):
        kept = documents.statements_in(records, document.hash)
        lines = _lines(document) if kept and document.media_type == CSV else {}
        for each in kept:
            where = f"{document.name or document.hash.hex()[:12]}, line {each.line}"
            if document.media_type == CSV:
                found = lines.get(each.line, _UNREADABLE)
            else:
                found = document_hash(document.data[each.start : each.start + each.length])
            yield each.hash, where, found


def _lines(document: StoredDocument) -> dict[int, DocumentHash]:
    try:
        return statements_of(document.data, _ENDLESS)
    except CsvInvalid:
        return {}
