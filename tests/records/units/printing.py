"""Runs with made-up units, kept as the real ones are."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger import commands as c
from ledger import vocabulary as v
from ledger.hashing import MerkleTree, sha256, unit_leaf
from ledger.unit_trees import CHUNK, root_over
from records import outbox
from records.units import AT_ONCE, Chunk, NewRun, PrintRun, Replaced, add, lookup_key

GTIN = "09506000111117"
LOT = v.lot(GTIN, "LOT-1").id


def unit_of(run: str, place: int) -> v.Id:
    return v.unit(GTIN, f"{run}-{place}").id


def code_of(run: str, place: int) -> v.Address:
    return v.Address(sha256(f"{run} {place}".encode())[:20])


def keep(
    connection: Connection,
    run_id: str = "aaaaaaaaaaaa",
    count: int = 5,
    *,
    codes: bool = True,
    activation: str = AT_ONCE,
    replaces: Replaced | None = None,
    now: int = 10,
) -> PrintRun:
    """Keeps a run of an organisation, with the operation that issues it."""
    tree = tree_of(run_id, count, codes=codes)
    root = v.DocumentHash(tree.root)
    act = c.IssueUnits(LOT, count, v.Amount(1), root)
    made = outbox.submit(connection, v.OrgId(1), [act], f"run {run_id}", bytes(32), now=now)
    new = NewRun(
        run_id, v.OrgId(1), LOT, count, v.Amount(1), root, codes, activation, made.id,
        "age1somebody", replaces, v.Seconds(now),
    )  # fmt: skip
    keys = b"".join(lookup_key(unit_of(run_id, place)) for place in range(count))
    return add(connection, new, chunks_of(run_id, tree, codes=codes), keys)


def tree_of(run_id: str, count: int, *, codes: bool = True) -> MerkleTree:
    return MerkleTree(
        unit_leaf(LOT, unit_of(run_id, n), code_of(run_id, n) if codes else bytes(20))
        for n in range(count)
    )


def chunks_of(run_id: str, tree: MerkleTree, *, codes: bool) -> list[Chunk]:
    made = []
    for first in range(0, len(tree), CHUNK):
        places = range(first, min(first + CHUNK, len(tree)))
        leaves = [tree.leaf(n) for n in places]
        addresses = b"".join(code_of(run_id, n) for n in places) if codes else b""
        made.append(Chunk(root_over(leaves), b"".join(leaves), addresses))
    return made
