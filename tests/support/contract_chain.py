"""Both contracts on a chain whose blocks are made one by one, each at a time that is said."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.chain import codec
from ledger.chain.port import RawLog
from ledger.chain.reverts import refusal
from ledger.errors import ActRefused
from tests.support.anvil import LocalAnvil
from tests.support.cast import ORGS, PARTIES, PREFIXES, ROLES, first_acts
from tests.support.contracts import Contracts

GAS = hex(30_000_000)
Outcome = list[e.Event] | ActRefused


class ContractChain:
    """The four organisations of `tests.support.cast` after their first acts; `now` is the time of
    the next block.
    """

    def __init__(self, anvil: LocalAnvil) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", anvil.port, timeout=60)
        contracts = Contracts.deploy(anvil)
        self._registry, self._ledger = contracts.registry.address, contracts.ledger.address
        self._governor = contracts.governor
        self._keys = {org: next(contracts.accounts) for org in ORGS}
        self.rpc("evm_setAutomine", False)
        self.now = self.newest() + 1
        self.opening: list[tuple[e.Event, v.Seconds]] = []
        """What was said before any walk begins, with the time of its block."""
        self._open()

    def close(self) -> None:
        self._connection.close()

    def _open(self) -> None:
        for org, key in self._keys.items():
            admin = self._governor
            self._done(self.govern("registerOrganisation", PARTIES[org], admin, int(ROLES[org])))
            self._done(self.govern("addKey", org, key, int(v.ALL_ROLES), 0, 0))
        for prefix in PREFIXES:
            self._done(self.govern("grantPrefix", *prefix))
        for number, (org, command) in enumerate(first_acts(self.now)):
            self._done(self.perform(org, 2**256 - 1 - number, [command]))

    def _done(self, outcome: Outcome) -> None:
        assert not isinstance(outcome, ActRefused), outcome
        self.opening += [(event, v.Seconds(self.now)) for event in outcome]
        self.now += 1

    # --- acts ---

    def key(self, org: v.OrgId) -> v.Address:
        """The one key of an organisation."""
        return v.Address(_bytes(self._keys[org]))

    def perform(
        self,
        org: v.OrgId,
        operation: int,
        commands: Sequence[c.Command],
        now: int = 0,
        *,
        ask_only: bool = False,
    ) -> Outcome:
        """What an operation leads to, its head included; nothing is sent where one only asks."""
        data = codec.encode_perform(operation, commands)
        return self._call(self._keys[org], self._ledger, data, now or self.now, ask_only=ask_only)

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
        return [codec.decode_event(_raw_log(log)) for log in receipt["logs"]]

    # --- questions ---

    def newest(self) -> int:
        """Time of the newest block."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def amounts(self, questions: Sequence[tuple[Any, ...]]) -> list[int]:
        """What views of the ledger return, each asked by its name and arguments."""
        calls = [
            {"to": self._ledger, "data": "0x" + codec.encode_view(codec.LEDGER, *question).hex()}
            for question in questions
        ]
        answers = self._post([_request(i, "eth_call", c, "latest") for i, c in enumerate(calls)])
        by_id = {answer["id"]: int(answer["result"], 16) for answer in answers}
        return [by_id[i] for i in range(len(questions))]

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


def _raw_log(log: dict[str, Any]) -> RawLog:
    return RawLog(
        v.Address(_bytes(log["address"])), tuple(_bytes(topic) for topic in log["topics"]),
        _bytes(log["data"]), int(log["blockNumber"], 16), _bytes(log["blockHash"]),
        _bytes(log["transactionHash"]), int(log["logIndex"], 16),
    )  # fmt: skip
