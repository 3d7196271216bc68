"""Every setting. The only file that reads the environment: ``LOTMARK_`` and the name in capitals.

Secrets never stand in a setting: passwords are read from files that a setting names.
"""

from __future__ import annotations

import json
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.errors import NodeUnavailable, SettingInvalid

DEVELOPMENT_CHAINS = frozenset({31337, 1337})
"""Chain ids on which the well-known keys are allowed. No setting widens this."""
FINALITY_ON_DEVELOPMENT_CHAINS = 12
FINALITY_ELSEWHERE = 64


class Settings(BaseSettings):
    """How one installation runs. Immutable; pass it on explicitly.

    Built with `load`, which raises SettingInvalid; the constructor itself raises pydantic's error.
    """

    model_config = SettingsConfigDict(env_prefix="LOTMARK_", frozen=True, extra="forbid")

    data_dir: Path = Field(
        Path("lotmark-data"), description="folder of databases, keys and the local chain"
    )
    rpc_url: str | None = Field(
        None, description="JSON-RPC address of an Ethereum node; the embedded local chain without"
    )
    deployment_file: Path | None = Field(
        None, description="where the contracts stand; deployment.json in the data folder without"
    )
    records_url: str | None = Field(
        None, description="database of the records; records.db in the data folder without"
    )
    mirror_url: str | None = Field(
        None, description="database of the mirror; mirror.db in the data folder without"
    )
    finality_depth: int | None = Field(
        None,
        ge=1,
        description="blocks after which nothing is undone; 12 on development chains, 64 elsewhere",
    )
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port the web server listens on")
    public_url: str | None = Field(
        None, description="address printed in QR codes; http://host:port without"
    )
    keystore_password_file: Path | None = Field(
        None, description="file with the password of the keystores; needed off development chains"
    )
    operator: str | None = Field(
        None,
        description="GLN of the organisation that runs this installation: anchors scans, brings "
        "claims; the first one here that can sign without",
    )
    scan_retention_days: int = Field(
        90, ge=1, description="days after which what is known of a scan is deleted but its count"
    )
    places_database: Path | None = Field(
        None,
        description="file in MaxMind's format that tells where networks are; no places without",
    )
    code_hosts: str = Field(
        "",
        description="hosts besides our own and id.gs1.org, with commas between, whose codes staff "
        "may scan: those of suppliers' labels",
    )
    trusted_proxies: str = Field(
        "",
        description="addresses and networks of proxies, with commas between, whose X-Forwarded-For "
        "is believed",
    )
    requests_per_minute: int = Field(
        300, ge=1, description="requests a minute from one address without an API key"
    )
    requests_per_minute_of_key: int = Field(
        3000, ge=1, description="requests a minute with one API key"
    )
    unknown_codes_per_minute: int = Field(
        10, ge=1, description="scans a minute from one address of codes that nobody registered"
    )
    claims_per_hour: int = Field(
        5, ge=1, description="points claimed an hour by one member, and on one device"
    )
    sign_ins_per_hour: int = Field(
        10,
        ge=1,
        description="tries an hour to sign in with one card; six times as many from one address",
    )
    joins_per_hour: int = Field(20, ge=1, description="members an hour that join from one address")
    wrong_codes_per_hour: int = Field(
        60, ge=1, description="redemption codes an hour that one API key gets wrong"
    )
    max_body_bytes: int = Field(65_536, ge=1024, description="longest request in bytes")
    max_document_bytes: int = Field(
        5_242_880, ge=1024, description="longest EPCIS or CSV document in bytes"
    )
    max_lag_blocks: int = Field(
        20, ge=1, description="blocks the mirror may lie behind before no verdict is given"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least weighty message that is logged"
    )

    @field_validator("rpc_url", "public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("records_url", "mirror_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        for scheme in ("postgresql://", "postgres://"):
            if value.startswith(scheme):
                return "postgresql+psycopg://" + value.removeprefix(scheme)
        if not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in filter(None, map(str.strip, value.split(","))):
            ip_network(each)
        return value

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of trusted proxies."""
        named = map(str.strip, self.trusted_proxies.split(","))
        return tuple(ip_network(each) for each in named if each)

    @property
    def known_hosts(self) -> frozenset[str]:
        """Hosts whose codes staff may scan, in lower case, with a port where there is one."""
        further = (each.strip().lower() for each in self.code_hosts.split(","))
        own = self.base_url.partition("://")[2].partition("/")[0].lower()
        return frozenset({own, "id.gs1.org", *further} - {""})

    @property
    def records_database(self) -> str:
        """SQLAlchemy URL of the records."""
        return self.records_url or self._sqlite("records.db")

    @property
    def mirror_database(self) -> str:
        """SQLAlchemy URL of the mirror."""
        return self.mirror_url or self._sqlite("mirror.db")

    @property
    def deployment_path(self) -> Path:
        """Where `ledger.chain.deployment` looks for the contracts' addresses."""
        return self.deployment_file or self.data_dir / "deployment.json"

    @property
    def chain_path(self) -> Path:
        """Where the embedded chain leaves its address while it runs: ``{"url": ...}``."""
        return self.data_dir / "chain.json"

    @property
    def keys_dir(self) -> Path:
        """Folder of the keystores."""
        return self.data_dir / "keys"

    @property
    def base_url(self) -> str:
        """What links and QR codes begin with; no slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    def chain_url(self) -> str:
        """JSON-RPC address of the node.

        Raises:
            NodeUnavailable: no address is set and the embedded chain does not run.
        """
        if self.rpc_url:
            return self.rpc_url
        try:
            return str(json.loads(self.chain_path.read_text())["url"])
        except FileNotFoundError as error:
            raise NodeUnavailable("no node is set and the embedded chain does not run") from error
        except (ValueError, KeyError, TypeError) as error:
            raise NodeUnavailable(f"{self.chain_path} names no chain") from error

    def finality(self, chain_id: int) -> int:
        """Blocks on top after which a block is taken as final."""
        return self.finality_depth or default_finality(chain_id)

    def _sqlite(self, name: str) -> str:
        return f"sqlite:///{(self.data_dir / name).absolute()}"


def default_finality(chain_id: int) -> int:
    """Blocks after which nothing is undone, where no setting says otherwise."""
    if chain_id in DEVELOPMENT_CHAINS:
        return FINALITY_ON_DEVELOPMENT_CHAINS
    return FINALITY_ELSEWHERE


def load(**values: Any) -> Settings:
    """Settings from the environment, with ``values`` above it.

    Raises:
        SettingInvalid: unknown name, or a value that cannot work; ``field`` names the first.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise SettingInvalid(f"setting {name}: {first['msg']}", field=name) from error


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment once.

    Raises:
        SettingInvalid: as `load`.
    """
    return load()
