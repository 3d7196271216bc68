"""The web service: with a whole town behind it, or with nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.services import Services
from indexer.mirror import Mirror
from ledger.chain.deployment import DeployedContract, Deployment
from ledger.settings import load
from records import accounts, api_keys
from records.engine import open_records, writing
from tests.api.town import GLNS, Town, open_town, tell
from tests.support.anvil import LocalAnvil


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all tests of a worker: what they add must not disturb the others."""
    with LocalAnvil() as anvil, open_town(anvil, tmp_path_factory.mktemp("town")) as town:
        tell(town)
        yield town


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Services]:
    """Databases with nothing in them but one account, and no chain."""
    settings = load(data_dir=tmp_path, public_url="https://id.town.example")
    records, mirror = open_records(settings), Mirror.open(settings.mirror_database)
    nowhere = DeployedContract(bytes(20), 1, bytes(32), bytes(32))
    contracts = {"OrgRegistry": nowhere, "ProductLedger": nowhere}
    with writing(records) as connection:
        accounts.add(connection, 1, GLNS[1], "Green Valley Farm")
    yield Services(settings, records, mirror.engine, Deployment(31337, bytes(32), contracts))
    mirror.close()
    records.dispose()


@pytest.fixture
def web(bare: Services) -> TestClient:
    return TestClient(create_app(bare), raise_server_exceptions=False)


@pytest.fixture
def secret(bare: Services) -> str:
    """An API key that may read and write."""
    with writing(bare.records) as connection:
        return api_keys.create(connection, 1, {"read", "write"})[0]
