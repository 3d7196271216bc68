"""What the model assumes: the reference's numbers, and what may be added to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scanning:
    """How much people scan."""

    in_store: float
    """Scans in the shop before the sale, each by another device: mean of a Poisson number."""
    at_home: float
    """Probability that the owner scans."""


LOW = Scanning(0.2, 0.05)
HEAVY = Scanning(0.5, 0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The model, and the installation it is seen by. Shares and probabilities are 0 to 1."""

    vpn: float = 0.03
    """Scans that seem to come from a random city."""
    fixed_line: float = 0.45
    """Scans whose place is known to 10 km (median); of the others to 190 km."""

    # beyond the reference
    placed: float = 1.0
    """Scans whose place is known at all."""
    sale_known: bool = True
    shop_known: bool = True
    """Whether the place of the shop is on record; otherwise rules must do with the first scan."""
    grid: float = 0.0
    """Places are kept in steps of so many degrees; 0 keeps them as they are."""
    peeked: bool = False
    """Marked as a product that shoppers scan in the shop without buying it."""
    gifts: float = 0.0
    """Units given away: their owner lives in a random city, and scans there."""
    household: float = 0.0
    """Further people at home who scan, each as likely as the owner: mean of a Poisson number."""
    resold: float = 0.0
    """Units sold on after 20 to 80 days to a random city, where the new owner scans once."""
    returned: float = 0.0
    """Units that came back and were sold again by the same shop, to another owner."""
    chat: float = 0.0
    """Owners who share the page, opened within an hour by 3 + Poisson(5) devices, one in five of
    them in a random city."""


REFERENCE = Conditions()
"""The trust reference, section 5, as it stands."""
