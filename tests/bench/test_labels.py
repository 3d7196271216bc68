"""Printed labels are read from bad photographs, the same ones each time, by two decoders."""

import numpy as np
import pytest

from bench import labels as speed
from bench.photographs import Shot
from bench.reading import GOAL, SHOTS, photograph, printed

BAD = next(shot for shot in SHOTS if shot.name == GOAL)


def test_tilted_blurred_and_noisy_labels_are_read_by_two_decoders():
    tally = photograph("L7160", [BAD], 6, pixels=20, seed=7)[BAD.name]
    assert tally.there == {"outer": 6, "hidden": 6, "matrix": 6}
    assert tally.rate("outer", "both") == tally.rate("hidden", "both") == 1
    assert tally.rate("matrix", "zxing-cpp") >= 0.8
    assert tally.wrong == 0


def test_the_smallest_roll_is_read_too():
    tally = photograph("50x30", [BAD], 2, pixels=25, seed=7)[BAD.name]
    assert tally.rate("outer", "both") == tally.rate("hidden", "both") == 1


def test_a_photograph_that_nobody_can_read_is_counted_as_unread():
    hopeless = Shot("hopeless", tilt=25, blur=12, noise=40)
    tally = photograph("L7160", [hopeless], 2, pixels=12, seed=7)["hopeless"]
    assert tally.rate("outer", "both") == 0
    assert tally.told("outer", "both") == "0.0%"


def test_the_same_seed_takes_the_same_photograph():
    views = [picture for _, picture in printed("50x30", 1, 10, 3, codes=True)]
    one, same, other = (BAD.take(views[0], np.random.default_rng(n)) for n in (1, 1, 2))
    assert np.array_equal(one, same)
    assert one.shape != other.shape or not np.array_equal(one, other)


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_every_shot_can_be_taken(shot):
    (_, picture), *_ = printed("50x30", 1, 10, 3, codes=True)
    taken = shot.take(picture, np.random.default_rng(1))
    assert taken.dtype == np.uint8
    assert min(taken.shape) >= min(picture.shape) // 2


def test_every_line_of_the_speed_table_is_measured():
    made = speed.codes(20)
    assert made[0].name == speed.PEER
    assert all(line.rate > 0 for line in (*made, *speed.sheets(3, "5163")))
