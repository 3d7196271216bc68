"""A living chain, and a mirror on each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.digest import table_digests
from indexer.mirror import Mirror
from indexer.sync import Indexer
from tests.indexer.living_chain import LivingChain
from tests.support.anvil import LocalAnvil

Rebuilt = Callable[[], dict[str, str]]


@pytest.fixture
def node() -> Iterator[LocalAnvil]:
    with LocalAnvil(mining="manual") as node:
        yield node


@pytest.fixture
def living(node: LocalAnvil) -> LivingChain:
    return LivingChain.begin(node)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mirror_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: each test that asks for it runs on both kinds."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'mirror.db'}"


@pytest.fixture
def mirror(mirror_url: str) -> Iterator[Mirror]:
    opened = Mirror.open(mirror_url)
    yield opened
    opened.close()


@pytest.fixture
def indexer(living: LivingChain, mirror: Mirror) -> Iterator[Indexer]:
    with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
        yield indexer


@pytest.fixture
def rebuilt(living: LivingChain, tmp_path: Path) -> Rebuilt:
    """Digests of a mirror that is made anew from the chain as it is now."""
    numbers = iter(range(1000))

    def rebuild() -> dict[str, str]:
        fresh = Mirror.open(f"sqlite:///{tmp_path / f'fresh{next(numbers)}.db'}")
        try:
            with Indexer(living.anvil.url, living.deployment, fresh, finality=200) as indexer:
                indexer.catch_up()
            return digests(fresh)
        finally:
            fresh.close()

    return rebuild


def digests(mirror: Mirror) -> dict[str, str]:
    with mirror.read() as connection:
        return table_digests(connection)
