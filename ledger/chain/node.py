"""A node over JSON-RPC: the only file that imports web3. No foreign exception leaves it.

Web3's own request methods format and retry; here the provider alone is used, so that what was
sent and what came back is plain to see, and a request is made once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import requests
from eth_utils.crypto import keccak
from web3.exceptions import Web3Exception
from web3.providers.rpc import HTTPProvider
from web3.types import RPCEndpoint

from ledger.chain import answers
from ledger.chain.answers import Fault, at, hexadecimal, number, octets
from ledger.chain.port import At, BlockRef, Fees, Played, RawLog, Receipt
from ledger.chain.reverts import refusal
from ledger.errors import ActRefused, NodeUnavailable
from ledger.vocabulary import Address

TIMEOUT_SECONDS = 10.0
BATCH = 100
"""Requests that go to the node in one message."""
_NO_SUCH_METHOD = {-32601, -32004}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_Asked = Sequence[tuple[str, list[Any]]]
_T = TypeVar("_T")


class NodeChain:
    """A node by its address. May be used from several threads; `close` when done.

    NodeUnavailable carries ``rpc_code`` and ``rpc_message`` when the node did answer, with an
    error of its own.
    """

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.url = url
        self._timeout = timeout_seconds
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._plays = True

    def close(self) -> None:
        """Ends all connections; the object can still be used."""
        while self._sessions:
            self._sessions.pop().close()
        self._local = threading.local()

    # --- the chain ---

    def chain_id(self) -> int:
        return self._ask(number, "eth_chainId")

    def client_version(self) -> str:
        """What the node calls itself."""
        return self._ask(str, "web3_clientVersion")

    def head(self) -> BlockRef:
        return self._ask(answers.block, *_block_request("latest"))

    def block(self, number: int) -> BlockRef | None:
        return self._ask(_if_any(answers.block), *_block_request(number))

    def blocks(self, numbers: Sequence[int]) -> list[BlockRef | None]:
        asked = [(method, params) for method, *params in map(_block_request, numbers)]
        return self._ask_all(_if_any(answers.block), asked)

    # --- contracts ---

    def code(self, address: Address) -> bytes:
        return self._ask(octets, "eth_getCode", hexadecimal(address), "latest")

    def storage(self, address: Address, slot: int, block: At = "latest") -> bytes:
        where = f"0x{slot:064x}"
        asked = (hexadecimal(address), where, at(block))
        return self._ask(answers.word, "eth_getStorageAt", *asked)

    def proof(self, address: Address, slot: int, block: At = "latest") -> dict[str, Any]:
        where = [f"0x{slot:064x}"]
        return self._ask(dict, "eth_getProof", hexadecimal(address), where, at(block))

    def balance(self, address: Address) -> int:
        return self._ask(number, "eth_getBalance", hexadecimal(address), "latest")

    def call(
        self, to: Address, data: bytes, sender: Address | None = None, block: At = "latest"
    ) -> bytes:
        return self._ask(octets, "eth_call", answers.message(to, data, sender), at(block))

    def estimate(
        self, to: Address | None, data: bytes, sender: Address, block: At = "latest"
    ) -> int:
        return self._ask(number, "eth_estimateGas", answers.message(to, data, sender), at(block))

    def play(
        self, to: Address, calls: Sequence[tuple[Address, bytes]], block: At = "pending"
    ) -> list[Played]:
        if self._plays:
            try:
                return self._ask(answers.played, "eth_simulateV1", _play(to, calls), at(block))
            except NodeUnavailable as error:
                if error.values.get("rpc_code") not in _NO_SUCH_METHOD:
                    raise
                self._plays = False
        sender, data = calls[0]
        try:
            return [Played(self.estimate(to, data, sender, block))]
        except ActRefused as refused:
            return [Played(0, refused)]

    # --- transactions ---

    def fees(self) -> Fees:
        base = self._ask(_base_fee, *_block_request("latest"))
        return Fees(base, self._ask(number, "eth_maxPriorityFeePerGas"))

    def nonce(self, address: Address) -> int:
        return self._ask(number, "eth_getTransactionCount", hexadecimal(address), "latest")

    def send(self, raw: bytes) -> bytes:
        return self._ask(octets, "eth_sendRawTransaction", hexadecimal(raw))

    def send_all(self, raws: Sequence[bytes]) -> list[str]:
        asked = [("eth_sendRawTransaction", [hexadecimal(raw)]) for raw in raws]
        said = self._batches(asked)
        return [each.message if isinstance(each, Fault) else "" for each in said]

    def receipt(self, tx: bytes) -> Receipt | None:
        asked = ("eth_getTransactionReceipt", hexadecimal(tx))
        return self._ask(_if_any(answers.receipt), *asked)

    def receipts(self, txs: Sequence[bytes]) -> list[Receipt | None]:
        asked = [("eth_getTransactionReceipt", [hexadecimal(tx)]) for tx in txs]
        return self._ask_all(_if_any(answers.receipt), asked)

    def transaction_input(self, tx: bytes) -> bytes | None:
        asked = ("eth_getTransactionByHash", hexadecimal(tx))
        return self._ask(_if_any(lambda found: octets(found["input"])), *asked)

    def logs(
        self,
        addresses: Sequence[Address],
        first: int,
        last: int,
        topics: Sequence[bytes | None] = (),
    ) -> list[RawLog]:
        wanted = {
            "address": [hexadecimal(each) for each in addresses],
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": [None if each is None else hexadecimal(each) for each in topics],
        }
        return self._ask(lambda found: [answers.log(each) for each in found], "eth_getLogs", wanted)

    # --- one request, many requests ---

    def _ask(self, read: Callable[[Any], _T], method: str, *params: object) -> _T:
        def request() -> Any:
            return self._provider().make_request(RPCEndpoint(method), params)

        return _read(read, method, answers.result_of(self._exchange(request)))

    def _ask_all(self, read: Callable[[Any], _T], asked: _Asked) -> list[_T]:
        said = self._batches(asked)
        return [_read(read, method, each) for (method, _), each in zip(asked, said, strict=True)]

    def _batches(self, asked: _Asked) -> list[Any]:
        said: list[Any] = []
        for start in range(0, len(asked), BATCH):
            said += self._batch(asked[start : start + BATCH])
        return said

    def _batch(self, asked: _Asked) -> list[Any]:
        wanted = [(RPCEndpoint(method), params) for method, params in asked]
        said = self._exchange(lambda: self._provider().make_batch_request(wanted))
        if isinstance(said, Mapping):
            fault = answers.result_of(said)
            raise NodeUnavailable(f"the node does not take batches: {fault}")
        if not isinstance(said, list) or len(said) != len(asked):
            raise NodeUnavailable("the node left out answers of a batch")
        return [answers.result_of(each) for each in said]

    def _exchange(self, request: Callable[[], Any]) -> Any:
        try:
            return request()
        except (
            requests.RequestException,
            Web3Exception,
            OSError,
            LookupError,
            ValueError,
        ) as error:
            # Only the name of the host: an address may hold a secret.
            host = urlsplit(self.url).hostname
            raise NodeUnavailable(f"the node at {host} does not answer") from error

    def _provider(self) -> HTTPProvider:
        made = getattr(self._local, "provider", None)
        if made is None:
            session = requests.Session()
            # A node of one's own machine is reached directly, whatever proxy is set for others.
            session.trust_env = urlsplit(self.url).hostname not in _LOOPBACK
            self._sessions.append(session)
            made = self._local.provider = HTTPProvider(
                self.url,
                {"timeout": self._timeout},
                session=session,
                exception_retry_configuration=None,
            )
        return cast(HTTPProvider, made)


def transaction_hash(raw: bytes) -> bytes:
    """The hash under which a signed transaction will be known."""
    return keccak(raw)


def _block_request(block: At) -> tuple[str, str, bool]:
    whole_transactions = False
    return "eth_getBlockByNumber", at(block), whole_transactions


def _play(to: Address, calls: Sequence[tuple[Address, bytes]]) -> dict[str, Any]:
    messages = [answers.message(to, data, sender) for sender, data in calls]
    return {"blockStateCalls": [{"calls": messages}]}


def _base_fee(found: Mapping[str, Any]) -> int:
    return number(found.get("baseFeePerGas", "0x0"))  # absent before London


def _if_any(read: Callable[[Any], _T]) -> Callable[[Any], _T | None]:
    return lambda found: None if found is None else read(found)


def _read(read: Callable[[Any], _T], method: str, result: Any) -> _T:
    if isinstance(result, Fault):
        if result.reverted:
            raise refusal(result.data or b"")
        raise NodeUnavailable(
            f"the node refused {method}: {result.message}",
            method=method,
            rpc_code=result.code,
            rpc_message=result.message,
        )
    try:
        return read(result)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise NodeUnavailable(f"the node's answer to {method} makes no sense") from error
