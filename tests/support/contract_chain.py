"""All contracts on a chain whose blocks are made one by one, each at a time that is said."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from typing import Any

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.chain import codec
from ledger.chain.port import RawLog
from ledger.chain.reverts import refusal
from ledger.errors import ActRefused
from ledger.findings import is_fact
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.cast import KEYS, ORGS, PARTIES, PREFIXES, ROLES, first_acts
from tests.support.contracts import Contracts
from tests.support.packs import Signed

GAS = hex(30_000_000)
Outcome = list[e.Event] | ActRefused


class ContractChain:
    """The four organisations of `tests.support.cast` after their first acts; `now` is the time of
    the next block.
    """

    def __init__(self, anvil: LocalAnvil) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", anvil.port, timeout=60)
        contracts = Contracts.deploy(anvil)
        self._registry, self._governor = contracts.registry.address, contracts.governor
        self._doors: dict[str, str] = contracts.doors()
        self._keys = {org: [next(contracts.accounts) for _ in KEYS] for org in ORGS}
        self.stranger = v.Address(_bytes(next(contracts.accounts)))
        self.signed = Signed(CHAIN_ID, v.Address(_bytes(self._doors["Loyalty"])))
        self.rpc("evm_setAutomine", False)
        self.now = self.newest() + 1
        self.opening: list[tuple[e.Event, v.Seconds]] = []
        """What was said before any walk begins, with the time of its block."""
        self.facts: list[tuple[int, v.OrgId]] = []
        """Of the last transaction: numbers of facts in the ProductLedger's journal, and whose."""
        self.first_facts: list[tuple[int, v.OrgId]] = []
        self._open()

    def close(self) -> None:
        self._connection.close()

    def _open(self) -> None:
        for org in ORGS:
            admin = self._governor
            self._done(self.govern("registerOrganisation", PARTIES[org], admin, int(ROLES[org])))
        start = self.now
        for org, keys in self._keys.items():
            for key, (roles, *valid) in zip(keys, KEYS, strict=True):
                since, until = (start + time if time else 0 for time in valid)
                self._done(self.govern("addKey", org, key, int(roles), since, until))
        for prefix in PREFIXES:
            self._done(self.govern("grantPrefix", *prefix))
        for number, (org, command) in enumerate(first_acts(self.now, self.signed)):
            self._done(self.perform(self.key(org), 2**256 - 1 - number, [command]))

    def _done(self, outcome: Outcome) -> None:
        assert not isinstance(outcome, ActRefused), outcome
        self.first_facts += self.facts
        self.opening += [(event, v.Seconds(self.now)) for event in outcome]
        self.now += 1

    # --- acts ---

    def key(self, org: v.OrgId, number: int = 0) -> v.Address:
        """One of an organisation's keys (`tests.support.cast.KEYS`); then a stranger's."""
        keys = self._keys[org]
        return v.Address(_bytes(keys[number])) if number < len(keys) else self.stranger

    def perform(
        self,
        key: v.Address,
        operation: int,
        commands: Sequence[c.Command],
        now: int = 0,
        *,
        ask_only: bool = False,
    ) -> Outcome:
        """What an operation leads to, its head included; nothing is sent where one only asks."""
        data = codec.encode_perform(operation, commands)
        sender, door = f"0x{key.hex()}", self._doors[commands[0].contract]
        return self._call(sender, door, data, now or self.now, ask_only=ask_only)

    def govern(self, function: str, *arguments: Any, now: int = 0) -> Outcome:
        """What a call of the registry by its governor leads to."""
        data = codec.encode_registry(function, *arguments)
        return self._call(self._governor, self._registry, data, now or self.now)

    def _call(
        self, sender: str, to: str, data: bytes, now: int, *, ask_only: bool = False
    ) -> Outcome:
        call = {"from": sender, "to": to, "data": "0x" + data.hex(), "gas": GAS}
        try:
            self.rpc("eth_call", call, "latest", {}, {"time": hex(now)})
        except RuntimeError as error:
            return refusal(_bytes(error.args[0]["data"]))
        return [] if ask_only else self._send(call, now)

    def _send(self, call: dict[str, str], now: int) -> list[e.Event]:
        sent = self.rpc("eth_sendTransaction", call)
        self.rpc("evm_mine", {"timestamp": now})
        (receipt,) = self.rpc("eth_getBlockReceipts", "latest")
        assert (receipt["transactionHash"], receipt["status"]) == (sent, "0x1")
        logs = [_raw_log(log) for log in receipt["logs"]]
        events = [codec.decode_event(log) for log in logs]
        self.facts = list(self._facts(logs, events))
        return events

    def _facts(
        self, logs: Sequence[RawLog], events: Sequence[e.Event]
    ) -> Iterator[tuple[int, v.OrgId]]:
        ledger, org = _bytes(self._doors["ProductLedger"]), v.OrgId(0)
        for log, event in zip(logs, events, strict=True):
            if isinstance(event, e.OperationPerformed):
                org = event.org
            elif log.address == ledger and is_fact(event):
                yield codec.entry_of(log)[0], org

    # --- questions ---

    def newest(self) -> int:
        """Time of the newest block."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def views(self, questions: Sequence[tuple[Any, ...]], now: int) -> list[tuple[int, ...]]:
        """What views return, in words, each asked by its contract, name and arguments."""
        calls = [
            {"to": self._doors[door], "data": "0x" + codec.encode_view(door, *question).hex()}
            for door, *question in questions
        ]
        asked = [
            _request(i, "eth_call", call, "latest", {}, {"time": hex(now)})
            for i, call in enumerate(calls)
        ]
        answers = {answer["id"]: _words(answer["result"]) for answer in self._post(asked)}
        return [answers[i] for i in range(len(questions))]

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call over a connection that stays open: there are thousands of them."""
        answer = self._post(_request(1, method, *params))
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def _post(self, body: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/", json.dumps(body), headers)
        return json.loads(self._connection.getresponse().read())


def _request(number: int, method: str, *params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _words(text: str) -> tuple[int, ...]:
    raw = _bytes(text)
    return tuple(int.from_bytes(raw[i : i + 32], "big") for i in range(0, len(raw), 32))


def _raw_log(log: dict[str, Any]) -> RawLog:
    return RawLog(
        v.Address(_bytes(log["address"])), tuple(_bytes(topic) for topic in log["topics"]),
        _bytes(log["data"]), int(log["blockNumber"], 16), _bytes(log["blockHash"]),
        _bytes(log["transactionHash"]), int(log["logIndex"], 16),
    )  # fmt: skip
