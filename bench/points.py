"""Acts on units and points to measure, as `bench.goods` has those on goods."""

from __future__ import annotations

from functools import cache
from itertools import count

from eth_account import Account
from eth_utils.crypto import keccak

from bench.goods import DOCUMENT, Goods
from ledger.chain.codec import encode
from ledger.chain.relay import Domain
from ledger.earnings import earning_of_receipt, earning_of_unit
from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import Address, Id, OrgId, unit
from tests.support.anvil import CHAIN_ID
from tests.support.contracts import Act

UNITS = 1024
"""Units of an issue, so that a path to the root has ten steps."""
FOR_EVER = 2**40 - 1
PLENTY = 2**40
CLAIM_TYPE = keccak(text="Claim(bytes32 lot,uint64 index,address member)")
REDEMPTION_TYPE = keccak(
    text="Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,"
    "uint64 points,uint40 deadline)"
)


@cache
def address_of(secret: int) -> bytes:
    return bytes.fromhex(Account.from_key(secret.to_bytes(32, "big")).address[2:])


class Issue:
    """All units of a new lot; the first so many of them have a code and are acted on."""

    def __init__(self, points: Points, number: int = 0, programme: int = 0) -> None:
        goods = points.goods
        (self.lot,) = goods.lots(UNITS, 1)
        self.units = [unit(goods.flour, f"U{index:05}").id for index in range(number)]
        leaves = [
            unit_leaf(Id(self.lot), Id(each), address_of(index + 1))
            for index, each in enumerate(self.units)
        ]
        self.tree = MerkleTree(leaves + [b""] * (UNITS - number) if leaves else [b""])
        points.units(("issueUnits", self.lot, UNITS, 1, self.tree.root))
        if programme:
            points.loyalty(("openEarning", programme, self.lot, 1, 100, 0))


