"""How each event moves the state: one file per contract, or part of one."""

from ledger.history.steps import items, loyalty, moves, papers, products, registry, units
from ledger.history.steps.step import Steps

STEPS: Steps = {
    **registry.STEPS,
    **products.STEPS,
    **items.STEPS,
    **moves.STEPS,
    **papers.STEPS,
    **units.STEPS,
    **loyalty.STEPS,
}
"""What each event does. Statements and operations change no amounts: `ledger.findings` reads
them."""
