"""Both contracts on a local chain, organisations to act for, and the journal checked by hand.

    contracts = Contracts.deploy(anvil)
    mill = contracts.organisation("400000")
    flour = lot(mill.registered_product().digits, "L1")
    mill.act(("commission", flour.id, 500, 0), ("ship", shipment.id, 2, [(flour.id, 20)]))

An act is a tuple: the function's name, then its arguments; lines are tuples, too.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
import rlp
from eth_abi.abi import decode
from eth_utils.crypto import keccak
from web3 import Web3
from web3.contract import Contract

from ledger.abi import artifact
from ledger.events import DOORS
from ledger.vocabulary import ALL_ROLES, Gs1Key, check_digit, logistic_unit, party, product
from tests.support.anvil import LocalAnvil

Act = tuple[Any, ...]
Receipt = Any

JOURNAL_SLOT = bytes(32)


@dataclass
class Contracts:
    """The registry and the ledger, freshly deployed; account 0 is the governor."""

    anvil: LocalAnvil
    web3: Web3
    registry: Contract
    ledger: Contract
    accounts: Iterator[str]
    governor: str
    units: Contract
    loyalty: Contract
    gas: int = 30_000_000
    others: list[Contract] = field(default_factory=list)
    """Further contracts whose events are read."""

    @classmethod
    def deploy(cls, anvil: LocalAnvil) -> Self:
        web3 = Web3(Web3.HTTPProvider(anvil.url))
        accounts = iter(web3.eth.accounts)
        governor = next(accounts)
        registry = create(web3, governor, "OrgRegistry", governor, 0)
        nonce = web3.eth.get_transaction_count(governor)
        units_place, loyalty_place = (made_at(governor, nonce + i) for i in (1, 2))
        ledger = create(web3, governor, "ProductLedger", registry.address, units_place)
        units = create(
            web3, governor, "UnitRegistry", registry.address, ledger.address, loyalty_place
        )
        loyalty = create(web3, governor, "Loyalty", registry.address, ledger.address, units.address)
        assert (units.address, loyalty.address) == (units_place, loyalty_place)
        made = cls(anvil, web3, registry, ledger, accounts, governor, units, loyalty)
        made.others += [units, loyalty]
        return made

    def doors(self) -> dict[str, str]:
        """Where the contracts are whose acts are performed; the last two are made for it."""
        known = {"ProductLedger": self.ledger, "UnitRegistry": self.units, "Loyalty": self.loyalty}
        for name in ("Certificates", "Anchors"):
            known[name] = create(self.web3, self.governor, name, self.registry.address)
            self.others.append(known[name])
        return {name: contract.address for name, contract in known.items()}

    def organisation(self, prefix: str, *, roles: int = ALL_ROLES, key: str = "") -> Organisation:
        """A new organisation with this company prefix, a GLN under it, and one key."""
        key = key or next(self.accounts)
        gln = prefix.ljust(12, "0")
        self.govern("registerOrganisation", party(gln + check_digit(gln)).id, key, int(roles))
        number = self.registry.functions.organisationOf(party(gln + check_digit(gln)).id).call()
        self.govern("grantPrefix", number, len(prefix), int(prefix))
        self.add_key(number, key, int(roles), 0, 0)
        return Organisation(self, number, key, prefix)

    def govern(self, function: str, *arguments: Any, by: str = "") -> Receipt:
        """Call the registry, as the governor unless somebody else is named."""
        return self.send(self.registry, function, *arguments, by=by or self.governor)

    def add_key(self, org: int, *arguments: Any) -> Receipt:
        """Call the registry as the organisation's admin."""
        by = self.registry.functions.adminOf(org).call()
        return self.govern("addKey", org, *arguments, by=by)

    def set_roles(self, org: int, roles: int) -> Receipt:
        """Propose an organisation's roles and apply them; here nobody has to wait between."""
        self.govern("proposeOrganisationRoles", org, roles)
        return self.govern("applyOrganisationRoles", org)

    def send(self, contract: Contract, function: str, *arguments: Any, by: str) -> Receipt:
        """One transaction, alone in its block; raises if it is refused."""
        return self.send_data(contract, contract.encode_abi(function, list(arguments)), by)

    def send_data(self, contract: Contract, data: str, by: str) -> Receipt:
        """The same of calldata in hexadecimal."""
        transaction = {"from": by, "to": contract.address, "data": data, "gas": hex(self.gas)}
        self.anvil.rpc("eth_call", transaction, "latest")  # says why it would be refused
        sent = self.anvil.rpc("eth_sendTransaction", transaction)
        receipt = self.web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.002)
        assert receipt["status"] == 1
        return receipt

    def holding(self, item: bytes, org: Organisation | int) -> int:
        number = org if isinstance(org, int) else org.number
        amount: int = self.ledger.functions.holding(item, number).call()
        return amount

    def raw_logs(self, contract: Contract) -> list[dict[str, Any]]:
        """Every log of a contract as the node gives it, without any library between."""
        everything = {"address": contract.address, "fromBlock": "0x0", "toBlock": "latest"}
        logs: list[dict[str, Any]] = self.anvil.rpc("eth_getLogs", everything)
        return logs

    def events(self, receipt: Receipt) -> list[tuple[str, dict[str, Any]]]:
        """Names and arguments, without the entries, of what a transaction emitted."""
        return [
            (name, {key: value for key, value in arguments.items() if key != "entry"})
            for log in receipt["logs"]
            for name, arguments in [self._decoded(log)]
        ]

    def _decoded(self, log: Any) -> tuple[str, dict[str, Any]]:
        places = {each.address: each for each in (self.ledger, self.registry, *self.others)}
        contract = places[log["address"]]
        for event in contract.events:
            if bytes(log["topics"][0]) == bytes.fromhex(event.topic[2:]):
                return event.event_name, dict(event().process_log(log)["args"])
        raise AssertionError(log)


