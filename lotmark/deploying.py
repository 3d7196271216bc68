"""Puts the contracts on the chain of an installation."""

from __future__ import annotations

from ledger.chain import deployment as deployments
from ledger.chain import development
from ledger.chain.deployment import Deployment
from ledger.chain.node import NodeChain
from ledger.chain.port import Chain
from ledger.chain.signing import SigningKey
from ledger.errors import SettingInvalid
from ledger.settings import Settings
from ledger.vocabulary import Address
from records.engine import open_records
from records.keystores import Keystore


def deploy(settings: Settings, deployer: Address | None = None) -> tuple[Deployment, bool]:
    """The deployment, and whether it was made now.

    ``deployer`` becomes governor; its keystore lies among the installation's keys. Without one the
    first well-known account does it: on development chains only.

    Raises:
        NotADevelopmentChain: no deployer, and the chain is none.
        NotFound: there is no such keystore.
        NodeUnavailable, FingerprintMismatch, SettingInvalid: as `ledger.chain.deployment.deploy`.
    """
    there = settings.deployment_path.exists()
    chain = NodeChain(settings.chain_url())
    try:
        # What stands there is only checked: any key will do.
        key = SigningKey.new() if there else _key(chain, settings, deployer)
        return deployments.deploy(chain, key, settings.deployment_path), not there
    finally:
        chain.close()


def address_of(text: str) -> Address:
    """An address as people write it.

    Raises:
        SettingInvalid: it is none.
    """
    digits = text.removeprefix("0x")
    try:
        address = bytes.fromhex(digits)
    except ValueError:
        address = b""
    if len(address) != len(Address(bytes(20))):
        raise SettingInvalid(f"{text!r} is no address: 0x and 40 hexadecimal digits", field="key")
    return Address(address)


def _key(chain: Chain, settings: Settings, deployer: Address | None) -> SigningKey:
    if deployer is None:
        return development.account(chain, development.GOVERNOR)
    records = open_records(settings)
    try:
        return Keystore.open(settings, records, chain.chain_id()).key(deployer)
    finally:
        records.dispose()
