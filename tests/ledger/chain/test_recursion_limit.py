"""No library that the chain client needs may lift the guard against deeply nested JSON."""

import subprocess
import sys

import pytest

NESTED = "import json; json.loads('[' * 100_000 + ']' * 100_000)"


MODULES = ["ledger.chain.node", "ledger.chain.deployment", "records.keystores", "api.app"]


@pytest.mark.parametrize("module", MODULES)
def test_nested_json_is_an_error_and_not_a_crash(module):
    code = f"import {module}; {NESTED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RecursionError" in done.stderr
