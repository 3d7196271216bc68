"""The compiled contracts, as committed by `ledger.abi.build`: running Lotmark needs no compiler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract as the compiler left it.

    ``immutables`` are the (start, length) ranges of the deployed code that the constructor fills
    in, so code found on a chain equals ``deployed_bytecode`` everywhere else.
    """

    name: str
    abi: tuple[dict[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutables: tuple[tuple[int, int], ...]
    storage_layout: dict[str, Any]
    compiler: str
    settings: dict[str, Any]
    source_digest: str


def names() -> list[str]:
    """Every contract and interface that has an artifact."""
    return sorted(
        path.name.removesuffix(".json")
        for path in files(__name__).iterdir()
        if path.name.endswith(".json")
    )


@cache
def artifact(name: str) -> Artifact:
    """The artifact of contract `name`, e.g. ``ProductLedger``."""
    raw = json.loads(files(__name__).joinpath(f"{name}.json").read_bytes())
    ranges = [place for places in raw["immutableReferences"].values() for place in places]
    return Artifact(
        name=name,
        abi=tuple(raw["abi"]),
        bytecode=bytes.fromhex(raw["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(raw["deployedBytecode"].removeprefix("0x")),
        immutables=tuple(sorted((place["start"], place["length"]) for place in ranges)),
        storage_layout=raw["storageLayout"],
        compiler=raw["compiler"],
        settings=raw["settings"],
        source_digest=raw["sourceDigest"],
    )
