"""Where each role finds what the story shows, and whether it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ledger.errors import Unavailable
from lotmark.demo.cast import cast
from lotmark.demo.client import Client
from lotmark.demo.telling import Told

HTML, JSON = "text/html", "application/json"
_FOUND = {200, 404}
"""A page for what is unknown says so in its status too."""
_SIGN_IN_FIRST = 303


class DemoFailed(Unavailable):
    """A page does not show what it should."""


def urls(base_url: str, told: Told) -> dict[str, Any]:
    """One address for each role, for shoppers one a verdict."""
    codes = cast(told.day).codes
    where: dict[str, Any] = {
        "shopper": {verdict: base_url + path for verdict, path in codes.items()},
        "supplier": f"{base_url}/docs",
        "auditor": f"{base_url}/trace{codes['registered']}",
    }
    if told.packs is not None:
        where["pack"] = base_url + told.packs.pack
        where["member"] = f"{base_url}/member/sign-in"
        where["till"] = f"{base_url}/till"
        where["inbox"] = f"{base_url}/alerts"
    return where


def check(base_url: str, where: Mapping[str, Any], api_key: str) -> None:
    """Opens every address as its reader would, but with an API key: that counts as no scan.

    Raises:
        DemoFailed: a page is missing or has another verdict.
        Unavailable: the web service does not answer.
    """
    client = Client(base_url, api_key)
    try:
        for verdict, url in where["shopper"].items():
            path = url.removeprefix(base_url)
            _require_page(client, path)
            _, answer = client.get(path, JSON)
            shown = json.loads(answer)["verdict"]["verdict"]
            if shown != verdict:
                raise DemoFailed(f"{url} should be {verdict} and is {shown}", shown=shown)
        for url in (each for each in where.values() if isinstance(each, str)):
            _require_page(client, url.removeprefix(base_url))
    finally:
        client.close()


def _require_page(client: Client, path: str) -> None:
    status, page = client.get(path, HTML)
    if status == _SIGN_IN_FIRST:
        return
    if status not in _FOUND or b"<html" not in page:
        raise DemoFailed(f"{path} shows no page", status=status)
