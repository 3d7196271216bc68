"""Prints as a phone photographs them: tilted, out of focus, noisy, unevenly lit, compressed.

All of it is drawn from a seed. Sizes are in pixels of the photograph.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
_INK, _PAPER, _PACK = 25.0, 235.0, 120.0
"""Grey of what is printed, of the label, and of what lies around it."""
_DISTANCE = 3.0
"""From lens to label, in sides of the label: nearer than people hold it, so more perspective."""


@dataclass(frozen=True)
class Shot:
    """One way to take a photograph badly.

    ``tilt`` in degrees about a random axis; ``turn`` at most so many degrees in the picture, either
    way; ``blur`` and ``noise`` are standard deviations, in
    pixels and in greys of 256; ``motion`` is the length of a shake in pixels; ``light`` is how much
    of the brightness is gone in the darkest corner; ``contrast`` how much of it is left; ``jpeg``
    the quality, 100 for none.
    """

    name: str
    tilt: float = 0.0
    turn: float = 25.0
    blur: float = 0.0
    noise: float = 0.0
    motion: int = 0
    light: float = 0.0
    contrast: float = 1.0
    jpeg: int = 100

    def take(self, label: Picture, rng: np.random.Generator) -> Picture:
        """A photograph of a label."""
        inked = _INK + label / 255.0 * (_PAPER - _INK)
        picture = _turned(inked, self.tilt, self.turn, rng)
        picture = 128 + (picture - 128) * self.contrast
        if self.light:
            picture = picture * _light(picture.shape, self.light, rng)
        if self.motion:
            picture = cv2.filter2D(picture, -1, _shake(self.motion, rng))
        if self.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), self.blur)
        if self.noise:
            picture = picture + rng.normal(0, self.noise, picture.shape)
        grey = np.clip(picture, 0, 255).astype(np.uint8)
        return grey if self.jpeg >= 100 else _compressed(grey, self.jpeg)


def _turned(
    label: NDArray[np.float64], tilt: float, most: float, rng: np.random.Generator
) -> Picture:
    """Seen by a pinhole camera, tilted about an axis in its plane and turned in the picture."""
    height, width = label.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    around = corners - [width / 2, height / 2]
    axis, turn = rng.uniform(0, 2 * math.pi), math.radians(rng.uniform(-most, most))
    along, across = around @ _unit(axis), around @ _unit(axis + math.pi / 2)
    depth = across * math.sin(math.radians(tilt))
    focus = _DISTANCE * max(width, height)
    nearer = focus / (focus + depth)
    seen = np.stack([along, across * math.cos(math.radians(tilt))], 1) * nearer[:, None]
    seen = seen @ np.stack([_unit(axis), _unit(axis + math.pi / 2)])  # upright again
    seen = seen @ np.stack([_unit(turn), _unit(turn + math.pi / 2)])
    seen = seen - seen.min(0) + width * 0.05
    size = tuple(int(side) for side in np.ceil(seen.max(0) + width * 0.05))
    view = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return cv2.warpPerspective(label, view, size, flags=cv2.INTER_LINEAR, borderValue=(_PACK,))


def _unit(angle: float) -> NDArray[np.float64]:
    return np.array([math.cos(angle), math.sin(angle)])


def _light(shape: tuple[int, ...], loss: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """From one side to the other, darker."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] / max(shape)
    ramp = np.stack([x, y], -1) @ _unit(rng.uniform(0, 2 * math.pi))
    ramp = (ramp - ramp.min()) / (ramp.max() - ramp.min())
    return 1 - loss * ramp


def _shake(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    kernel = np.zeros((length, length))
    kernel[length // 2] = 1 / length
    centre = (length / 2 - 0.5, length / 2 - 0.5)
    turned = cv2.getRotationMatrix2D(centre, rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turned, (length, length))
    return np.asarray(kernel / kernel.sum())


def _compressed(grey: Picture, quality: int) -> Picture:
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
