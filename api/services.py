"""What the web service stands on, built once and handed to everything that needs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from ledger.chain.deployment import Deployment
from ledger.chain.port import Chain
from ledger.settings import Settings
from ledger.vocabulary import Seconds
from records.keystores import Keystore


def _now() -> Seconds:
    return Seconds(int(time.time()))


@dataclass(frozen=True)
class Services:
    """The databases, the chain and the clock of one installation.

    ``mirror`` is only read. ``chain`` is None where no node is asked: then no verdict is given.
    ``keystore`` is None in a web process that signs nothing.
    """

    settings: Settings
    records: Engine
    mirror: Engine
    deployment: Deployment
    keystore: Keystore | None = None
    chain: Chain | None = None
    clock: Callable[[], Seconds] = _now

    def now(self) -> Seconds:
        """The present time."""
        return self.clock()
