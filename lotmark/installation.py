"""An installation at work: its databases opened as the web service has them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from api.services import Services
from indexer.mirror import Mirror
from indexer.queries.status import status
from ledger.chain import deployment as deployments
from ledger.chain.port import Chain
from ledger.errors import NodeUnavailable
from ledger.settings import Settings
from records.engine import open_records, reading

LOOK_SECONDS = 0.05
WAIT_SECONDS = 30.0


@contextmanager
def services_of(settings: Settings, chain: Chain | None = None) -> Iterator[Services]:
    """What the web service stands on, for as long as the block lasts.

    Raises:
        NotFound: nothing is deployed.
        StoreUnavailable: a database does not answer.
        MirrorOutdated: another version wrote the mirror.
    """
    deployment = deployments.load(settings.deployment_path)
    records = open_records(settings)
    mirror = Mirror.open(settings.mirror_database)
    try:
        yield Services(settings, records, mirror.engine, deployment, chain=chain)
    finally:
        mirror.close()
        records.dispose()


def wait_until_indexed(services: Services, block: int) -> None:
    """Waits until the mirror has read a block.

    Raises:
        NodeUnavailable: it does not come to it in time.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with reading(services.mirror) as connection:
            seen = status(connection)
        if seen is not None and seen.block >= block:
            return
        time.sleep(LOOK_SECONDS)
    raise NodeUnavailable(f"the mirror does not come to block {block}: see the indexer's log")
