"""Secrets that an installation makes for itself, one file each beside its keystores.

Sessions are signed with one, personal data of members is wrapped with another. They are never in
a database: whoever has only a dump of it has none of them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ledger.errors import SettingInvalid

LENGTH = 32
_PRIVATE = 0o077


def secret(folder: Path, name: str) -> bytes:
    """The 32 random bytes of this name, made when they are first asked for.

    Raises:
        SettingInvalid: others may read the file, or it is not what was made.
    """
    path = folder / f"{name}.secret"
    if not path.exists():
        _make(path)
    if path.stat().st_mode & _PRIVATE:
        raise SettingInvalid(f"{path} can be read by others: chmod 600 it", field="data_dir")
    found = path.read_bytes()
    if len(found) != LENGTH:
        raise SettingInvalid(f"{path} has not {LENGTH} bytes: restore it", field="data_dir")
    return found


def _make(path: Path) -> None:
    """Whole or not there: of two processes that make it at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()
