"""Proofs of units, from their run and from where it was issued."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from api.known_units import Books, KnownUnit
from api.languages import marked
from indexer.queries.units import UnitIssueView, issue_of_root, issued_at, unit_issue
from ledger.chain.codec import UNITS
from ledger.chain.deployment import Deployment
from ledger.errors import Refused, UnitNotProven
from ledger.hashing import leaf_hash, unit_leaf
from ledger.proofs import Issued, UnitProof
from ledger.unit_trees import CHUNK, hashes_in, levels, path_in
from ledger.vocabulary import NOTHING, Address, Id
from records import units
from records.units import PrintRun

NOT_YET = marked("The run is not on the chain yet; wait until it is.")
_ADDRESS = 20


def proof_of(books: Books, deployment: Deployment, found: KnownUnit) -> UnitProof:
    """The proof of a unit; without its id, where nobody named that, it holds the leaf instead.

    Raises:
        Refused: its run is not on chain yet.
    """
    issue = unit_issue(books.mirror, found.lot, found.issue) if found.issue else None
    if issue is None or found.index is None:
        raise Refused(NOT_YET, template=NOT_YET)
    leaf = None if found.unit else units.leaf(books.records, found.run, found.place)
    path = units.path(books.records, found.run, found.place)
    written = _Written(books.mirror, deployment, issue)
    return written.proof(found.index, found.code, path, found.unit, leaf)


def proofs_of(
    books: Books, deployment: Deployment, run: PrintRun, printed: Iterator[Id] | None = None
) -> Iterator[UnitProof]:
    """The proofs of all units of a run, by place. Serials are not kept: each holds the leaf, or the
    unit where ``printed`` brings their ids from the print file.

    Raises:
        Refused: the run is not on chain yet.
        UnitNotProven: what was printed is no unit of the run.
    """
    issue = issue_of_root(books.mirror, run.lot, run.root)
    if issue is None:
        raise Refused(NOT_YET, template=NOT_YET)
    written = _Written(books.mirror, deployment, issue)
    above = levels(units.chunk_roots(books.records, run.id))
    for number, chunk in enumerate(units.chunks(books.records, run.id)):
        leaves = hashes_in(chunk.leaves)
        within, beyond = levels(leaves), path_in(above, number)
        for place, leaf in enumerate(leaves):
            index = issue.first + number * CHUNK + place
            code = chunk.codes[place * _ADDRESS :][:_ADDRESS] or bytes(_ADDRESS)
            path = path_in(within, place) + beyond
            unit = None if printed is None else next(printed, NOTHING)
            proof = written.proof(index, Address(code), path, unit, None if unit else leaf)
            if unit is not None and leaf_hash(unit_leaf(run.lot, unit, proof.code)) != leaf:
                raise UnitNotProven(f"what was printed for unit {index} is of another run")
            yield proof


class _Written:
    """Where an issue stands on chain: what its proofs have in common."""

    def __init__(self, mirror: Connection, deployment: Deployment, issue: UnitIssueView) -> None:
        at = issued_at(mirror, issue.lot, issue.issue)
        self._chain = deployment.chain_id
        self._contract = deployment.address_of(UNITS)
        self._issue = issue
        self._issued = Issued(*at) if at else None

    def proof(
        self, index: int, code: Address, path: list[bytes], unit: Id | None, leaf: bytes | None
    ) -> UnitProof:
        issue = self._issue
        return UnitProof(
            chain_id=self._chain,
            contract=self._contract,
            lot=issue.lot,
            issue=issue.issue,
            first=issue.first,
            count=issue.count,
            root=issue.root,
            index=index,
            code=code,
            path=tuple(path),
            unit=unit,
            leaf=leaf,
            issued=self._issued,
        )
