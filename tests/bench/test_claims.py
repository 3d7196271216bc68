"""The race for packs in small: each unit has one claim, wherever it is fought over."""

from __future__ import annotations

import pytest

from bench import claims


@pytest.mark.parametrize(
    "where",
    [
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("contract", marks=pytest.mark.chain),
    ],
)
def test_of_all_workers_one_has_each_unit(capsys, where):
    race = claims.main(where, units=30, workers=8)
    assert race.fair
    assert (race.wins, race.stand) == (30, 30)
    assert "210 refused" in capsys.readouterr().out


def test_a_race_with_two_winners_is_not_fair():
    race = claims.Race("nowhere", 2, 10, 11, 10, 0, 1.0, 1.0)
    assert not race.fair
