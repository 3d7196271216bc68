"""An audit that trusts no one: every log read again from a node, every state derived again and
compared.

What is audited makes `Claims`: events, state rows and findings as somebody's database has them,
documents as somebody's store has them. The audit knows neither; it reads the chain itself. A
mismatch is a finding in the report, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import zip_longest
from typing import Any

from ledger.chain.codec import decode_event, entry_of
from ledger.chain.port import Chain, RawLog
from ledger.errors import JournalBroken, UnknownLog
from ledger.events import Logged, StatementMade
from ledger.findings import Closed, Finding, advance
from ledger.hashing import document_hash, entry, journal_next, journal_seed
from ledger.history import State, operations
from ledger.vocabulary import Address, DocumentHash, OrgId

BLOCKS_PER_READ = 500
MOST_FINDINGS = 1000
"""A report longer than this says no more than that everything is wrong."""


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One mismatch: what, where, what the chain says and what was claimed."""

    kind: str
    where: str
    expected: str = ""
    found: str = ""
    block: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedFinding:
    """A finding as claimed, with what closed it."""

    finding: Finding
    closed_block: int | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Claims:
    """What is to be held against the chain, up to and including ``block``."""

    block: int
    block_hash: bytes
    events: Iterable[Logged]
    """In the order of the chain."""
    tables: Mapping[str, Iterable[tuple[Hashable, Any]]]
    """Rows of each table of `ledger.history.State`, by the table's name."""
    findings: Iterable[ClaimedFinding]
    documents: Iterable[tuple[DocumentHash, bytes]] = ()
    statements: Iterable[tuple[DocumentHash, str, DocumentHash]] = ()
    """Statements of the documents: hash as kept, where it stands, hash of what stands there."""
    own: frozenset[OrgId] = frozenset()
    """Organisations whose every statement should be among ``statements``."""


@dataclass(slots=True)
class Report:
    """What an audit saw. Clean when it found nothing."""

    block: int
    events: int = 0
    statements: int = 0
    documents: int = 0
    proven: bool = True
    """Whether the node's own logs hold together; if not, nothing can be held against them."""
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything agrees."""
        return not self.findings

    def add(self, kind: str, where: str, **more: Any) -> None:
        """Notes a mismatch, up to a length that still says something."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(AuditFinding(kind, where, **more))


Progress = Callable[[int, int], None]
"""Told (blocks read, blocks in all) now and then."""


def audit(
    chain: Chain,
    contracts: Mapping[str, tuple[Address, int]],
    claims: Claims,
    progress: Progress | None = None,
) -> Report:
    """Reads the chain again and holds the claims against it.

    Args:
        chain: the auditor's own node, if need be.
        contracts: address and first block of each contract, by name.
        claims: what is claimed.
        progress: told how far the reading is.

    Raises:
        NodeUnavailable: the node does not answer. Everything else is a finding.
    """
    report = Report(claims.block)
    _check_block(chain, claims, report)
    truth = _derive(chain, contracts, claims.block, report, progress)
    if not report.proven:
        return report
    report.events = len(truth.events)
    _compare_events(truth.events, claims.events, report)
    for name in State.TABLES:
        _compare_rows(name, dict(getattr(truth.state, name).rows()), claims.tables[name], report)
    _compare_findings(truth, claims.findings, report)
    _check_documents(claims, truth, report)
    return report


# --- what the chain says ---


@dataclass(slots=True)
class Truth:
    """What follows from the chain alone."""

    state: State = field(default_factory=State)
    events: list[Logged] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)


def _check_block(chain: Chain, claims: Claims, report: Report) -> None:
    known = chain.block(claims.block)
    if known is None or known.hash != claims.block_hash:
        report.add(
            "BlockDiffers",
            f"block {claims.block}",
            expected=known.hash.hex() if known else "no such block",
            found=claims.block_hash.hex(),
            block=claims.block,
        )


def _derive(
    chain: Chain,
    contracts: Mapping[str, tuple[Address, int]],
    last: int,
    report: Report,
    progress: Progress | None,
) -> Truth:
    truth = Truth()
    try:
        head = max(last, chain.head().number)  # the proof needs the newest state
        events = read_events(chain, contracts, head, progress)
        truth.events = [logged for logged in events if logged.block <= last]
    except (JournalBroken, UnknownLog) as broken:
        report.proven = False
        report.add("JournalBroken", "the node's logs", found=str(broken))
        return truth
    for operation in operations(truth.events):
        for outcome in advance(truth.state, operation):
            if isinstance(outcome, Finding):
                truth.findings.append(outcome)
            else:
                truth.closed.append(outcome)
    return truth


def read_events(
    chain: Chain,
    contracts: Mapping[str, tuple[Address, int]],
    last: int,
    progress: Progress | None = None,
) -> Iterator[Logged]:
    """Every event of the contracts up to a block, proven whole by the contracts' journals.

    The block should be new: an older state need not be known to the node.

    Raises:
        JournalBroken: a log is missing, added, altered or out of order.
        UnknownLog: a log the catalogue does not know.
    """
    chain_id = chain.chain_id()
    journals = {a: [0, journal_seed(chain_id, a)] for a, _ in contracts.values()}
    addresses = list(journals)
    first = min(block for _, block in contracts.values())
    for start in range(first, last + 1, BLOCKS_PER_READ):
        end = min(start + BLOCKS_PER_READ - 1, last)
        logs = chain.logs(addresses, start, end)
        times = _times(chain, logs)
        for log in logs:
            yield _proven(log, journals[log.address], times[log.block])
        if progress is not None:
            progress(end - first + 1, last - first + 1)
    _check_heads(chain, journals, last)