class Points:
    """The mill's own programmes, without a return window; members are numbers."""

    def __init__(self, goods: Goods) -> None:
        self.goods = goods
        self.mill = goods.mill
        self.programmes = count(1)
        self.members = count(1_000)
        self.domain = Domain(
            CHAIN_ID, Address(bytes.fromhex(goods.contracts.loyalty.address[2:])), "Loyalty"
        )
        self.programme = self.new_programme()

    def units(self, *acts: Act) -> None:
        self.mill.act(*acts, at=self.goods.contracts.units)

    def loyalty(self, *acts: Act) -> None:
        self.mill.act(*acts, at=self.goods.contracts.loyalty)

    # --- something to act on ---

    def new_programme(self) -> int:
        self.loyalty(("openProgramme", DOCUMENT, PLENTY, PLENTY, 0))
        return next(self.programmes)

    def sold(self, number: int) -> Issue:
        made = Issue(self, number, self.programme)
        self.units(("sellUnits", made.lot, 1, list(range(number))))
        return made

    def claimed(self, number: int) -> Issue:
        made = self.sold(number)
        self.loyalty(*self.claims_of(made, number))
        return made

    def claims_of(self, made: Issue, number: int) -> list[Act]:
        return [self._claim(made, index, address_of(next(self.members))) for index in range(number)]

    def _claim(self, made: Issue, index: int, member: bytes) -> Act:
        values = [CLAIM_TYPE, made.lot, index, member]
        signature = self._signed(["bytes32", "bytes32", "uint64", "address"], values, index + 1)
        path = made.tree.inclusion_path(index)
        return ("claim", (made.lot, 1, index, made.units[index], member, path, signature))

    def _signed(self, types: list[str], values: list[object], secret: int) -> bytes:
        digest = keccak(b"\x19\x01" + self.domain.separator + keccak(encode(types, values)))
        return bytes(Account.unsafe_sign_hash(digest, secret.to_bytes(32, "big")).signature)

    def new_members(self, number: int) -> list[int]:
        return [next(self.members) for _ in range(number)]

    def awarded(self, members: list[int]) -> list[bytes]:
        """An earning of each, whose return window is over."""
        receipts = [keccak(text=f"receipt {next(self.goods.numbers)}") for _ in members]
        listed = zip(members, receipts, strict=True)
        awards = [("award", self.programme, address_of(m), r, 100) for m, r in listed]
        self.loyalty(*awards)
        return receipts

    def earnings(self, receipts: list[bytes]) -> list[bytes]:
        return [earning_of_receipt(OrgId(self.mill.number), receipt) for receipt in receipts]

    def rich(self, number: int) -> list[int]:
        """Members who have points."""
        members = self.new_members(number)
        self.loyalty(("settle", self.programme, self.earnings(self.awarded(members))))
        return members

    # --- acts on units ---

    def issue_units(self, number: int) -> list[Act]:
        lots = self.goods.lots(UNITS, number)
        return [("issueUnits", item, UNITS, 1, DOCUMENT) for item in lots]

    def sell_units(self, number: int) -> list[Act]:
        return [("sellUnits", Issue(self).lot, 1, list(range(number)))]

    def sell_each(self, number: int) -> list[Act]:
        """A basket: a unit each of different lots."""
        return [("sellUnits", Issue(self).lot, 1, [7]) for _ in range(number)]

    def sell_proven(self, number: int) -> list[Act]:
        issues = [Issue(self, 1) for _ in range(number)]
        return [
            ("sellProvenUnit", each.lot, 1, 0, *each.units, address_of(1), path)
            for each in issues
            for path in [each.tree.inclusion_path(0)]
        ]

    def return_units(self, number: int) -> list[Act]:
        return [("returnUnits", self.sold(number).lot, 1, list(range(number)))]

    def void_units(self, number: int) -> list[Act]:
        return [("voidUnits", Issue(self).lot, 1, 0, 200, 1) for _ in range(number)]

    # --- acts on points ---

    def open_programme(self, number: int) -> list[Act]:
        for _ in range(number):
            next(self.programmes)
        return [("openProgramme", DOCUMENT, PLENTY, PLENTY, 86_400)] * number

    def open_earning(self, number: int) -> list[Act]:
        lots = [Issue(self).lot for _ in range(number)]
        return [("openEarning", self.programme, item, 1, 100, 0) for item in lots]

    def claim(self, number: int) -> list[Act]:
        return self.claims_of(self.sold(number), number)

    def award(self, number: int) -> list[Act]:
        members = [address_of(each) for each in self.new_members(number)]
        numbers = [next(self.goods.numbers) for _ in members]
        receipts = [keccak(text=f"receipt {each}") for each in numbers]
        listed = zip(members, receipts, strict=True)
        return [("award", self.programme, member, receipt, 100) for member, receipt in listed]

    def settle_new(self, number: int) -> list[Act]:
        earnings = self.earnings(self.awarded(self.new_members(number)))
        return [("settle", self.programme, earnings)]

    def settle_known(self, number: int) -> list[Act]:
        return [("settle", self.programme, self.earnings(self.awarded(self.rich(number))))]

    def settle_each(self, number: int) -> list[Act]:
        earnings = self.earnings(self.awarded(self.rich(number)))
        return [("settle", self.programme, [each]) for each in earnings]

    def redeem(self, number: int) -> list[Act]:
        return [self._redemption(member) for member in self.rich(number)]

    def _redemption(self, member: int) -> Act:
        number = keccak(text=f"redemption {next(self.goods.numbers)}")
        values = [REDEMPTION_TYPE, self.programme, address_of(member), self.mill.number, number]
        types = ["bytes32", "uint32", "address", "uint32", "bytes32", "uint64", "uint40"]
        signature = self._signed(types, [*values, 40, FOR_EVER], member)
        return (
            "redeem",
            (self.programme, address_of(member), number, 40, FOR_EVER, signature),
        )

    def cancel(self, number: int) -> list[Act]:
        redeemed = self.redeem(number)
        self.loyalty(*redeemed)
        return [("cancelRedemption", *wanted[:3]) for _, wanted in redeemed]

    def claw_back_units(self, number: int) -> list[Act]:
        """Of units that came back while the points were still pending."""
        made = self.claimed(number)
        self.units(("returnUnits", made.lot, 1, list(range(number))))
        return [("clawBackUnits", made.lot, 1, list(range(number)))]

    def claw_back_awards(self, number: int) -> list[Act]:
        """Of points that are in the members' accounts already."""
        receipts = self.awarded(self.new_members(number))
        self.loyalty(("settle", self.programme, self.earnings(receipts)))
        return [("clawBackAward", self.programme, receipt, 40) for receipt in receipts]

    def compensate(self, number: int) -> list[Act]:
        """Members whose earnings are settled already."""
        made = self.claimed(number)
        earnings = [earning_of_unit(Id(made.lot), index) for index in range(number)]
        self.loyalty(("settle", self.programme, earnings))
        self.mill.act(("recall", [made.lot], DOCUMENT))
        return [("compensateUnits", made.lot, 1, list(range(number)), 50)]
