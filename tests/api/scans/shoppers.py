"""Shoppers with phones of their own, wherever they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet
from starlette.testclient import TestClient

from api.app import create_app
from records.engine import reading
from records.scans import Seen, seen
from tests.api.town import Town

AUDITOR = 4
JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}
PARIS, TOKYO, NOWHERE = "203.0.113.7", "198.51.100.9", "192.0.2.55"
WHERE = {
    "203.0.113.0/24": {"country": {"iso_code": "FR"},
                       "location": {"latitude": 48.8566, "longitude": 2.3522}},
    "198.51.100.0/24": {"country": {"iso_code": "JP"},
                        "location": {"latitude": 35.6762, "longitude": 139.6503}},
    "2001:db8:1::/48": {"country": {"iso_code": "CN"}},
}  # fmt: skip


def places_database(path: Path) -> Path:
    """A database in MaxMind's format of a few networks for documentation."""
    writer = MMDBWriter(6, "test-City", ipv4_compatible=True)
    for network, said in WHERE.items():
        writer.insert_network(IPSet([network]), said)
    writer.to_db_file(str(path))
    return path


class Street:
    """The service as shoppers reach it, through a proxy that says where they are."""

    def __init__(self, town: Town, **settings: Any) -> None:
        asked = {"trusted_proxies": "10.0.0.1", **settings}
        changed = town.services.settings.model_copy(update=asked)
        self.services = replace(town.services, settings=changed)
        self.app = create_app(self.services)
        self.counting = self.app.state.counting

    def shopper(self, address: str = NOWHERE, agent: str = "Phone", **services: Any) -> TestClient:
        """A browser without cookies, behind the proxy."""
        headers = {"X-Forwarded-For": address, "User-Agent": agent, **JSON}
        return TestClient(
            self.app,
            self.services.settings.base_url,  # cookies are sent over https only
            headers=headers,
            client=("10.0.0.1", 4711),
            raise_server_exceptions=False,
            **services,
        )

    def counted(self, subject: bytes, visitors: Any = ()) -> Seen:
        """What is stored, once all is."""
        assert self.counting.writer.flush()
        with reading(self.services.records) as records:
            return seen(records, subject, visitors)
