"""The service as its settings say."""

import pytest
from starlette.testclient import TestClient

from api.app import app_from_environment
from ledger import settings
from ledger.errors import NotFound


@pytest.fixture
def environment(monkeypatch):
    """Settings of the test's own, read anew."""
    settings.settings.cache_clear()
    yield monkeypatch
    settings.settings.cache_clear()


@pytest.mark.chain
def test_the_service_starts_from_the_environment(town, environment):
    environment.setenv("LOTMARK_DATA_DIR", str(town.services.settings.data_dir))
    environment.setenv("LOTMARK_RPC_URL", town.url)
    town.settle()
    app = app_from_environment()
    web = TestClient(app)
    assert web.get("/readyz").json()["state"] == "current"
    assert web.get("/api/v1/products").json()["entries"]
    services = app.state.services
    services.records.dispose()
    services.mirror.dispose()
    services.chain.close()


def test_without_a_deployment_it_says_so(tmp_path, environment):
    environment.setenv("LOTMARK_DATA_DIR", str(tmp_path))
    environment.setenv("LOTMARK_RPC_URL", "http://127.0.0.1:1")
    with pytest.raises(NotFound, match="nothing is deployed"):
        app_from_environment()
