"""A chain full of our own events: a farm, a packer and a shop at work, 100 logs a block."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

from ledger import commands as c
from ledger import vocabulary as v
from ledger.chain.codec import encode_perform
from ledger.hashing import sha256
from tests.indexer.living_chain import FARM, LETTUCE, PACKER, SALAD, LivingChain
from tests.support.anvil import LocalAnvil

LOGS_A_BLOCK = 100
ROUNDS_A_BLOCK = 5
ANVIL = {"mining": "manual", "gas_limit": 300_000_000}


def fill(node: LocalAnvil, blocks: int) -> LivingChain:
    """So many blocks of 10 operations of 10 logs each."""
    chain = LivingChain.begin(node)
    nonces = {org: _nonce(node, chain.accounts[org]) for org in (FARM, PACKER)}
    for block in range(blocks):
        calls = []
        for number in range(block * ROUNDS_A_BLOCK, (block + 1) * ROUNDS_A_BLOCK):
            for org, acts in _round(number):
                data = encode_perform(1_000_000 + number, acts)
                calls.append(_call(chain, org, nonces[org], data))
                nonces[org] += 1
        _post(node, calls)
        node.mine()
    return chain


def _round(number: int) -> Iterator[tuple[v.OrgId, list[c.Command]]]:
    """The farm makes two lots and ships them; the packer receives them and makes a salad."""
    shipment = v.shipment(f"R{number}").id
    one, other = (v.lot(LETTUCE.digits, f"{kind}{number}").id for kind in "AB")
    salad = v.lot(SALAD.digits, f"S{number}").id
    both = (_line(one, 50), _line(other, 60))
    yield (
        FARM,
        [
            *_said(number, "commissioning", (one, other)),
            c.CommissionItem(one, v.Amount(50), v.Seconds(0)),
            c.CommissionItem(other, v.Amount(60), v.Seconds(0)),
            *_said(number, "shipping", (one, other)),
            c.ShipItems(shipment, PACKER, both),
            c.DescribeProduct(LETTUCE.id, v.DocumentHash(sha256(b"newer"))),
        ],
    )
    yield (
        PACKER,
        [
            *_said(number, "receiving", (one, other)),
            c.ReceiveShipment(FARM, shipment, both),
            *_said(number, "inspecting", (salad,)),
            c.TransformItems(both, (c.Output(salad, v.Amount(100), v.Seconds(0)),)),
            c.SellItem(salad, v.Amount(10)),
        ],
    )


def _line(item: v.Id, amount: int) -> c.Line:
    return c.Line(item, v.Amount(amount))


def _said(number: int, step: str, items: tuple[v.Id, ...]) -> Iterator[c.Command]:
    statement = v.DocumentHash(sha256(f"{number} {step}".encode()))
    for item in items:
        yield c.Observe(
            item, statement, v.Part.OBJECT, v.Action.OBSERVE, v.step_number(step), 0,
            v.Amount(50), v.Seconds(1_700_000_000 + number), v.Id(bytes(32)), PACKER,
        )  # fmt: skip


def _call(chain: LivingChain, org: v.OrgId, nonce: int, data: bytes) -> dict[str, str]:
    return {
        "from": chain.accounts[org],
        "to": "0x" + chain.deployment.ledger.hex(),
        "data": "0x" + data.hex(),
        "gas": hex(5_000_000),
        "nonce": hex(nonce),
    }


def _nonce(node: LocalAnvil, account: str) -> int:
    return int(node.rpc("eth_getTransactionCount", account, "latest"), 16)


def _post(node: LocalAnvil, calls: list[dict[str, str]]) -> None:
    batch = [
        {"jsonrpc": "2.0", "id": i, "method": "eth_sendTransaction", "params": [call]}
        for i, call in enumerate(calls)
    ]
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    connection.request("POST", "/", json.dumps(batch), {"Content-Type": "application/json"})
    answers = json.loads(connection.getresponse().read())
    connection.close()
    assert not any("error" in answer for answer in answers), answers[0]
