"""Where the contracts stand, and how they get there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp
from eth_utils.crypto import keccak

from ledger.chain.codec import (
    ANCHORS,
    CERTIFICATES,
    DIRECTORY,
    LEDGER,
    LOYALTY,
    REGISTRY,
    UNITS,
    encode_constructor,
    encode_view,
)
from ledger.chain.direct import transact
from ledger.chain.genesis import genesis_hash
from ledger.chain.port import Chain, Receipt
from ledger.chain.signing import SigningKey
from ledger.errors import ContractMissing, NodeUnavailable, NotFound, SettingInvalid
from ledger.settings import DEVELOPMENT_CHAINS
from ledger.vocabulary import Address

ROLE_DELAY = 2 * 24 * 3600
"""Seconds that a change of an organisation's roles is known beforehand; none on development chains.
"""
CONTRACTS = (REGISTRY, LEDGER)
"""What every deployment has; one without the others is read, too."""


@dataclass(frozen=True, slots=True)
class DeployedContract:
    """One contract on a chain. ``code_hash`` is Keccak-256 of the code found there."""

    address: Address
    block: int
    block_hash: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class Deployment:
    """All contracts of one deployment, and the chain they are on."""

    chain_id: int
    genesis_hash: bytes
    contracts: Mapping[str, DeployedContract]

    @property
    def registry(self) -> Address:
        """Address of OrgRegistry."""
        return self.contracts[REGISTRY].address

    @property
    def ledger(self) -> Address:
        """Address of ProductLedger."""
        return self.contracts[LEDGER].address

    def address_of(self, name: str) -> Address:
        """The address of a contract by its name.

        Raises:
            ContractMissing: an older deployment, which is without it.
        """
        found = self.contracts.get(name)
        if found is None:
            said = f"the deployment has no contract {name}: deploy anew, under another file"
            raise ContractMissing(said, name=name)
        return found.address

    @property
    def first_block(self) -> int:
        """The block before which there is no event."""
        return min(each.block for each in self.contracts.values())

    def name_of(self, address: Address) -> str:
        """The contract at an address.

        Raises:
            NotFound: none of ours.
        """
        for name, contract in self.contracts.items():
            if contract.address == address:
                return name
        raise NotFound(f"no contract of ours stands at 0x{address.hex()}")


def to_json(deployment: Deployment) -> dict[str, Any]:
    """A deployment as plain JSON; bytes stand as hex."""
    return {
        "chain_id": deployment.chain_id,
        "genesis_hash": _hex(deployment.genesis_hash),
        "contracts": {
            name: {
                "address": _hex(each.address),
                "block": each.block,
                "block_hash": _hex(each.block_hash),
                "code_hash": _hex(each.code_hash),
            }
            for name, each in deployment.contracts.items()
        },
    }


def from_json(document: Mapping[str, Any]) -> Deployment:
    """The inverse of `to_json`.

    Raises:
        SettingInvalid: the document is no deployment of ours.
    """
    try:
        contracts = {
            name: DeployedContract(
                address=Address(_bytes(each["address"], 20)),
                block=int(each["block"]),
                block_hash=_bytes(each["block_hash"], 32),
                code_hash=_bytes(each["code_hash"], 32),
            )
            for name, each in document["contracts"].items()
        }
        made = Deployment(
            int(document["chain_id"]), _bytes(document["genesis_hash"], 32), contracts
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SettingInvalid("this is no deployment", field="deployment_file") from error
    missing = [name for name in CONTRACTS if name not in contracts]
    if missing:
        raise SettingInvalid(f"the deployment lacks {', '.join(missing)}", field="deployment_file")
    return made


def load(path: Path) -> Deployment:
    """A deployment from its file.

    Raises:
        NotFound: there is no such file: nothing is deployed yet.
        SettingInvalid: the file holds no deployment.
    """
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise NotFound(f"nothing is deployed: there is no {path}") from error
    except (ValueError, OSError) as error:
        raise SettingInvalid(f"{path} cannot be read", field="deployment_file") from error
    return from_json(document)


def save(deployment: Deployment, path: Path) -> None:
    """Writes the file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(to_json(deployment), indent=2) + "\n")
    draft.replace(path)


