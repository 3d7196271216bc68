"""Seeded lives of units, genuine and copied, to measure what conflict rules find and what they
accuse wrongly: the clone model of the trust reference, section 5.
"""

from insights.simulation.conditions import HEAVY, LOW, REFERENCE, Conditions, Scanning
from insights.simulation.rates import FAMILIES, Rate, Rates, simulate, wilson

__all__ = [
    "FAMILIES",
    "HEAVY",
    "LOW",
    "REFERENCE",
    "Conditions",
    "Rate",
    "Rates",
    "Scanning",
    "simulate",
    "wilson",
]