@dataclass
class Organisation:
    """One that acts by one key, with operation numbers of its own."""

    contracts: Contracts
    number: int
    key: str
    prefix: str
    operations: Iterator[int] = field(default_factory=itertools.count)

    def act(
        self, *acts: Act, operation: int | None = None, by: str = "", at: Contract | None = None
    ) -> Receipt:
        """Perform acts in one operation, of the ledger unless another contract is named."""
        number = next(self.operations) if operation is None else operation
        door = at or self.contracts.ledger
        calls = [door.encode_abi(name, list(rest)) for name, *rest in acts]
        return self.contracts.send(door, "perform", number, calls, by=by or self.key)

    def product(self, reference: int = 1) -> Gs1Key:
        """The key of a product under the organisation's prefix."""
        digits = "0" + self.prefix + str(reference).zfill(12 - len(self.prefix))
        return product(digits + check_digit(digits))

    def logistic_unit(self, reference: int = 1) -> Gs1Key:
        """An SSCC under the organisation's prefix."""
        digits = "0" + self.prefix + str(reference).zfill(16 - len(self.prefix))
        return logistic_unit(digits + check_digit(digits))

    def registered_product(self, reference: int = 1) -> Gs1Key:
        key = self.product(reference)
        self.act(("registerProduct", key.id, len(self.prefix), b"KGM", 3, bytes(32)))
        return key


def made_at(sender: str, nonce: int) -> str:
    """Where a contract will stand that an account makes with this nonce."""
    account = bytes.fromhex(sender[2:])
    return Web3.to_checksum_address(keccak(rlp.encode([account, nonce]))[12:])


def create(web3: Web3, sender: str, name: str, *arguments: Any) -> Contract:
    """Deploy a contract from its committed artifact."""
    compiled = artifact(name)
    factory = web3.eth.contract(abi=list(compiled.abi), bytecode=compiled.bytecode)
    sent = factory.constructor(*arguments).transact({"from": sender})
    receipt = web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.005)
    assert receipt["status"] == 1
    return web3.eth.contract(address=receipt["contractAddress"], abi=list(compiled.abi))


