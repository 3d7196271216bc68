"""Whether a mirror follows from its own raw logs: a check that needs no node.

The raw logs are followed along the journals, which shows a missing or altered one, and everything
else is made from them again. That the raw logs are those of the chain is for `ledger.audit`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from indexer import books
from indexer.batch import build
from indexer.digest import table_digests
from indexer.fetch import FetchedLog, Range
from indexer.fold import Fold
from indexer.journal import Journals
from indexer.mirror import Mirror, meta
from indexer.tables import block_header, raw_log, transaction
from indexer.wire import Block
from indexer.write import write
from ledger.chain.deployment import Deployment, from_json
from ledger.errors import JournalBroken, UnknownLog

_BLOCKS_AT_ONCE = 200
_NEVER_FINAL = 0


def differences(connection: Connection) -> tuple[str, ...]:
    """Names of the tables whose content is not what follows from the raw logs, in order.

    ``mirror_raw_log`` where the raw logs themselves do not hang together; then nothing else can be
    said.
    """
    deployment = from_json(json.loads(meta(connection)["deployment"]))
    with tempfile.TemporaryDirectory(prefix="lotmark-") as folder:
        scratch = Mirror.open(f"sqlite:///{Path(folder) / 'scratch.db'}")
        try:
            _fill(scratch, connection, deployment)
            with scratch.read() as other:
                right = table_digests(other)
        except (UnknownLog, JournalBroken):
            return (raw_log.name,)
        finally:
            scratch.close()
    there = table_digests(connection)
    return tuple(sorted(name for name, digest in right.items() if there[name] != digest))


def _fill(scratch: Mirror, source: Connection, deployment: Deployment) -> None:
    addresses = {name: bytes(each.address) for name, each in deployment.contracts.items()}
    journals = Journals.empty(deployment.chain_id, addresses)
    fold = Fold()
    fold.begin()
    with scratch.write() as connection:
        origin = Block(deployment.first_block - 1, bytes(32), bytes(32), 0, "")
        at = books.begin(connection, origin)
    for read in _ranges(source, journals.copy()):
        batch = build(read, journals)
        with scratch.write() as connection:
            at = write(connection, at, batch, fold, at.head_block + 10**6, _NEVER_FINAL)
        journals = batch.journals


def _ranges(connection: Connection, journals: Journals) -> Iterator[Range]:
    r = raw_log.c
    blocks = connection.execute(select(r.block).distinct().order_by(r.block))
    numbers = [row.block for row in blocks]
    for start in range(0, len(numbers), _BLOCKS_AT_ONCE):
        some = numbers[start : start + _BLOCKS_AT_ONCE]
        headers = _headers(connection, some[0], some[-1])
        if not headers.keys() >= set(some):
            raise JournalBroken("a block with logs has no header")
        logs = tuple(_logs(connection, headers, some[0], some[-1], journals))
        yield Range(tuple(headers[number] for number in some), logs, {}, 0)


def _headers(connection: Connection, first: int, last: int) -> dict[int, Block]:
    h = block_header.c
    rows = connection.execute(select(block_header).where(h.block.between(first, last)))
    return {row.block: Block(row.block, row.hash, row.parent, row.time, "") for row in rows}


def _logs(
    connection: Connection, headers: dict[int, Block], first: int, last: int, journals: Journals
) -> Iterator[FetchedLog]:
    r, x = raw_log.c, transaction.c
    rows = connection.execute(
        select(raw_log, x.hash)
        .join(transaction, (x.block == r.block) & (x.tx_index == r.tx_index))
        .where(r.block.between(first, last))
        .order_by(r.block, r.log_index)
    )
    for row in rows:
        topics = [row.topics[i : i + 32] for i in range(0, len(row.topics), 32)]
        yield FetchedLog(
            _contract(row, journals),
            headers[row.block],
            row.log_index,
            row.tx_index,
            row.hash,
            ["0x" + topic.hex() for topic in topics],
            "0x" + row.data.hex(),
        )


def _contract(row: Any, journals: Journals) -> str:
    """The contract whose log a row is, by its journal: what all doors emit names none of them."""
    entry = row.data[:32]
    contract = journals.whose(entry)
    if not contract:
        raise JournalBroken("a log follows on no contract's journal", block=row.block)
    number, before = int.from_bytes(entry[:8], "big"), entry[8:]
    journals.follow(contract, number, before, row.topics + row.data, row.block)
    return contract
