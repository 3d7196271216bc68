"""The command line as a whole: help, examples, JSON and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger import errors
from lotmark.cli import COMMANDS, command
from lotmark.exit_codes import exit_code

ROOT = Path(__file__).resolve().parents[2]


def leaves() -> list[tuple[str, Any]]:
    """Every command that can be run, those of groups by their full name."""
    return [leaf for name in COMMANDS for leaf in below(name, command(name))]


def below(name: str, found: Any) -> list[tuple[str, Any]]:
    inner = getattr(found, "commands", None)
    if not inner:
        return [(name, found)]
    return [leaf for word, each in inner.items() for leaf in below(f"{name} {word}", each)]


@pytest.mark.parametrize(("name", "found"), [pytest.param(n, f, id=n) for n, f in leaves()])
def test_every_command_has_help_with_an_example_and_json(name: str, found: Any) -> None:
    assert f"lotmark {name}" in found.help, "the help shows no example"
    options = {opt for parameter in found.params for opt in parameter.opts}
    assert "--json" in options
    assert "--data" in options or name.startswith("contracts")


@pytest.mark.parametrize("name", COMMANDS)
def test_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    assert command(name).help.splitlines()[0] == COMMANDS[name]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lotmark", *arguments], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


def test_help_is_quick_and_complete() -> None:
    told = run("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in COMMANDS)


def test_unknown_command_is_wrong_input() -> None:
    assert run("fly").returncode == 2


def test_a_file_that_cannot_be_written_is_wrong_input_and_no_traceback(tmp_path: Path) -> None:
    asked = ("labels", "csv", "09521404000102/A", "--data", str(tmp_path / "d"))
    told = run(*asked, "--out", str(tmp_path))
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert f"{tmp_path}: Is a directory" in told.stderr


def test_error_is_words_on_one_side_and_json_on_the_other(tmp_path: Path) -> None:
    told = run("status", "--json", "--data", str(tmp_path / "nothing"))
    assert told.returncode == 3
    assert json.loads(told.stdout)["error"]["code"]
    assert "error" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NotFound("x"), 1),
        (errors.ActRefused("ItemUnknown", "x"), 1),
        (errors.CsvInvalid("x"), 2),
        (errors.NodeUnavailable("x"), 3),
        (errors.JournalBroken("x"), 4),
    ],
)
def test_exit_code_says_what_the_caller_can_do(error: errors.LotmarkError, code: int) -> None:
    assert exit_code(error) == code
