"""A shop that sells units of a mill's flour and gives points for them, on a real chain.

    till = Till.open(contracts, mill)
    till.sell(0)
    till.act(till.shop, till.claim(0, till.alice))

The shop owns programme 1; the mill, its partner, has issued the units. Units and codes are those of
a tree built by `ledger.hashing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from web3 import Web3
from web3.contract import Contract

from ledger.chain.codec import encode_call
from ledger.chain.points import sign_claim, sign_redemption
from ledger.chain.relay import Domain
from ledger.chain.signing import SigningKey
from ledger.commands import (
    AwardPoints,
    ClaimPoints,
    Command,
    IssueUnits,
    OpenEarning,
    OpenProgramme,
    RedeemPoints,
    SellUnits,
    SetPartner,
    SettlePoints,
)
from ledger.earnings import earning_of_receipt
from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import Address, DocumentHash, Id, OrgId, Seconds, lot, shipment, unit
from tests.support.contracts import Contracts, Organisation, Receipt

PROGRAMME = 1
UNITS = 5
EACH = 10
PER_UNIT = 100
BUDGET = 1_000_000
DAILY_CAP = 100_000
RULES = DocumentHash(bytes(range(32)))
FAR = Seconds(2**40 - 1)


@dataclass
class Till:
    """Points for ``lot``; what is earned is pending for ``window`` seconds."""

    contracts: Contracts
    mill: Organisation
    shop: Organisation
    lot: Id
    units: list[Id]
    codes: list[SigningKey]
    tree: MerkleTree
    window: int
    alice: SigningKey = field(default_factory=SigningKey.new)
    bob: SigningKey = field(default_factory=SigningKey.new)

    @classmethod
    def open(cls, contracts: Contracts, mill: Organisation, *, window: int = 0) -> Self:
        shop = contracts.organisation("700004", roles=4)
        digits = mill.registered_product(7).digits
        item, way = lot(digits, "L1").id, shipment("TILL").id
        mill.act(("commission", item, 1000, 0), ("ship", way, shop.number, [(item, 500)]))
        shop.act(("receiveShipment", mill.number, way, [(item, 500)]))
        serials = [unit(digits, f"U{number}").id for number in range(UNITS)]
        codes = [SigningKey.new() for _ in serials]
        leaves = [unit_leaf(item, u, c.address) for u, c in zip(serials, codes, strict=True)]
        till = cls(contracts, mill, shop, item, serials, codes, MerkleTree(leaves), window)
        till._prepare()
        return till

    @property
    def domain(self) -> Domain:
        chain = self.contracts.web3.eth.chain_id
        return Domain(chain, address_of(self.contracts.loyalty), "Loyalty")

    def act(self, org: Organisation, *commands: Command) -> Receipt:
        """One operation, of the contract that the commands are of."""
        places = {"Loyalty": self.contracts.loyalty, "UnitRegistry": self.contracts.units}
        calls = [encode_call(command) for command in commands]
        place = places.get(commands[0].contract, self.contracts.ledger)
        return self.contracts.send(place, "perform", next(org.operations), calls, by=org.key)

    def sell(self, *indexes: int) -> Receipt:
        return self.act(self.shop, SellUnits(self.lot, 1, indexes))

    def claim(self, index: int, member: SigningKey, code: SigningKey | None = None) -> ClaimPoints:
        """The claim that the unit's code signs, or another where one is named."""
        path = tuple(self.tree.inclusion_path(index))
        wanted = ClaimPoints(self.lot, 1, index, self.units[index], member.address, path, b"")
        return sign_claim(code or self.codes[index], self.domain, wanted)

    def award(self, receipt: bytes, points: int, member: SigningKey | None = None) -> AwardPoints:
        who = (member or self.alice).address
        return AwardPoints(PROGRAMME, who, DocumentHash(receipt), points)

    def redemption(
        self, number: bytes, points: int, *, deadline: int = FAR, org: int = 0
    ) -> RedeemPoints:
        """What Alice signs for the shop, or for another organisation."""
        signed = RedeemPoints(
            PROGRAMME,
            self.alice.address,
            DocumentHash(number),
            points,
            Seconds(deadline),
            b"",
        )
        by = OrgId(org or self.shop.number)
        return sign_redemption(self.alice, self.domain, signed, by)

    def settled(self, receipt: bytes, points: int) -> DocumentHash:
        """Points that Alice has, where nothing stays pending."""
        earning = earning_of_receipt(OrgId(self.shop.number), receipt)
        self.act(self.shop, self.award(receipt, points), SettlePoints(PROGRAMME, (earning,)))
        return earning

    def account(self, member: SigningKey) -> tuple[int, int]:
        """What a member may spend, and what it owes."""
        asked = self.contracts.loyalty.functions.accountOf(PROGRAMME, checksummed(member))
        available, owed, _by_quarter = asked.call()
        return available, owed

    def told(self, receipt: Receipt) -> tuple[str, dict[str, Any]]:
        """The last event of an act."""
        return self.contracts.events(receipt)[-1]

    def _prepare(self) -> None:
        root = DocumentHash(self.tree.root)
        self.act(self.mill, IssueUnits(self.lot, UNITS, EACH, root))
        self.act(
            self.shop,
            OpenProgramme(RULES, BUDGET, DAILY_CAP, self.window),
            SetPartner(PROGRAMME, OrgId(self.mill.number), 1),
        )
        self.act(self.mill, OpenEarning(PROGRAMME, self.lot, 1, PER_UNIT, Seconds(0)))


def address_of(contract: Contract) -> Address:
    return Address(bytes.fromhex(contract.address[2:]))


def checksummed(member: SigningKey) -> str:
    return Web3.to_checksum_address(member.address)
