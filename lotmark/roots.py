"""Where a verifier has the root from that a unit's proof must lead to."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any

from ledger.chain import deployment as deployments
from ledger.chain.codec import UNITS, decode_result, encode_view
from ledger.chain.node import NodeChain
from ledger.errors import CommandInvalid, NotFound
from ledger.proofs import Pinned, UnitProof
from ledger.settings import Settings
from ledger.vocabulary import Address

_ROOT = re.compile(r"0x[0-9a-fA-F]{64}", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


class Roots:
    """One root that is known, or those that a node tells. Use it with ``with``."""

    def __init__(
        self,
        source: str,
        known: Pinned | None = None,
        chain: NodeChain | None = None,
        contract: Address | None = None,
    ) -> None:
        self.source = source
        self._known, self._chain, self._contract = known, chain, contract
        self._told: dict[tuple[bytes, int], Pinned] = {}

    def __enter__(self) -> Roots:  # noqa: PYI034  # nobody derives from it
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._chain is not None:
            self._chain.close()

    def pinned(self, proof: UnitProof) -> Pinned:
        """What is known of the issue that a proof is about.

        Raises:
            ActRefused: the chain has no such issue.
            NodeUnavailable: the node does not answer.
        """
        if self._known is not None:
            return self._known
        key = (proof.lot, proof.issue)
        if key not in self._told:
            self._told[key] = self._ask(proof)
        return self._told[key]

    def _ask(self, proof: UnitProof) -> Pinned:
        chain: Any = self._chain
        contract: Any = self._contract
        data = chain.call(contract, encode_view(UNITS, "issueOf", proof.lot, proof.issue))
        _, first, count, _, root = decode_result(UNITS, "issueOf", data)
        return Pinned(
            root, chain.chain_id(), contract, proof.lot, proof.issue, int(first), int(count)
        )


def roots_given(root: str) -> Roots:
    """The root that a person knows.

    Raises:
        CommandInvalid: it is none.
    """
    if not _ROOT.fullmatch(root):
        raise CommandInvalid("a root is 0x and 64 hexadecimal digits", field="root")
    return Roots("the root given", Pinned(bytes.fromhex(root[2:])))


def roots_at(settings: Settings, url: str, contract: str | None) -> Roots:
    """What a node tells of a contract; without ``contract`` of this installation's.

    Raises:
        CommandInvalid: no address, or none is known.
    """
    if contract is not None and not _ADDRESS.fullmatch(contract):
        raise CommandInvalid("an address is 0x and 40 hexadecimal digits", field="contract")
    if contract is not None:
        address = Address(bytes.fromhex(contract[2:]))
    else:
        try:
            address = deployments.load(settings.deployment_path).address_of(UNITS)
        except NotFound as error:
            said = "nothing is installed here: name the contract with --contract"
            raise CommandInvalid(said, field="contract") from error
    return Roots(f"the node {url}", chain=NodeChain(url), contract=address)


def roots_here(settings: Settings) -> Roots:
    """What the node of this installation tells.

    Raises:
        NotFound, NodeUnavailable: nothing is installed, or its node does not run.
    """
    address = deployments.load(settings.deployment_path).address_of(UNITS)
    chain = NodeChain(settings.chain_url())
    return Roots("the node of this installation", chain=chain, contract=address)
