"""Records on both databases: a test that takes `engine` runs on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from records import accounts
from records.engine import open_engine, writing
from records.migrations import upgrade
from tests.records.sending import World, open_world
from tests.support.anvil import LocalAnvil


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request, tmp_path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def empty_engine(database_url) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine) -> Engine:
    """Migrated, with the organisations 1 and 2."""
    upgrade(empty_engine)
    with writing(empty_engine) as connection:
        accounts.add(connection, 1, "9506000111117", "Grower", now=1)
        accounts.add(connection, 2, "9506000122229", "Shop", {"zh": "商店"}, now=1)
    return empty_engine


@pytest.fixture(scope="module")
def own_anvil() -> Iterator[LocalAnvil]:
    """A chain of the module's own: its tests take blocks back and stop its clockwork."""
    with LocalAnvil() as node:
        yield node


@pytest.fixture
def world(own_anvil, tmp_path) -> Iterator[World]:
    with open_world(own_anvil, f"sqlite:///{tmp_path}/records.db", tmp_path) as made:
        yield made


def pytest_addoption(parser) -> None:
    parser.addoption(
        "--kills", type=int, default=15, help="how often tests/records kill the sender"
    )
