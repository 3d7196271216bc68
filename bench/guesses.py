"""Guessing serials: `python -m bench.guesses [guesses] [issued]`.

A run is issued and a million random serials of the same form are looked up among its units: none is
found. Then strangers try codes at the web service itself, which lets each have a few a minute.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyrage

from api.printing.issuing import Wanted, issue
from bench.units import LOT, stock
from ledger.codes import new_serials
from ledger.vocabulary import Amount, Id, OrgId, lot, unit
from records import units
from records.engine import reading
from tests.api.town import PACKER, SALAD, Town, open_town
from tests.support.anvil import LocalAnvil

GUESSES, ISSUED = 1_000_000, 100_000
BATCH = 10_000
STRANGERS = 20
"""Unknown codes that one address tries in a minute."""


def guess(town: Town, guesses: int) -> int:
    """How many of so many random serials are found."""
    before, after = unit(SALAD, "0" * 20).id[:9], bytes(3)
    found = 0
    with reading(town.services.records) as records:
        for _ in range(0, guesses, BATCH):
            some = [
                Id(before + serial.encode("ascii") + after)
                for serial in new_serials(min(BATCH, guesses))
            ]
            found += len(units.find_all(records, some))
    return found


def ask(town: Town, tries: int = STRANGERS) -> Counter[int]:
    """What the web service answers to one address that tries unknown codes."""
    settings = town.services.settings.model_copy(update={"unknown_codes_per_minute": 10})
    web = town.client(settings=settings)
    headers = {"Accept": "application/json"}
    return Counter(
        web.get(f"/01/{SALAD}/21/{serial}", headers=headers).status_code
        for serial in new_serials(tries)
    )


def print_run(town: Town, count: int) -> str:
    """Issues a run; its id."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    wanted = Wanted(lot(SALAD, LOT), count, Amount(1), False, units.AT_ONCE, recipient)  # noqa: FBT003
    run = issue(town.services, OrgId(PACKER), wanted, "guesses", bytes(32))
    town.settle()
    return run.id


def main(guesses: int = GUESSES, issued: int = ISSUED) -> tuple[int, Counter[int]]:
    """Prints the measurements."""
    with (
        tempfile.TemporaryDirectory() as name,
        LocalAnvil() as anvil,
        open_town(anvil, Path(name)) as town,
    ):
        stock(town, issued)
        print_run(town, issued)
        began = time.perf_counter()
        found = guess(town, guesses)
        seconds = time.perf_counter() - began
        answers = ask(town)
    print(
        f"{found} of {guesses:,} random serials found among {issued:,} issued "
        f"({guesses / seconds:,.0f} looked up a second); a hit is expected once in "
        f"{2**100 / issued:.1e} guesses"
    )
    print(f"{STRANGERS} unknown codes from one address: {dict(answers)} by HTTP status")
    return found, answers


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
