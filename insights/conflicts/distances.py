"""Distances on a globe, in kilometres."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from insights.conflicts.model import Place

_DIAMETER_KM = 2 * 6371.0088  # mean radius of WGS 84 (IUGG)


def km_between(one: Place, other: Place) -> float:
    """Great-circle distance (haversine)."""
    north, south = radians(one[0]), radians(other[0])
    half = (
        sin((south - north) / 2) ** 2
        + cos(north) * cos(south) * sin(radians(other[1] - one[1]) / 2) ** 2
    )
    return _DIAMETER_KM * asin(sqrt(min(1.0, half)))


def km_among(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances between all of n places; shape (n, 2) degrees in, (n, n) out."""
    latitude, longitude = np.radians(places).T
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude)[:, None]
        * np.cos(latitude)
        * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    distances: NDArray[np.float64] = _DIAMETER_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distances
