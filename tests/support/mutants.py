"""Mutants of the contracts: one rule taken out or bent at a time, and forge's tests run.

`scripts/mutants` runs them in copies of the contracts. Tests are linked to contracts by name there,
so a mutant costs the compilation of what it is in, not of every test: its code is put in the place
of the compiled contract's. Exit code 0: every mutant applied, and died unless it says why it lives.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Queue
from typing import Any

from tests.support.anvil import ROOT, anvil_binary

LIST = ROOT / "tests" / "contracts" / "mutants.toml"
OUT = "hardhat-local/out"
COMPILER = {"evmVersion": "cancun", "optimizer": {"enabled": True, "runs": 200}}
IMPORT = re.compile(r'^import .* from "([^"]+)";$', re.MULTILINE)
FAILED = re.compile(r"^\[FAIL.*?\] ((?:test|invariant|setUp)\w*)\(", re.MULTILINE | re.DOTALL)
MOST_JOBS = 2


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new`, wherever lines break; `lives` says why no test can notice."""

    file: str
    why: str
    old: str
    new: str
    suites: tuple[str, ...] = ()
    lives: str = ""

    def applied_to(self, source: str) -> str | None:
        """The bent source; nothing unless `old` stands in it exactly once."""
        words = r"\s+".join(re.escape(word) for word in self.old.split())
        found = list(re.finditer(words, source))
        if len(found) != 1:
            return None
        return source[: found[0].start()] + self.new + source[found[0].end() :]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: killed by these tests, alive, or never there."""

    mutant: Mutant
    what: str
    tests: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.what == ("alive" if self.mutant.lives else "killed")

    def __str__(self) -> str:
        tests = ", ".join(f"`{name}`" for name in self.tests[:3])
        more = f" and {len(self.tests) - 3} more" if len(self.tests) > 3 else ""
        said = tests + more or self.mutant.lives
        return f"| {self.what} | {self.mutant.file} | {self.mutant.why} | {said} |"


class Workshop:
    """A copy of the contracts in which one mutant after the other is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "contracts", folder / "contracts")
        # forge links by name only what lies outside the sources
        (folder / "contracts" / "test").rename(folder / "checks")
        for check in (folder / "checks").iterdir():
            text = check.read_text()
            check.write_text(re.sub(r'from "\.\./', 'from "../contracts/', text))
        (folder / "hardhat-local").mkdir()
        for name in ("solc", "solc.js", "node_modules"):
            (folder / "hardhat-local" / name).symlink_to(ROOT / "hardhat-local" / name)
        settings = (ROOT / "hardhat-local" / "foundry.toml").read_text()
        settings = settings.replace('test = "contracts/test"', 'test = "checks"')
        (folder / "hardhat-local" / "foundry.toml").write_text(settings)

    def forge(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        anvil = anvil_binary()
        assert anvil is not None
        forge = str(anvil).replace("anvil", "forge")
        environment = os.environ | {
            "FOUNDRY_CONFIG": "hardhat-local/foundry.toml",
            "FOUNDRY_DYNAMIC_TEST_LINKING": "true",
        }
        return subprocess.run(
            [forge, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def outcome(self, mutant: Mutant) -> Outcome:
        name = f"contracts/{mutant.file}"
        bent = mutant.applied_to(self.sources[name])
        if bent is None:
            return Outcome(mutant, "DID NOT APPLY")
        code, problem = self._compiled({**self.sources, name: bent}, self._holding(name))
        if problem:
            return Outcome(mutant, "DOES NOT COMPILE", (problem,))
        before = [self._replace(source, contract, it) for (source, contract), it in code.items()]
        try:
            tests = self._failing(mutant)
        finally:
            for path, text in before:
                path.write_text(text)
        return Outcome(mutant, "killed" if tests else "alive", tests)

    def _failing(self, mutant: Mutant) -> tuple[str, ...]:
        """Failing tests of the nearest suites, or else of all."""
        stem = mutant.file.removesuffix(".sol")
        near = ",".join((stem, *mutant.suites))
        for path, *more in ([f"checks/{{{near}}}.t.sol"], ["checks/*.t.sol", "--fail-fast"]):
            printed = self.forge("test", "--match-path", path, *more).stdout
            if failed := FAILED.findall(printed):
                return tuple(dict.fromkeys(failed))
        return ()

    @cached_property
    def sources(self) -> dict[str, str]:
        paths = [p for top in ("contracts", "checks") for p in (self.folder / top).rglob("*.sol")]
        return {str(path.relative_to(self.folder)): path.read_text() for path in paths}

    def _holding(self, name: str) -> list[str]:
        """Files whose code holds that of another: those built from it, and checks of it alone."""
        built = [
            source
            for source in self.sources
            if source.startswith("contracts/") and name in self._behind(source)
        ]
        return built + [
            source
            for source in self.sources
            if source.startswith("checks/") and name in self._imports(source)
        ]

    def _imports(self, source: str) -> set[str]:
        folder = (self.folder / source).parent
        found = IMPORT.findall(self.sources[source])
        return {os.path.relpath((folder / path).resolve(), self.folder.resolve()) for path in found}

    def _behind(self, source: str) -> set[str]:
        """A file and all that it imports."""
        found, waiting = set[str](), [source]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += self._imports(each)
        return found

    def _compiled(
        self, sources: dict[str, str], wanted: list[str]
    ) -> tuple[dict[tuple[str, str], dict[str, Any]], str]:
        chosen = {source: {"*": ["evm.bytecode", "evm.deployedBytecode"]} for source in wanted}
        given = {
            "language": "Solidity",
            "sources": {name: {"content": text} for name, text in sources.items()},
            "settings": {**COMPILER, "outputSelection": chosen},
        }
        made = subprocess.run(
            [str(ROOT / "hardhat-local" / "solc"), "--standard-json"],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(made.stdout)
        errors = [e["message"] for e in answer.get("errors", []) if e["severity"] == "error"]
        code = {
            (source, contract): made["evm"]
            for source, contracts in answer.get("contracts", {}).items()
            for contract, made in contracts.items()
            if made.get("evm", {}).get("bytecode", {}).get("object")
        }
        return code, "; ".join(errors)

    def _replace(self, source: str, contract: str, evm: dict[str, Any]) -> tuple[Path, str]:
        """Put other code into a compiled contract; gives back what stood there."""
        path = self.folder / OUT / Path(source).name / f"{contract}.json"
        text = path.read_text()
        compiled = json.loads(text)
        for kind in ("bytecode", "deployedBytecode"):
            compiled[kind]["object"] = "0x" + evm[kind]["object"]
        path.write_text(json.dumps(compiled))
        return path, text


def read(texts: Iterable[str] = ()) -> list[Mutant]:
    """The list, or what of it has one of these texts in its file or reason."""
    listed = tomllib.loads(LIST.read_text())["mutant"]
    mutants = [Mutant(**{**each, "suites": tuple(each.get("suites", ()))}) for each in listed]
    wanted = [text.lower() for text in texts]
    return [
        mutant
        for mutant in mutants
        if not wanted or any(text in f"{mutant.file} {mutant.why}".lower() for text in wanted)
    ]


def tried(mutants: list[Mutant], jobs: int) -> Iterator[Outcome]:
    """Each mutant's outcome, in order."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as top:
        first = Workshop(Path(top) / "0")
        built = first.forge("test")
        if built.returncode:
            message = f"the contracts fail their tests as they are:\n{built.stdout[-3000:]}"
            raise SystemExit(message)
        free: Queue[Workshop] = Queue()
        free.put(first)
        for number in range(1, min(jobs, MOST_JOBS)):
            folder = Path(top) / str(number)
            shutil.copytree(first.folder, folder, symlinks=True)
            other = Workshop.__new__(Workshop)
            other.folder = folder
            free.put(other)

        def outcome(mutant: Mutant) -> Outcome:
            workshop = free.get()
            try:
                return workshop.outcome(mutant)
            finally:
                free.put(workshop)

        with ThreadPoolExecutor(min(jobs, MOST_JOBS)) as pool:
            yield from pool.map(outcome, mutants)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__)
    parser.add_argument("texts", nargs="*", metavar="TEXT")
    parser.add_argument("--jobs", type=int, default=MOST_JOBS)
    options = parser.parse_args(arguments)
    print(
        "| outcome | in | what was bent | tests that failed, or why none can |\n|---|---|---|---|"
    )
    outcomes = []
    for each in tried(read(options.texts), options.jobs):
        outcomes.append(each)
        print(each, flush=True)
    killed = sum(each.what == "killed" for each in outcomes)
    bad = [each for each in outcomes if not each.good]
    print(f"\n{killed} of {len(outcomes)} killed, {len(outcomes) - killed - len(bad)} explained")
    print(*(f"NOT GOOD: {each}" for each in bad), sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
