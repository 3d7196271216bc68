"""Where each role finds what the story shows, and whether it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledger.errors import Unavailable
from lotmark.demo.cast import cast
from lotmark.demo.client import Client

HTML, JSON = "text/html", "application/json"
_FOUND = {200, 404}
"""A page for what is unknown says so in its status too."""


class DemoFailed(Unavailable):
    """A page does not show what it should."""


def urls(base_url: str, day: date) -> dict[str, Any]:
    """One address for each role, for shoppers one a verdict."""
    codes = cast(day).codes
    return {
        "shopper": {verdict: base_url + path for verdict, path in codes.items()},
        "supplier": f"{base_url}/docs",
        "auditor": f"{base_url}/trace{codes['registered']}",
    }


def check(base_url: str, where: Mapping[str, Any]) -> None:
    """Opens every address as its reader would.

    Raises:
        DemoFailed: a page is missing or has another verdict.
        Unavailable: the web service does not answer.
    """
    client = Client(base_url)
    try:
        for verdict, url in where["shopper"].items():
            path = url.removeprefix(base_url)
            _require_page(client, path)
            _, answer = client.get(path, JSON)
            shown = json.loads(answer)["verdict"]["verdict"]
            if shown != verdict:
                raise DemoFailed(f"{url} should be {verdict} and is {shown}", shown=shown)
        for role in ("supplier", "auditor"):
            _require_page(client, where[role].removeprefix(base_url))
    finally:
        client.close()


def _require_page(client: Client, path: str) -> None:
    status, page = client.get(path, HTML)
    if status not in _FOUND or b"<html" not in page:
        raise DemoFailed(f"{path} shows no page", status=status)