@contextmanager
def refused(name: str, *values: Any) -> Iterator[None]:
    """What happens inside is refused with exactly this error and these values."""
    with pytest.raises(RuntimeError) as raised:
        yield
    found = decoded_error(raised.value.args[0]["data"])
    assert found == (name, *values), f"refused with {found}"


def decoded_error(data: str) -> tuple[Any, ...]:
    """Name and values of a custom error of either contract."""
    raw = bytes.fromhex(data.removeprefix("0x"))
    for contract in ("OrgRegistry", "Directory", *DOORS):
        for entry in artifact(contract).abi:
            types = [each["type"] for each in entry.get("inputs", ())]
            signature = f"{entry.get('name')}({','.join(types)})"
            if entry["type"] == "error" and keccak(text=signature)[:4] == raw[:4]:
                values = decode(types, raw[4:])
                return (entry["name"], *(_checksummed(value) for value in values))
    raise AssertionError(data)


def _checksummed(value: Any) -> Any:
    is_address = isinstance(value, str)
    return Web3.to_checksum_address(value) if is_address else value


def seed(chain_id: int, address: str) -> bytes:
    """The running hash of a journal without events."""
    place = chain_id.to_bytes(32, "big") + bytes.fromhex(address[2:])
    return hashlib.sha256(b"lotmark/v1/journal\n" + place).digest()[:24]


def folded(logs: list[dict[str, Any]], start: bytes) -> bytes:
    """The journal's word after these logs, checking that each log carries the word before it."""
    head = start
    for sequence, log in enumerate(logs):
        topics = b"".join(bytes.fromhex(topic[2:]) for topic in log["topics"])
        data = bytes.fromhex(log["data"][2:])
        assert data[:32] == sequence.to_bytes(8, "big") + head, f"entry of event {sequence}"
        block = int(log["blockNumber"], 16).to_bytes(8, "big")
        head = hashlib.sha256(topics + data + block).digest()[:24]
    return len(logs).to_bytes(8, "big") + head


def require_journal(contracts: Contracts, contract: Contract) -> int:
    """Prove a contract's journal from raw logs to the block's state root; the number of events."""
    rpc, address = contracts.anvil.rpc, contract.address
    logs = contracts.raw_logs(contract)
    word = folded(logs, seed(int(rpc("eth_chainId"), 16), address))

    count, head = contract.functions.journal().call()
    assert count.to_bytes(8, "big") + head == word
    stored = rpc("eth_getStorageAt", address, "0x0", "latest")
    assert int(stored, 16) == int.from_bytes(word, "big")

    block = rpc("eth_getBlockByNumber", "latest", False)
    proof = rpc("eth_getProof", address, ["0x" + JOURNAL_SLOT.hex()], block["number"])
    account = proven(block["stateRoot"], bytes.fromhex(address[2:]), proof["accountProof"])
    _nonce, _balance, storage_root, _code = rlp.decode(account)
    (slot,) = proof["storageProof"]
    value = proven(storage_root, JOURNAL_SLOT, slot["proof"])
    assert rlp.decode(value).rjust(32, b"\0") == word
    return len(logs)


def proven(root: str | bytes, key: bytes, proof: list[str]) -> bytes:
    """The value that a Merkle Patricia proof (Yellow Paper, appendix D) shows under `key`."""
    path = keccak(key).hex()
    wanted = bytes.fromhex(root[2:]) if isinstance(root, str) else root
    node: Any = None
    for step in proof:
        encoded = bytes.fromhex(step[2:])
        assert keccak(encoded) == wanted, "the proof does not hang together"
        node = rlp.decode(encoded)
        while isinstance(node, list):
            if len(node) == 17:
                wanted, path = node[int(path[0], 16)], path[1:]
            else:
                nibbles = node[0].hex()
                prefix = nibbles[1:] if int(nibbles[0], 16) & 1 else nibbles[2:]
                assert path.startswith(prefix), "the proof is of another key"
                wanted, path = node[1], path[len(prefix) :]
            if isinstance(wanted, bytes):
                break
            node = wanted  # a short node stands inside its parent
    assert path == "", "the proof ends too early"
    return wanted
