"""Units that were prepared here to be printed: runs, what their paths are made of, how a scanned
unit is found, and what was activated.

A *place* is a unit's number in its run, from 0; its number in its lot is known once the run is on
chain. Serials and hidden codes are not kept: a unit is found by a hash of its id, and its hidden
code is known by an address.
"""

from records.units.activations import Activation, activate, activations
from records.units.adding import KEY_LENGTH, Chunk, NewRun, add
from records.units.finding import RunUnit, find, find_all, lookup_key, unit_at
from records.units.handing import handed_out, hold_file, let_file_go
from records.units.paths import chunk_roots, chunks, leaf, path
from records.units.runs import (
    AT_ONCE,
    DISPATCH,
    PrintRun,
    Replaced,
    ids,
    ids_handed_out,
    replacements,
    run,
    run_of_operation,
    run_of_root,
    runs,
)

__all__ = [
    "AT_ONCE",
    "DISPATCH",
    "KEY_LENGTH",
    "Activation",
    "Chunk",
    "NewRun",
    "PrintRun",
    "Replaced",
    "RunUnit",
    "activate",
    "activations",
    "add",
    "chunk_roots",
    "chunks",
    "find",
    "find_all",
    "handed_out",
    "hold_file",
    "ids",
    "ids_handed_out",
    "leaf",
    "let_file_go",
    "lookup_key",
    "path",
    "replacements",
    "run",
    "run_of_operation",
    "run_of_root",
    "runs",
    "unit_at",
]