def _times(chain: Chain, logs: Sequence[RawLog]) -> dict[int, Any]:
    numbers = sorted({log.block for log in logs})
    blocks = chain.blocks(numbers)
    hashes = {b.number: b.hash for b in blocks if b is not None}
    for log in logs:
        if hashes.get(log.block) != log.block_hash:
            raise JournalBroken(f"the log of block {log.block} stands elsewhere")
    return {b.number: b.time for b in blocks if b is not None}


def _proven(log: RawLog, journal: list[Any], time: Any) -> Logged:
    count, head = journal
    if entry_of(log) != (count, head):
        raise JournalBroken(
            f"log {log.log_index} of block {log.block} does not follow {count} logs",
            block=log.block,
            sequence=count,
        )
    journal[:] = [count + 1, journal_next(log.topics, log.data, log.block)]
    return Logged(decode_event(log), log.block, log.log_index, log.tx, time, count)


def _check_heads(chain: Chain, journals: Mapping[Address, list[Any]], last: int) -> None:
    for address, (count, head) in journals.items():
        if chain.storage(address, 0, last) != entry(count, head):
            raise JournalBroken(
                f"the contract 0x{address.hex()} has emitted other logs than these {count}"
            )


# --- what is claimed ---


def _compare_events(truth: Sequence[Logged], claimed: Iterable[Logged], report: Report) -> None:
    for real, said in zip_longest(truth, claimed):
        if real == said:
            continue
        if real is None or said is None or _position(real) != _position(said):
            extra = real is None or (said is not None and _position(said) < _position(real))
            at = said if extra else real
            report.add(
                "EventAdded" if extra else "EventMissing",
                _where(at),
                block=at.block if at else None,
            )
            return  # from here on everything would be shifted
        report.add("EventDiffers", _where(real), block=real.block, **_difference(real, said))


def _position(logged: Logged) -> tuple[int, int]:
    return logged.block, logged.log_index


def _where(logged: Logged | None) -> str:
    if logged is None:
        return "nowhere"
    return f"{type(logged.event).__name__} at block {logged.block}, log {logged.log_index}"


def _compare_rows(
    table: str, truth: dict[Hashable, Any], claimed: Iterable[tuple[Hashable, Any]], report: Report
) -> None:
    seen = set()
    for key, row in claimed:
        seen.add(key)
        if key not in truth:
            report.add("RowAdded", f"{table} {_text(key)}", found=_text(row))
        elif truth[key] != row:
            report.add("RowDiffers", f"{table} {_text(key)}", **_difference(truth[key], row))
    for key in truth.keys() - seen:
        report.add("RowMissing", f"{table} {_text(key)}", expected=_text(truth[key]))


def _compare_findings(truth: Truth, claimed: Iterable[ClaimedFinding], report: Report) -> None:
    real = {_finding_key(c.finding): c for c in _settled(truth)}
    said = {_finding_key(c.finding): c for c in claimed}
    for key in real.keys() | said.keys():
        if real.get(key) != said.get(key):
            report.add(
                "FindingDiffers",
                f"{key[0]} of statement {key[2].hex()}",
                expected=_text(real.get(key)),
                found=_text(said.get(key)),
            )


def _finding_key(finding: Finding) -> tuple[str, OrgId, DocumentHash, int, int]:
    return finding.kind, finding.org, finding.statement, finding.block, finding.log_index


def _settled(truth: Truth) -> Iterator[ClaimedFinding]:
    """Findings with the first thing after them that closed them."""
    closers: dict[tuple[OrgId, DocumentHash], list[Closed]] = {}
    for closed in truth.closed:
        closers.setdefault((closed.org, closed.statement), []).append(closed)
    for finding in truth.findings:
        made = (finding.block, finding.log_index)
        after = (
            c
            for c in closers.get((finding.org, finding.statement), ())
            if (c.block, c.log_index) > made
        )
        by = next(after, None)
        yield ClaimedFinding(finding, by.block if by else None, by.by if by else None)


def _check_documents(claims: Claims, truth: Truth, report: Report) -> None:
    for digest, data in claims.documents:
        report.documents += 1
        if document_hash(data) != digest:
            report.add("DocumentAltered", digest.hex(), found=document_hash(data).hex())
    kept = set()
    for digest, where, found in claims.statements:
        kept.add(digest)
        if found != digest:
            report.add("StatementAltered", where, expected=digest.hex(), found=found.hex())
    made = {
        (n.event.statement, n.event.org): n
        for n in truth.events
        if isinstance(n.event, StatementMade)
    }
    report.statements = len(made)
    for (digest, org), logged in made.items():
        if org in claims.own and digest not in kept:
            report.add("DocumentMissing", f"statement {digest.hex()}", block=logged.block)


def _difference(real: Any, said: Any) -> dict[str, str]:
    """The fields that differ, of two rows of one kind."""
    if isinstance(real, Logged) and isinstance(said, Logged) and real.event != said.event:
        return _difference(real.event, said.event)
    if not is_dataclass(real) or type(real) is not type(said):
        return {"expected": _text(real), "found": _text(said)}
    names = [f.name for f in fields(real) if getattr(real, f.name) != getattr(said, f.name)]
    return {
        "expected": ", ".join(f"{name} {_text(getattr(real, name))}" for name in names),
        "found": ", ".join(f"{name} {_text(getattr(said, name))}" for name in names),
    }


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return " ".join(_text(each) for each in value)
    if is_dataclass(value):
        return ", ".join(f"{f.name} {_text(getattr(value, f.name))}" for f in fields(value))
    return str(value)
