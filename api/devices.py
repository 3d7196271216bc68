"""Which device looks, without knowing whose: a random cookie of our own, else network and program.

The cookie holds a random number and, signed with it, the name under which the device was counted
before it had a cookie, so that a reload with the new cookie is still the same device. No address
and no name from which one could be found is kept (`records.scans.pseudonyms`).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import address_of
from api.services import Services
from ledger.hashing import tagged
from ledger.vocabulary import Id
from records.engine import reading, writing
from records.scans.pseudonyms import (
    day_of,
    device_name,
    key_of_day,
    make_key_of_day,
    network_name,
    visitor_name,
)
from records.secret_files import secret

COOKIE = "lotmark-device"
OF_ONE_NETWORK = 4
"""Devices of one network that count for a unit in a day: a household, and no script that makes
itself many browsers.
"""
_REMEMBERED = 100_000
_NAME_BYTES = 16
_COOKIE_BYTES = 3 * _NAME_BYTES
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Device:
    """Who looks at a subject: names as in `records.scans.View`. ``cookie`` is one to hand out,
    ``around`` names its network for this subject and day.
    """

    name: bytes
    visitors: tuple[bytes, ...]
    around: bytes
    cookie: str | None


class Devices:
    """Names devices; holds the keys for it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._day: tuple[int, bytes] | None = None
        self._keys: tuple[bytes, bytes] | None = None

    def of(self, request: Request, subject: Id) -> Device:
        """The device behind a request, under this subject.

        Raises:
            StoreUnavailable: the records do not answer.
        """
        cookie_key, visitor_key = self._own_keys()
        day_key = self._day_key()
        who = _read(request.cookies.get(COOKIE, ""), cookie_key)
        network = network_around(address_of(request))
        around = visitor_name(visitor_key, subject, network_name(day_key, network, ""))
        if who is not None:
            visitors = tuple(visitor_name(visitor_key, subject, each) for each in who)
            return Device(device_name(day_key, who[0]), visitors, around, None)
        first = network_name(day_key, network, request.headers.get("user-agent", ""))
        visitors = (visitor_name(visitor_key, subject, first),)
        return Device(device_name(day_key, first), visitors, around, _written(first, cookie_key))

    def hand_out(self, response: Response, device: Device) -> None:
        """Gives the device its cookie, if it has none."""
        if device.cookie is None:
            return
        settings = self._services.settings
        response.set_cookie(
            COOKIE,
            device.cookie,
            settings.scan_retention_days * _DAY,
            httponly=True,
            samesite="lax",
            secure=settings.base_url.startswith("https:"),
        )

    def _own_keys(self) -> tuple[bytes, bytes]:
        if self._keys is None:
            master = secret(self._services.settings.keys_dir, "scans")
            cookie, visitor = (
                hmac.new(master, tagged(purpose, b""), sha256).digest()
                for purpose in ("scan-cookie-key", "scan-visitor-key")
            )
            self._keys = cookie, visitor
        return self._keys

    def _day_key(self) -> bytes:
        """Today's key; yesterday's is forgotten here as soon as today begins."""
        day = day_of(self._services.now())
        with self._lock:
            if self._day is None or self._day[0] != day:
                self._day = day, self._kept(day)
            return self._day[1]

    def _kept(self, day: int) -> bytes:
        with reading(self._services.records) as records:
            known = key_of_day(records, day)
        if known is not None:
            return known
        with writing(self._services.records) as records:
            return make_key_of_day(records, day)


class Households:
    """Which devices of a network counted for a unit today, in this process's memory."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counted: OrderedDict[bytes, set[bytes]] = OrderedDict()

    def takes(self, device: Device) -> bool:
        """Whether a device is one of the first of its network, or was."""
        with self._lock:
            known = self._counted.setdefault(device.around, set())
            self._counted.move_to_end(device.around)
            while len(self._counted) > self._most:
                self._counted.popitem(last=False)
            if known.isdisjoint(device.visitors):
                if len(known) >= OF_ONE_NETWORK:
                    return False
                known.add(device.visitors[0])
            return True


def network_around(address: str) -> str:
    """The network that many share: /24 of IPv4, /48 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a name, as test clients send
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    known = mapped or parsed
    prefix = _IPV4_PREFIX if known.version == 4 else _IPV6_PREFIX
    return str(ip_network((known, prefix), strict=False))


def _written(first: bytes, key: bytes) -> str:
    names = secrets.token_bytes(_NAME_BYTES) + first
    return urlsafe_b64encode(names + _sealed(names, key)).decode()


def _read(cookie: str, key: bytes) -> tuple[bytes, bytes] | None:
    """The names in a cookie of ours; None for any other."""
    try:
        data = urlsafe_b64decode(cookie)
    except (Base64Error, ValueError):
        return None
    names, seal = data[: 2 * _NAME_BYTES], data[2 * _NAME_BYTES :]
    if len(data) != _COOKIE_BYTES or not hmac.compare_digest(seal, _sealed(names, key)):
        return None
    return names[:_NAME_BYTES], names[_NAME_BYTES:]


def _sealed(names: bytes, key: bytes) -> bytes:
    return hmac.new(key, tagged("scan-cookie", names), sha256).digest()[:_NAME_BYTES]
