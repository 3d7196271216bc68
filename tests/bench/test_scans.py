"""What counting costs, in small: everything that is stored is checked and found."""

from __future__ import annotations

from bench import scans


def test_views_are_stored_checked_and_found(capsys):
    costs = scans.main(views=1200)
    assert costs.views == 1200
    assert min(costs.store, costs.check, costs.look) > 0
    assert "bare insert" in capsys.readouterr().out
