"""Certificates, anchors and signed acts to measure, as `bench.goods` has acts on goods."""

from __future__ import annotations

from hashlib import sha256
from itertools import count, pairwise

from eth_account import Account

from bench.goods import DOCUMENT, Goods
from ledger.chain.relay import Act as SignedAct
from ledger.chain.relay import Domain, digest, encode_relay
from ledger.vocabulary import ALL_ROLES, Address, Seconds
from tests.support.anvil import CHAIN_ID
from tests.support.contracts import Act, Receipt, create

ANCHORED = 1_000
"""Statements that each anchor adds to its list."""


class Papers:
    """What the mill certifies and anchors."""

    def __init__(self, goods: Goods) -> None:
        self.goods = goods
        contracts = goods.contracts
        self.certificates, self.anchors = (
            create(contracts.web3, contracts.governor, name, contracts.registry.address)
            for name in ("Certificates", "Anchors")
        )
        contracts.others += [self.certificates, self.anchors]
        self.lists = count(1)
        self.secret = Account.from_key(bytes(31) + b"\7")
        contracts.add_key(goods.mill.number, self.secret.address, int(ALL_ROLES), 0, 0)

    def issue(self, number: int) -> list[Act]:
        items = [self.goods.new_lot() for _ in range(number)]
        return [("issueCertificate", each, DOCUMENT, DOCUMENT, 0, 0) for each in items]

    def revoke(self, number: int) -> list[Act]:
        issued = self.issue(number)
        self.goods.mill.act(*issued, at=self.certificates)
        return [("revokeCertificate", subject, DOCUMENT, 1) for _, subject, *_ in issued]

    def anchor(self, number: int) -> list[Act]:
        """A list that grows, by so many statements each time."""
        content = next(self.lists)
        roots = [bytes(32)] + [sha256(bytes([content, i])).digest() for i in range(number + 1)]
        acts: list[Act] = [
            ("anchor", content, root, (i + 1) * ANCHORED, before)
            for i, (before, root) in enumerate(pairwise(roots))
        ]
        self.goods.mill.act(acts[0], at=self.anchors)
        return acts[1:]

    def relay(self, acts: list[Act], operation: int) -> Receipt:
        """Have one key of the mill bring, in one operation, what another has signed."""
        contracts = self.goods.contracts
        door = contracts.ledger
        domain = Domain(CHAIN_ID, Address(bytes.fromhex(door.address[2:])))
        calls = tuple(bytes.fromhex(door.encode_abi(n, rest)[2:]) for n, *rest in acts)
        key = Address(bytes.fromhex(self.secret.address[2:]))
        act = SignedAct(key, calls, operation, Seconds(2**40))
        signature = bytes(self.secret.unsafe_sign_hash(digest(domain, act)).signature)
        data = "0x" + encode_relay(domain, [act], [signature]).hex()
        return contracts.send_data(door, data, self.goods.mill.key)
