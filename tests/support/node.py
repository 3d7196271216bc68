"""Our own chain client on a local chain, with the contracts deployed as a user would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.chain.deployment import Deployment, deploy
from ledger.chain.development import GOVERNOR, account
from ledger.chain.node import NodeChain


@contextmanager
def open_node(url: str) -> Iterator[NodeChain]:
    chain = NodeChain(url)
    try:
        yield chain
    finally:
        chain.close()


def deployed(chain: NodeChain, folder: Path) -> Deployment:
    return deploy(chain, account(chain, GOVERNOR), folder / "deployment.json")
