"""The real things that tests run against: a chain, a database, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.anvil import ROOT, LocalAnvil
from tests.support.postgres import LocalPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No test asserts a time: a busy machine is no fault of the code.
settings.register_profile("lotmark", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lotmark")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--model-walks",
        type=int,
        default=0,
        help="how many new random walks the rules and the contracts are compared over"
        " (0: the same few as ever)",
    )


@pytest.fixture(scope="session")
def anvil() -> Iterator[LocalAnvil]:
    """One chain for all tests of a worker: they share its height, so none may expect block 1."""
    with LocalAnvil() as node:
        yield node


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    with LocalPostgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: LocalPostgres) -> Iterator[str]:
    """A fresh, empty database of the test's own."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.support.chromium import NAMES, chromium, chromium_binary  # noqa: PLC0415

    if chromium_binary() is None:
        pytest.skip("no Chromium on this machine: none of " + ", ".join(NAMES))
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public documents that are not part of the checkout."""
    folder = Path(os.environ.get("LOTMARK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: LOTMARK_SHARED_DATA names another folder")
    return folder
