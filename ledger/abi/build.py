"""Compiles contracts/ into the artifacts beside this file: `python -m ledger.abi.build [--check]`.

One fixed standard JSON makes the result the same on every machine. The metadata hash that solc
appends to the code covers source names, texts and settings, so none of them may depend on where
the checkout lies.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from ledger.errors import LotmarkError

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
ARTIFACTS = Path(__file__).resolve().parent
NODE_MODULES = ROOT / "hardhat-local" / "node_modules"
WRAPPER = ROOT / "hardhat-local" / "solc"

SOLC_VERSION = "0.8.30"
SETTINGS: dict[str, Any] = {
    "evmVersion": "cancun",
    "metadata": {"appendCBOR": True, "bytecodeHash": "ipfs"},
    "optimizer": {"enabled": True, "runs": 200},
    "viaIR": False,
}
OUTPUTS = [
    "abi",
    "evm.bytecode.object",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "metadata",
    "storageLayout",
]


class ContractsDoNotCompile(LotmarkError):
    """The compiler found errors; the message is the compiler's."""


def sources(contracts: Path = CONTRACTS) -> dict[str, bytes]:
    """Every Solidity file by its path under contracts/, sorted; the tests in Solidity left out."""
    found = {
        path.relative_to(contracts).as_posix(): path.read_bytes()
        for path in contracts.rglob("*.sol")
    }
    return {name: found[name] for name in sorted(found) if not name.startswith("test/")}


def source_digest(contracts: Path = CONTRACTS) -> str:
    """SHA-256 over path, NUL, text, NUL of every source in order. Needs no compiler."""
    digest = hashlib.sha256()
    for name, text in sources(contracts).items():
        digest.update(name.encode() + b"\0" + text + b"\0")
    return digest.hexdigest()


def compile_artifacts(contracts: Path = CONTRACTS) -> dict[str, str]:
    """The text of each artifact by contract name: what can be deployed, and the interfaces."""
    texts = sources(contracts)
    output = _compile(
        {
            "language": "Solidity",
            "sources": {f"contracts/{name}": {"content": texts[name].decode()} for name in texts},
            "settings": SETTINGS | {"outputSelection": {"*": {"*": OUTPUTS}}},
        }
    )
    digest = source_digest(contracts)
    artifacts: dict[str, str] = {}
    for name in texts:
        if Path(name).parent.as_posix() not in {".", "interfaces"}:
            continue
        for contract, compiled in output["contracts"].get(f"contracts/{name}", {}).items():
            if "/" not in name and not compiled["evm"]["bytecode"]["object"]:
                continue  # abstract: a part of another contract
            if contract in artifacts:
                message = f"two sources declare {contract}"
                raise ContractsDoNotCompile(message)
            artifacts[contract] = _text(_artifact(contract, compiled, digest))
    return artifacts


def build(*, check: bool = False) -> list[str]:
    """Bring the artifacts up to date, or with `check` touch nothing; the names that were stale."""
    fresh = compile_artifacts()
    present = {path.stem: path.read_text() for path in ARTIFACTS.glob("*.json")}
    stale = sorted(
        name for name in fresh.keys() | present.keys() if fresh.get(name) != present.get(name)
    )
    if not check:
        for name in stale:
            path = ARTIFACTS / f"{name}.json"
            if name in fresh:
                path.write_text(fresh[name])
            else:
                path.unlink()
    return stale


def _compile(standard_json: dict[str, Any]) -> dict[str, Any]:
    import solcx  # noqa: PLC0415  # reading artifacts must not load a compiler's driver
    from solcx.exceptions import SolcError  # noqa: PLC0415

    native = SOLC_VERSION in map(str, solcx.get_installed_solc_versions())
    compiler = {"solc_version": SOLC_VERSION} if native else {"solc_binary": WRAPPER}
    try:
        output: dict[str, Any] = solcx.compile_standard(
            standard_json, base_path=NODE_MODULES, allow_paths=NODE_MODULES, **compiler
        )
    except SolcError as exc:
        raise ContractsDoNotCompile(str(exc)) from exc
    return output


def _artifact(name: str, compiled: dict[str, Any], digest: str) -> dict[str, Any]:
    evm = compiled["evm"]
    return {
        "name": name,
        "abi": compiled["abi"],
        "bytecode": "0x" + evm["bytecode"]["object"],
        "deployedBytecode": "0x" + evm["deployedBytecode"]["object"],
        "immutableReferences": evm["deployedBytecode"].get("immutableReferences", {}),
        "storageLayout": compiled.get("storageLayout", {}),
        "compiler": json.loads(compiled["metadata"])["compiler"]["version"],
        "settings": SETTINGS,
        "sourceDigest": digest,
    }


def _text(artifact: dict[str, Any]) -> str:
    return json.dumps(artifact, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    check = arguments == ["--check"]
    stale = build(check=check)
    for name in stale:
        sys.stdout.write(f"{'stale' if check else 'written'}: {name}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