def deploy(
    chain: Chain, deployer: SigningKey, path: Path, governor: Address | None = None
) -> Deployment:
    """Deploys the contracts once; where the file says they stand already, checks that they do.

    ``governor`` of the registry is the deployer unless another is named.

    Raises:
        FingerprintMismatch: the file speaks of another chain, or of contracts that are not there.
        NodeUnavailable: as the node.
    """
    from ledger.chain.fingerprint import check  # noqa: PLC0415  # it needs Deployment

    if path.exists():
        deployment = load(path)
        check(chain, deployment)
        return deployment
    chain_id = chain.chain_id()
    delay = 0 if chain_id in DEVELOPMENT_CHAINS else ROLE_DELAY
    office = governor or deployer.address
    registry = _create(chain, deployer, encode_constructor(REGISTRY, office, delay))
    made = {REGISTRY: registry, **_ledger(chain, deployer, registry.address)}
    for name in (DIRECTORY, CERTIFICATES, ANCHORS):
        made[name] = _create(chain, deployer, encode_constructor(name, registry.address))
    if office == deployer.address:
        _enter_all(chain, deployer, made)
    deployment = Deployment(chain_id, genesis_hash(chain), made)
    save(deployment, path)
    return deployment


def _ledger(chain: Chain, deployer: SigningKey, registry: Address) -> dict[str, DeployedContract]:
    """The three that know each other from the start, so that nobody has to be trusted to make them
    known later. Their addresses follow from the deployer's nonces.
    """
    nonce = chain.nonce(deployer.address)
    ledger, units, loyalty = (made_at(deployer.address, nonce + i) for i in range(3))
    made = {
        LEDGER: _create(chain, deployer, encode_constructor(LEDGER, registry, units)),
        UNITS: _create(chain, deployer, encode_constructor(UNITS, registry, ledger, loyalty)),
        LOYALTY: _create(chain, deployer, encode_constructor(LOYALTY, registry, ledger, units)),
    }
    if [each.address for each in made.values()] != [ledger, units, loyalty]:
        raise NodeUnavailable("another process used the deployer's key meanwhile: deploy again")
    return made


def made_at(deployer: Address, nonce: int) -> Address:
    """Where a contract will stand that an account makes with this nonce (Ethereum Yellow Paper,
    section 7).
    """
    return Address(keccak(rlp.encode([bytes(deployer), nonce]))[12:])


FIRST_VERSION = 1 << 32  # 1.0.0


def _enter_all(
    chain: Chain, governor: SigningKey, contracts: Mapping[str, DeployedContract]
) -> None:
    """Writes the contracts into the directory; another governor than the deployer does it later."""
    directory = contracts[DIRECTORY].address
    for name, contract in contracts.items():
        word = name.encode().ljust(32, b"\0")
        place = "0x" + contract.address.hex()
        data = encode_view(DIRECTORY, "enter", word, FIRST_VERSION, place)
        transact(chain, governor, directory, data)


def _create(chain: Chain, deployer: SigningKey, data: bytes) -> DeployedContract:
    return _deployed(chain, transact(chain, deployer, None, data))


def _deployed(chain: Chain, receipt: Receipt) -> DeployedContract:
    assert receipt.contract is not None, "a transaction without receiver makes a contract"
    code_hash = keccak(chain.code(receipt.contract))
    return DeployedContract(receipt.contract, receipt.block, receipt.block_hash, code_hash)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str, length: int) -> bytes:
    data = bytes.fromhex(text.removeprefix("0x"))
    if len(data) != length:
        raise ValueError(f"{length} bytes are needed")
    return data
