"""A chain on which things happen: our contracts, three organisations, and as many random acts as
wanted, most of which the contract accepts. Blocks are made by `mine` only.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from eth_utils.crypto import keccak

from indexer.decode import decode
from ledger import commands as c
from ledger import vocabulary as v
from ledger.chain.codec import (
    ANCHORS,
    CERTIFICATES,
    DIRECTORY,
    LEDGER,
    LOYALTY,
    REGISTRY,
    UNITS,
    encode_constructor,
    encode_perform,
    encode_registry,
)
from ledger.chain.deployment import DeployedContract, Deployment, made_at
from ledger.errors import ActRefused
from ledger.hashing import sha256
from ledger.history import State
from ledger.rules import decide
from tests.indexer.living_acts import FurtherActs
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.packs import MEMBERS, Packs, Signed, packs, sign

FARM, PACKER, SHOP = (v.OrgId(n) for n in (1, 2, 3))
ORGS = (FARM, PACKER, SHOP)
GLNS = {FARM: "9521234000006", PACKER: "9521234000105", SHOP: "9521234000204"}
LETTUCE, SALAD = v.product("09521234000013"), v.product("09521234000020")
PALLETS = [
    v.logistic_unit(n + v.check_digit(n)).id for n in ("09521234000000001", "09521234000000002")
]
GAS = 8_000_000


@dataclass
class LivingChain:
    anvil: LocalAnvil
    deployment: Deployment
    accounts: list[str]
    random: random.Random = field(default_factory=lambda: random.Random(1))
    operation: int = 0
    state: State = field(default_factory=State)
    time: v.Seconds = v.Seconds(0)
    """Of the newest block."""

    @classmethod
    def begin(cls, anvil: LocalAnvil) -> LivingChain:
        accounts = anvil.rpc("eth_accounts")
        chain = cls(anvil, Deployment(CHAIN_ID, b"", {}), accounts)
        governor = bytes.fromhex(accounts[0][2:])
        (registry,) = chain._deploy(encode_constructor(REGISTRY, governor, 0))
        names = (LEDGER, UNITS, LOYALTY, DIRECTORY, CERTIFICATES, ANCHORS)
        others = chain._deploy(*chain._constructors(names, governor, registry.address))
        made = {REGISTRY: registry} | dict(zip(names, others, strict=True))
        genesis = bytes.fromhex(anvil.rpc("eth_getBlockByNumber", "0x0", False)["hash"][2:])
        chain.deployment = Deployment(CHAIN_ID, genesis, made)
        chain._admit()
        return chain

    def _constructors(
        self, names: tuple[str, ...], deployer: bytes, registry: bytes
    ) -> list[bytes]:
        nonce = int(self.anvil.rpc("eth_getTransactionCount", self.accounts[0], "latest"), 16)
        places = {n: made_at(v.Address(deployer), nonce + i) for i, n in enumerate(names)}
        ledger, units, loyalty = (places[name] for name in (LEDGER, UNITS, LOYALTY))
        further = {LEDGER: [units], UNITS: [ledger, loyalty], LOYALTY: [ledger, units]}
        return [encode_constructor(n, registry, *further.get(n, [])) for n in names]

    def act(self, org: v.OrgId, *commands: c.Command) -> None:
        """Waits in the pool until `mine`."""
        self.operation += 1
        self.act_as(self.operation, org, *commands)

    def act_as(self, operation: int, org: v.OrgId, *commands: c.Command) -> None:
        """The same, under a number of one's own, at the contract whose acts these are."""
        place = self.deployment.contracts[commands[0].contract].address
        self._send(self.accounts[org], place, encode_perform(operation, commands))

    def mine(self, blocks: int = 1) -> None:
        self.anvil.mine(blocks)
        self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        newest = self.anvil.rpc("eth_getBlockByNumber", "latest", False)
        self.time = v.Seconds(int(newest["timestamp"], 16))

    @property
    def signed(self) -> Signed:
        """Where claims and redemptions are good."""
        return Signed(CHAIN_ID, self.deployment.contracts[LOYALTY].address)

    @property
    def height(self) -> int:
        return int(self.anvil.rpc("eth_blockNumber"), 16)

    def live(self, blocks: int = 1, acts: int = 3) -> None:
        """So many random operations in each of some blocks; something is promised first."""
        if not self.state.programmes.get(1) and acts:
            self._promise()
        for _ in range(blocks):
            for _ in range(acts):
                org = self.random.choice(ORGS)
                self.act(org, *self._operation(org))
            self.mine()

    def reorganise(self, depth: int) -> None:
        """Empty blocks in the place of the last. One that was empty comes back as it was, so
        there must be an operation in the deepest.
        """
        self.anvil.rpc("anvil_reorg", depth, [])
        self._look()

    def _look(self) -> None:
        self.state = State()
        self._look_at_the_clock()
        addresses = [f"0x{each.address.hex()}" for each in self.deployment.contracts.values()]
        logs = self.anvil.rpc("eth_getLogs", {"address": addresses, "fromBlock": "0x0"})
        for log in logs:
            self.state.apply(decode(log["topics"], log["data"])[2][3], self.time)

    # --- what happens ---

    def _operation(self, org: v.OrgId) -> list[c.Command]:
        """One or a few acts, with what is said of them before them; now and then a refused one."""
        if self.random.random() < 0.4:
            return self._elsewhere(org)
        said = [self._observe(org) for _ in range(self.random.choice((0, 0, 1, 3)))]
        acts = [self._accepted(org) for _ in range(self.random.choice((0, 1, 1, 2)))]
        return [*said, *(act for act in acts if act)] or [self._observe(org)]

    def _elsewhere(self, org: v.OrgId) -> list[c.Command]:
        """Acts of one of the other contracts."""
        acts = [self._accepted(org, self._further) for _ in range(3)]
        found = [act for act in acts if act]
        contract = found[0].contract if found else ""
        return [act for act in found if act.contract == contract] or [self._observe(org)]

    def _further(self, org: v.OrgId) -> c.Command:
        return FurtherActs(self.random, self.state, self.signed, org, self._item()).draw()

    def _accepted(
        self, org: v.OrgId, draw: Callable[[v.OrgId], c.Command] | None = None
    ) -> c.Command | None:
        for _ in range(12):
            act = (draw or self._act)(org)
            try:
                events = decide(self.state, org, [act], self.time, signers=self.signed)
            except ActRefused:
                if self.random.random() < 0.01:
                    return act
            else:
                for event in events:
                    self.state.apply(event, self.time)
                return act
        return None

    def _act(self, org: v.OrgId) -> c.Command:
        choose = self.random.choice
        item = choose((self._item(), self._item(), choose(PALLETS)))
        other = choose([each for each in ORGS if each != org])
        amount = v.Amount(1 if item in PALLETS else self.random.randint(1, 5))
        line = (c.Line(item, amount),)
        shipment = v.shipment(f"S{self.random.randint(1, 60)}").id
        hash_ = self._hash()
        acts = [
            *[lambda: c.CommissionItem(item, v.Amount(50), v.Seconds(0))] * 2,
            *[lambda: c.ShipItems(shipment, other, line)] * 3,
            *[lambda: self._arrival(org)] * 5,
            *[lambda: c.PackItems(choose(PALLETS), line)] * 2,
            lambda: c.UnpackItems(choose(PALLETS), line),
            lambda: c.DisposeItem(item, amount, 1),
            lambda: c.SellItem(item, amount),
            *[lambda: c.TransformItems(line, (c.Output(self._item(), amount, v.Seconds(0)),))] * 3,
            lambda: self._recall(item),
            lambda: c.CorrectStatement(hash_, v.DocumentHash(bytes(32))),
            lambda: c.AcceptReturn(item, amount),
            lambda: c.CorrectFact(choose((2, 40, 200, 1000)), hash_),
        ]
        return choose(acts)()

    def _arrival(self, org: v.OrgId) -> c.Command:
        """What may become of something that is on its way."""
        ways = [
            (receiver, way, item)
            for (receiver, item), several in self.state.transit.rows()
            for way in several
            if org in (receiver, way.shipper)
        ]
        if not ways:
            return c.SellItem(self._item(), v.Amount(1))
        receiver, way, item = self.random.choice(ways)
        lines = (c.Line(item, v.Amount(self.random.randint(1, way.amount))),)
        if receiver != org:
            return c.CancelShipment(way.shipment, lines)
        if self.random.random() < 0.2:
            return c.RejectShipment(way.shipper, way.shipment, lines, 1)
        return c.ReceiveShipment(way.shipper, way.shipment, lines)

    def _recall(self, item: v.Id) -> c.Command:
        recalled = [key for key, row in self.state.items.rows() if row.recalled_by]
        if recalled:
            return c.ReleaseItems((recalled[0],), self._hash())
        return c.RecallItems((item,), self._hash())

    def _hash(self) -> v.DocumentHash:
        return v.DocumentHash(sha256(str(self.random.randint(1, 40)).encode()))

    def _item(self) -> v.Id:
        product = self.random.choice((LETTUCE, SALAD))
        return v.lot(product.digits, f"L{self.random.randint(1, 5)}").id

    def _observe(self, org: v.OrgId) -> c.Command:
        choose = self.random.choice
        step = choose(("shipping", "receiving", "commissioning", "inspecting"))
        return c.Observe(
            self._item(),
            self._hash(),
            choose((v.Part.OBJECT, v.Part.INPUT, v.Part.OUTPUT)),
            choose((v.Action.ADD, v.Action.OBSERVE)),
            v.step_number(step),
            0,
            v.Amount(self.random.randint(0, 5)),
            v.Seconds(1_700_000_000 + self.random.randint(0, 3)),
            v.Id(bytes(32)),
            choose([each for each in ORGS if each != org]),
        )

    # --- how it begins ---

    def _deploy(self, *made: bytes) -> list[DeployedContract]:
        """All of them in one block."""
        sent = [self._send(self.accounts[0], None, data) for data in made]
        self.mine()
        return [self._deployed(tx) for tx in sent]

    def _deployed(self, tx: str) -> DeployedContract:
        receipt = self.anvil.rpc("eth_getTransactionReceipt", tx)
        assert receipt["status"] == "0x1"
        address = receipt["contractAddress"]
        code = bytes.fromhex(self.anvil.rpc("eth_getCode", address, "latest")[2:])
        return DeployedContract(
            v.Address(bytes.fromhex(address[2:])),
            int(receipt["blockNumber"], 16),
            bytes.fromhex(receipt["blockHash"][2:]),
            keccak(code),
        )

    def _admit(self) -> None:
        for org, gln in GLNS.items():
            key = bytes.fromhex(self.accounts[org][2:])
            party = v.party(gln).id
            governor = bytes.fromhex(self.accounts[0][2:])
            self._govern("registerOrganisation", party, governor, int(v.ALL_ROLES))
            self._govern("addKey", org, key, int(v.ALL_ROLES), 0, 0)
            self._govern("addPlace", org, v.place(gln).id, 7)
        self._govern("grantPrefix", FARM, 7, 9521234)
        self.mine()
        document = v.DocumentHash(sha256(b"a product"))
        for product in (LETTUCE, SALAD):
            self.act(FARM, c.RegisterProduct(product.id, 7, b"KGM", 3, document))
            for maker in (PACKER, SHOP):
                self.act(FARM, c.AuthoriseMaker(product.id, maker, allowed=True))
        self.mine()
        self._look()

    def _promise(self) -> None:
        """Units that earn points, so that something can become of them."""
        lot = v.lot(LETTUCE.digits, "L1").id
        of = packs(lot, 6)
        for command in (
            c.CommissionItem(lot, v.Amount(500), v.Seconds(0)),
            c.IssueUnits(lot, 6, v.Amount(1), of.root),
            c.SellUnits(lot, 1, (0, 1, 2, 3)),
            c.OpenProgramme(v.DocumentHash(sha256(b"rules")), 10_000, 5_000, 0),
            c.SetPartner(1, SHOP, 3),
            c.OpenEarning(1, lot, 1, 20, v.Seconds(0)),
            *(self._claim(of, index) for index in (0, 1)),
        ):
            try:
                promised = decide(self.state, FARM, [command], self.time)
            except ActRefused:  # what comes before it was in blocks that are gone
                return
            for event in promised:
                self.state.apply(event, self.time)
            self.act(FARM, command)

    def _claim(self, of: Packs, index: int) -> c.ClaimPoints:
        unit, member = of.units[index], MEMBERS[index]
        signature = sign(unit.hex(), self.signed.claim(of.lot, index, member))
        return c.ClaimPoints(of.lot, 1, index, unit, member, of.path(index), signature)

    def _govern(self, function: str, *arguments: object) -> None:
        data = encode_registry(function, *arguments)
        self._send(self.accounts[0], self.deployment.registry, data)

    def _send(self, sender: str, to: bytes | None, data: bytes) -> str:
        call = {"from": sender, "data": "0x" + data.hex(), "gas": hex(GAS)}
        if to is not None:
            call["to"] = "0x" + to.hex()
        tx: str = self.anvil.rpc("eth_sendTransaction", call)
        return tx
