"""How often one may ask: by address without an API key, by key with one, and for unknown codes."""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.languages import marked
from ledger.errors import TooManyRequests
from ledger.settings import Settings

_SUBSCRIBER_BITS = 64
"""An IPv6 subscriber has a network of this prefix, and with it any number of addresses."""

_BEHIND_ONE = 6
"""Times as often as one card an address may try to sign in: a shop's guests share one."""


class Limits:
    """Counts requests in this process's memory."""

    def __init__(self, settings: Settings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._of_address = RateLimitItemPerMinute(settings.requests_per_minute)
        self._of_key = RateLimitItemPerMinute(settings.requests_per_minute_of_key)
        self._unknown = RateLimitItemPerMinute(settings.unknown_codes_per_minute)
        self._claims = RateLimitItemPerHour(settings.claims_per_hour)
        self._sign_ins = RateLimitItemPerHour(settings.sign_ins_per_hour)
        self._sign_ins_from = RateLimitItemPerHour(settings.sign_ins_per_hour * _BEHIND_ONE)
        self._joins = RateLimitItemPerHour(settings.joins_per_hour)
        self._wrong_codes = RateLimitItemPerHour(settings.wrong_codes_per_hour)

    def count_address(self, address: str) -> None:
        """One request without a key.

        Raises:
            TooManyRequests: the address has used up its minute.
        """
        self._count(self._of_address, "address", network_of(address))

    def count_key(self, key_id: str) -> None:
        """One request with a key.

        Raises:
            TooManyRequests: the key has used up its minute.
        """
        self._count(self._of_key, "key", key_id)

    def count_unknown(self, address: str) -> None:
        """One scan of a code that nobody registered.

        Raises:
            TooManyRequests: more than a shopper meets in a minute: somebody tries numbers out.
        """
        self._count(self._unknown, "unknown", network_of(address))

    def count_claim(self, card: str, device: str = "") -> None:
        """One claim with a hidden code, right or wrong.

        Raises:
            TooManyRequests: member or device has used up its hour.
        """
        self._count(self._claims, "claims of card", card)
        if device:
            self._count(self._claims, "claims on device", device)

    def count_sign_in(self, card: str, address: str) -> None:
        """One try to sign in; counted before it is looked at, so that all are alike.

        Raises:
            TooManyRequests: card or address has used up its hour.
        """
        self._count(self._sign_ins, "sign-ins with card", card)
        self._count(self._sign_ins_from, "sign-ins from address", network_of(address))

    def count_join(self, address: str) -> None:
        """One member that joins by itself.

        Raises:
            TooManyRequests: the address has used up its hour.
        """
        self._count(self._joins, "joins", network_of(address))

    def count_wrong_code(self, key_id: str) -> None:
        """One redemption code that there is none of.

        Raises:
            TooManyRequests: somebody tries codes out.
        """
        self._count(self._wrong_codes, "wrong codes", key_id)

    def _count(self, limit: RateLimitItem, kind: str, who: str) -> None:
        if self._window.hit(limit, kind, who):
            return
        reset = self._window.get_window_stats(limit, kind, who).reset_time
        template = marked("Please wait {retry_after} seconds and try again.")
        wait = max(1, math.ceil(reset - time.time()))
        raise TooManyRequests(
            template.format(retry_after=wait), template=template, retry_after=wait
        )


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the network around an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a name, as test clients send
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> _SUBSCRIBER_BITS << _SUBSCRIBER_BITS))
    return str(parsed)
