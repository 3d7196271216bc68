"""Who claims a pack first: `python -m bench.claims {sqlite,postgresql,contract}`.

Every worker claims every unit for a member of its own, all in the same order, so that each unit is
fought over by all of them: in the records on SQLite and PostgreSQL, one transaction a claim, and in
the contract itself, where all workers' operations stand in one block. Exactly one claim of each
unit may stand. Beside it stands the floor of each: one worker alone that nobody disputes.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from bench.claims_on_chain import race as race_on_chain
from ledger.errors import StoreUnavailable
from ledger.vocabulary import Id, Seconds, lot
from records import members
from records.engine import open_engine, reading, writing
from records.members import MembersVault, NewMember, claims
from records.migrations import upgrade
from records.schema.members import claims as table
from tests.support.postgres import LocalPostgres

LOT = lot("09521234000013", "RACE").id
ALONE = lot("09521234000013", "ALONE").id
NOW = Seconds(1_800_000_000)


@dataclass(frozen=True)
class Race:
    """What came of a race. ``wins`` are claims that a worker was told it has, ``stand`` those that
    are there in the end; ``floor`` are the seconds of one worker alone.
    """

    where: str
    workers: int
    units: int
    wins: int
    stand: int
    retries: int
    seconds: float
    floor: float

    @property
    def fair(self) -> bool:
        """Whether each unit has exactly one claim."""
        return self.wins == self.stand == self.units

    def __str__(self) -> str:
        tries = self.workers * self.units
        return (
            f"{self.where}: {self.workers} workers x {self.units:,} units: {self.wins:,} won, "
            f"{self.stand:,} stand, {tries - self.wins:,} refused, {self.retries:,} tried again, "
            f"in {self.seconds:.1f} s ({tries / self.seconds:,.0f} tries a second); one worker "
            f"alone {self.floor:.1f} s, ratio {self.seconds / self.floor:.1f}"
        )


def race_in_records(where: str, url: str, workers: int, units: int, folder: Path) -> Race:
    """The race in a database of records."""
    engines = [open_engine(url) for _ in range(workers)]
    try:
        upgrade(engines[0])
        cards = _members(engines[0], workers, MembersVault.open(folder))
        start = time.perf_counter()
        for index in range(units):
            _claim(engines[0], ALONE, index, cards[0])
        floor = time.perf_counter() - start
        start = time.perf_counter()
        won, retries = _all_claim(engines, cards, units)
        seconds = time.perf_counter() - start
        with reading(engines[0]) as records:
            query = select(func.count()).where(table.c.lot == LOT)
            stand = int(records.execute(query).scalar_one())
    finally:
        for engine in engines:
            engine.dispose()
    return Race(where, workers, units, won, stand, retries, seconds, floor)


def _members(engine: Engine, count: int, vault: MembersVault) -> list[str]:
    with writing(engine) as records:
        return [members.join(records, vault, NewMember(), NOW).card for _ in range(count)]


def _all_claim(engines: Sequence[Engine], cards: Sequence[str], units: int) -> tuple[int, int]:
    """How many claims were won, and how often a busy database had to be asked again."""
    told: list[tuple[int, int]] = []
    ready = threading.Barrier(len(engines))

    def work(engine: Engine, card: str) -> None:
        won = again = 0
        ready.wait()
        for index in range(units):
            wins, retries = _claim(engine, LOT, index, card)
            won, again = won + wins, again + retries
        told.append((won, again))

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(engines, cards, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(won for won, _ in told), sum(again for _, again in told)


def _claim(engine: Engine, lot: Id, index: int, card: str) -> tuple[bool, int]:
    retries = 0
    while True:
        try:
            with writing(engine) as records:
                won = claims.take(records, lot, index, card, programme=1, operation=None, now=NOW)
        except StoreUnavailable:  # so long locked by others: a client is told to try again
            retries += 1
        else:
            return won, retries


def sqlite(workers: int, units: int) -> Race:
    """The race in a file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/records.db"
        return race_in_records("SQLite", url, workers, units, Path(folder))


def postgresql(workers: int, units: int) -> Race:
    """The race in a server of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalPostgres() as server,
        server.database() as url,
    ):
        return race_in_records("PostgreSQL", url, workers, units, Path(folder))


def contract(workers: int, units: int) -> Race:
    """The race in the contract."""
    won, stand, seconds, floor = race_on_chain(workers, units)
    return Race("contract", workers, units, won, stand, 0, seconds, floor)


PLACES = {"sqlite": sqlite, "postgresql": postgresql, "contract": contract}


def main(where: str, units: int = 10_000, workers: int = 64) -> Race:
    """A race, told in a line.

    Raises:
        AssertionError: a unit has not exactly one claim.
    """
    found = PLACES[where](workers, units)
    print(found, flush=True)
    if not found.fair:
        raise AssertionError(found)
    return found


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("where", choices=PLACES)
    asked.add_argument("--units", type=int, default=10_000)
    asked.add_argument("--workers", type=int, default=64)
    main(**vars(asked.parse_args()))
