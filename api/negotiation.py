"""Which form of one thing a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

HTML = "text/html"
JSON = "application/json"
JSON_LD = "application/ld+json"
LINKSET = "application/linkset+json"

_LONGEST_HEADER = 1000


def preferred(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that a client likes best; among equals the first, None where it takes none."""
    if not accept:
        return offers[0]
    wishes = [_wish(part) for part in accept[:_LONGEST_HEADER].split(",")]
    weights = [_weight(offer, wishes) for offer in offers]
    best = max(weights)
    return offers[weights.index(best)] if best > 0 else None


def _wish(part: str) -> tuple[str, float]:
    pattern, *parameters = part.split(";")
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            weight = _number(value)
    return pattern.strip().lower(), weight


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0


def _weight(offer: str, wishes: Sequence[tuple[str, float]]) -> float:
    """The weight of the most precise wish that the offer fits."""
    kind = offer.partition("/")[0]
    by_pattern = dict(reversed(wishes))
    return next((by_pattern[p] for p in (offer, f"{kind}/*", "*/*") if p in by_pattern), 0.0)
