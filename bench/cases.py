"""Every act of the gas table, a line each; `bench.must` says what it must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from web3.contract import Contract

from bench.goods import Acts, Goods
from bench.papers import Papers
from bench.points import Points
from tests.support.anvil import LocalAnvil
from tests.support.contracts import Contracts, Organisation

OWN_OPERATIONS = 1 << 40


@dataclass(frozen=True)
class Case:
    """An act, who performs it and at which contract. `prototype` is what it cost there, alone / of
    50 / of 200. Lists in one act are measured per line.
    """

    name: str
    acts: Acts
    contract: str
    by: Organisation
    prototype: str = ""
    relayed: bool = False


class World:
    """All contracts on one node, and somebody to act at each."""

    def __init__(self, node: LocalAnvil, gas: int) -> None:
        self.node = node
        self.contracts = Contracts.deploy(node)
        self.contracts.gas = gas
        self.goods = Goods(self.contracts)
        self.points = Points(self.goods)
        self.papers = Papers(self.goods)
        self.places: dict[str, Contract] = {
            "OrgRegistry": self.contracts.registry,
            "ProductLedger": self.contracts.ledger,
            "UnitRegistry": self.contracts.units,
            "Loyalty": self.contracts.loyalty,
            "Certificates": self.papers.certificates,
            "Anchors": self.papers.anchors,
        }
        self._operations: dict[tuple[str, str], Iterator[int]] = {}

    def send(self, case: Case, number: int) -> tuple[Any, bytes]:
        """Perform so many acts in one operation: the receipt, and the calldata."""
        acts = case.acts(number)
        operation = self._operation(case)
        if case.relayed:
            receipt = self.papers.relay(acts, operation)
        else:
            at = self.places[case.contract]
            receipt = case.by.act(*acts, operation=operation, at=at)
        sent = self.node.rpc(
            "eth_getTransactionByHash", "0x" + bytes(receipt["transactionHash"]).hex()
        )
        return receipt, bytes.fromhex(sent["input"][2:])

    def _operation(self, case: Case) -> int:
        """The next number in a word of 256 that is open: opening one costs 17,100 more."""
        key = (case.by.key, case.contract)
        if key not in self._operations:
            self._operations[key] = count(OWN_OPERATIONS)
            first = next(self._operations[key])
            case.by.act(operation=first, at=self.places[case.contract])
        return next(self._operations[key])

    def cases(self) -> list[Case]:
        return [*self._goods(), *self._units(), *self._points(), *self._papers()]

    def _goods(self) -> Iterator[Case]:
        goods = self.goods

        def case(name: str, acts: Acts, prototype: str = "", by: Organisation = goods.mill) -> Case:
            return Case(name, acts, "ProductLedger", by, prototype)

        bakery = goods.bakery
        yield case("registerProduct", goods.products)
        yield case("describeProduct", goods.describe)
        yield case(
            "commission, new lot", goods.commission, "64,963 / 34,869 / 34,372; 87,792 / 54,278"
        )
        yield case("commission, further run", goods.commission_further)
        yield case("commission, unit", goods.commission_units)
        yield case("transform, 1 into 1 new", goods.transform)
        yield case("transform, split 1 into 4 new", goods.split, "147,346")
        yield case("transform, merge 4 into 1 new", goods.merge, "95,490")
        yield case("ship, one line", goods.ship, "39,666 / 14,306 / 13,881; 78,061 / 44,545")
        yield case("ship, per line of one shipment", goods.ship_lines)
        yield case("receive, new holder", goods.receive_new, "75,483", by=bakery)
        yield case(
            "receive, known holder",
            goods.receive_known,
            "39,414 / 14,052 / 13,621; - / 24,868",
            by=bakery,
        )
        yield case("receive, known holder, a part", goods.receive_part, by=bakery)
        yield case("reject, a part", goods.reject, by=bakery)
        yield case("cancel, a part", goods.cancel)
        yield case("pack, new logistic unit", goods.pack_new)
        yield case("pack, more of the same", goods.pack_more)
        yield case("unpack, a part", goods.unpack)
        yield case("dispose", goods.dispose)
        yield case("sell", goods.sell)
        yield case("acceptReturn, a part", goods.take_back)
        yield case("recall", goods.recall, "39,119")
        yield case("recall, per item of one list", goods.recall_list)
        yield case("release", goods.release)
        yield case("observe", goods.observe, "36,189 / 10,829 / 10,404; 42,170 / 8,656 / 8,143")
        yield case("correct", goods.correct)
        yield case("correctFact", goods.correct_fact)

    def _units(self) -> Iterator[Case]:
        points = self.points

        def case(name: str, acts: Acts, prototype: str = "") -> Case:
            return Case(name, acts, "UnitRegistry", self.goods.mill, prototype)

        yield case("issueUnits, 1,024 units", points.issue_units, "86,989")
        yield case("sellUnits, one unit of a lot", points.sell_each)
        yield case("sellUnits, per unit of one list", points.sell_units)
        yield case("sellProvenUnit, of 1,024", points.sell_proven)
        yield case("returnUnits, per unit of one list", points.return_units)
        yield case("voidUnits, 200 in a row", points.void_units)

    def _points(self) -> Iterator[Case]:
        points = self.points

        def case(name: str, acts: Acts, prototype: str = "") -> Case:
            return Case(name, acts, "Loyalty", self.goods.mill, prototype)

        yield case("openProgramme", points.open_programme)
        yield case("openEarning", points.open_earning)
        yield case("claim, of 1,024", points.claim, "68,250 / 22,523")
        yield case("award", points.award)
        yield case("settle, per earning, new member", points.settle_new)
        yield case("settle, per earning, known member", points.settle_known)
        yield case("settle, one earning, known member", points.settle_each)
        yield case("redeem", points.redeem, "61,945")
        yield case("cancelRedemption", points.cancel)
        yield case("clawBackUnits, per unit, pending", points.claw_back_units)
        yield case("clawBackAward, a part, settled", points.claw_back_awards)
        yield case("compensateUnits, per unit", points.compensate)

    def _papers(self) -> Iterator[Case]:
        papers, mill = self.papers, self.goods.mill
        yield Case("issueCertificate", papers.issue, "Certificates", mill)
        yield Case("revokeCertificate", papers.revoke, "Certificates", mill)
        yield Case("anchor, 1,000 more statements", papers.anchor, "Anchors", mill, "52,316")
        observe, figures = self.goods.observe, "54,321 / 17,335"
        yield Case("relay, observe", observe, "ProductLedger", mill, figures, relayed=True)
