"""A run is kept whole or not at all, wherever its making ends."""

from __future__ import annotations

import shutil

import pyrage
import pytest

from api.printing.issuing import Wanted, issue
from ledger.errors import IdempotencyKeyReused, NotFound, StoreUnavailable
from ledger.vocabulary import Amount, OrgId, VoidReason, lot
from records import outbox, print_files, units
from records.engine import reading
from tests.api.town import PACKER, SALAD, Town

pytestmark = pytest.mark.chain
TO = str(pyrage.x25519.Identity.generate().to_public())
WANTED = Wanted(
    lot(SALAD, "SAL-A"), 3, Amount(1), codes=True, activation=units.DISPATCH, recipient=TO
)


def nothing_was_kept(town: Town, key: str) -> bool:
    """No run of the lot, no operation, no file that is still being written or of no run."""
    folder = print_files.folder(town.services.settings)
    with reading(town.services.records) as records:
        kept = units.runs(records, lot=WANTED.lot.id), outbox.find(records, OrgId(PACKER), key)
        known = {f"{run_id}{print_files.SUFFIX}" for run_id in units.ids(records)}
    return kept == ([], None) and {path.name for path in folder.iterdir()} <= known


def test_who_interrupts_the_making_leaves_nothing(town):
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue(town.services, OrgId(PACKER), WANTED, "cut short", bytes(32), moved=interrupted)
    assert nothing_was_kept(town, "cut short")


def test_a_file_that_cannot_be_put_in_place_takes_all_with_it(town, tmp_path):
    folder = tmp_path / "shop"

    def taken_away(_: int) -> None:
        shutil.rmtree(folder)

    with pytest.raises(StoreUnavailable):
        issue(
            town.services, OrgId(PACKER), WANTED, "no disk", bytes(32),
            out=folder / "labels.csv.age", moved=taken_away,
        )  # fmt: skip
    assert nothing_was_kept(town, "no disk")


def test_an_idempotency_key_of_another_act_makes_no_run(town):
    with reading(town.services.records) as records:
        known = outbox.recent(records, OrgId(PACKER), limit=1)[0]
    with pytest.raises(IdempotencyKeyReused):
        issue(town.services, OrgId(PACKER), WANTED, known.idempotency_key, known.request_hash)


def test_a_run_that_is_not_there_is_not_replaced(town):
    replaced = units.Replaced("aaaaaaaaaaaa", 0, 1, int(VoidReason.LOST))
    wanted = Wanted(
        WANTED.lot, 1, Amount(1), codes=False, activation=units.AT_ONCE, recipient=TO,
        replaces=replaced,
    )  # fmt: skip
    with pytest.raises(NotFound):
        issue(town.services, OrgId(PACKER), wanted, "of nothing", bytes(32))
    assert nothing_was_kept(town, "of nothing")
