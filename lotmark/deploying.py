"""Puts the contracts on the chain of an installation."""

from __future__ import annotations

from pathlib import Path

from ledger.chain import deployment as deployments
from ledger.chain import development
from ledger.chain.deployment import Deployment
from ledger.chain.node import NodeChain
from ledger.chain.port import Chain
from ledger.chain.signing import SigningKey
from ledger.errors import SettingInvalid
from ledger.settings import Settings


def deploy(settings: Settings, key_file: Path | None = None) -> tuple[Deployment, bool]:
    """The deployment, and whether it was made now.

    Without a key file the first well-known account deploys and governs: on development chains only.

    Raises:
        NotADevelopmentChain: no key file, and the chain is none.
        NodeUnavailable, FingerprintMismatch, SettingInvalid: as `ledger.chain.deployment.deploy`.
    """
    there = settings.deployment_path.exists()
    chain = NodeChain(settings.chain_url())
    try:
        if there:
            key = SigningKey.new()  # signs nothing: what stands there is only checked
        else:
            key = _key(chain, settings, key_file)
        return deployments.deploy(chain, key, settings.deployment_path), not there
    finally:
        chain.close()


def _key(chain: Chain, settings: Settings, key_file: Path | None) -> SigningKey:
    if key_file is None:
        return development.account(chain, development.GOVERNOR)
    raise SettingInvalid("not yet", field="key_file")
