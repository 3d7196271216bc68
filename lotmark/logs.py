"""What workers log: one line an event, to standard error, which their group keeps in files."""

from __future__ import annotations

import logging

from ledger.settings import Settings

QUIET = ("urllib3", "web3", "alembic", "asyncio")
"""Libraries that tell more than anyone reads."""


def start_logging(settings: Settings) -> None:
    """Sends the log where it belongs, at the level that the settings name."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
