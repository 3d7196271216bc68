"""What each act costs: `python -m bench.gas` writes the tables of docs/contracts.md.

Figures are receipts under the Prague rules, a batch's divided by its acts, beside the floor that
`bench.floor` draws and what the throw-away prototypes cost that the design was drawn from, where
they had the act. `--check` writes nothing and fails where a committed figure is off by more than
2 %.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.cases import Case, World
from bench.floor import floor, lines
from bench.must import DOOR, MUST
from ledger.abi import artifact
from tests.support.anvil import LocalAnvil

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "contracts.md"
BATCHES = (1, 50, 200)
TOLERANCE = 0.02
GOALS = (1.3, 1.5, 1.5)
"""How many times its floor an act may cost, alone and in batches."""
BLOCK = 100_000_000
CODE_LIMIT = 24_576
CONTRACTS = "OrgRegistry ProductLedger UnitRegistry Loyalty Certificates Anchors Directory".split()


@dataclass(frozen=True)
class Row:
    """An act alone, and one of 50 and of 200 in one operation: gas and its floor."""

    name: str
    gas: tuple[int, ...]
    floors: tuple[int, ...]
    prototype: str = ""

    @property
    def times(self) -> tuple[float, ...]:
        return tuple(gas / least for gas, least in zip(self.gas, self.floors, strict=True))

    def __str__(self) -> str:
        gas = " | ".join(f"{each:,}" for each in self.gas)
        floors = " / ".join(f"{each:,}" for each in self.floors)
        times = " / ".join(f"{each:.2f}" for each in self.times)
        return f"| {self.name} | {gas} | {floors} | {times} | {self.prototype} |"


def measured(batches: tuple[int, ...] = BATCHES) -> Iterator[Row]:
    """Every row of the table, measured in batches of these sizes."""
    with LocalAnvil(gas_limit=BLOCK) as node:
        world = World(node, BLOCK)
        for case in world.cases():
            yield row(world, case, batches)


def row(world: World, case: Case, batches: tuple[int, ...]) -> Row:
    """One act's row."""
    must = lines(DOOR + MUST[case.name], case.contract)
    gas, floors = [], []
    for batch in batches:
        receipt, calldata = world.send(case, batch)
        gas.append(round(receipt["gasUsed"] / batch))
        floors.append(round(floor(must, batch, calldata) / batch))
    return Row(case.name, tuple(gas), tuple(floors), case.prototype)


def gas_table(rows: list[Row]) -> str:
    head = (
        "| act | alone | of 50 | of 200 | floors | times the floor | prototypes |\n"
        "|---|--:|--:|--:|---|---|---|\n"
    )
    return head + "\n".join(map(str, rows)) + "\n"


def size_table() -> str:
    head = "| contract | code, bytes | of 24,576 |\n|---|--:|--:|\n"
    sizes = {n: len(artifact(n).deployed_bytecode) for n in CONTRACTS}
    rows = [f"| {n} | {size:,} | {size / CODE_LIMIT:.0%} |" for n, size in sizes.items()]
    return head + "\n".join(rows) + "\n"


def section(name: str) -> re.Pattern[str]:
    """What stands between the marks of a generated part of the guide."""
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)


def committed() -> dict[str, tuple[int, ...]]:
    """The guide's figures by the act's name."""
    found = section("gas").search(GUIDE.read_text())
    assert found is not None
    cells = [[cell.strip() for cell in line.split("|")] for line in found[0].splitlines()[2:]]
    return {row[1]: tuple(int(each.replace(",", "")) for each in row[2:5]) for row in cells}


def deviations(rows: list[Row]) -> list[str]:
    """Every act whose committed figures are not these, as far as they were measured."""
    before = committed()
    missing = [f"{name}: no longer measured" for name in before.keys() - {row.name for row in rows}]
    return missing + [
        f"{row.name}: {row.gas} instead of {before.get(row.name)}"
        for row in rows
        if not _close(row.gas, before.get(row.name))
    ]


def _close(found: tuple[int, ...], expected: tuple[int, ...] | None) -> bool:
    return expected is not None and all(
        abs(each - was) <= TOLERANCE * was for each, was in zip(found, expected, strict=False)
    )


def above_goals(rows: list[Row]) -> list[str]:
    """Every act that costs more times its floor than it should."""
    return [
        f"{row.name}: {' / '.join(f'{each:.2f}' for each in row.times)}"
        for row in rows
        if any(times > goal for times, goal in zip(row.times, GOALS, strict=False))
    ]


def main(arguments: list[str]) -> int:
    rows = list(measured())
    print(gas_table(rows))
    print("above the goal:", *above_goals(rows) or ["none"], sep="\n  ")
    if "--check" in arguments:
        found = deviations(rows)
        print(*found, sep="\n")
        return 1 if found else 0
    text = GUIDE.read_text()
    for name, table in (("gas", gas_table(rows)), ("sizes", size_table())):
        text, replaced = section(name).subn(table, text)
        assert replaced == 1, name
    GUIDE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
