"""The benchmarks of units in small: they measure what they say, and guesses find nothing."""

from __future__ import annotations

import pytest

from bench import guesses, units
from ledger.codes import SERIAL_LENGTH

pytestmark = pytest.mark.chain


def test_units_are_issued_by_the_command_and_set_beside_a_floor(capsys):
    (run,) = units.main(3000, (True,))
    assert (run.count, run.codes) == (3000, True)
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("3,000 units with hidden codes")
    assert "the proof of unit 2,999" in told[-1]


def test_guesses_find_nothing_and_are_slowed_down(capsys):
    found, answers = guesses.main(30_000, 2_000)
    assert found == 0
    assert answers == {404: 10, 429: guesses.STRANGERS - 10}
    assert "0 of 30,000" in capsys.readouterr().out


def test_a_guess_has_the_form_of_what_is_issued():
    assert {len(serial) for serial in guesses.new_serials(10)} == {SERIAL_LENGTH}
