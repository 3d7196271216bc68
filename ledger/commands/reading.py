"""Commands as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from ledger.commands.catalogue import BY_NAME
from ledger.commands.command import Command
from ledger.errors import CommandInvalid
from ledger.events.fields import Solidity


def to_json(command: Command) -> dict[str, Any]:
    """A command as plain JSON with its class name under ``act``."""
    return {"act": type(command).__name__, **_plain(command)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def from_json(document: Mapping[str, Any]) -> Command:
    """The inverse of `to_json`.

    Raises:
        CommandInvalid: unknown act, or a field missing, unknown, of the wrong type or out of range.
    """
    name = document.get("act")
    cls = BY_NAME.get(name) if isinstance(name, str) else None
    if cls is None:
        raise CommandInvalid(
            f"no act is called {name!r}; known are {', '.join(BY_NAME)}", field="act"
        )
    command: Command = _read(cls, {k: v for k, v in document.items() if k != "act"}, "")
    return command


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)  # slow, and asked for every command


def _read(cls: type, document: Any, path: str) -> Any:
    if not isinstance(document, Mapping):
        raise CommandInvalid(f"{path or 'the command'} must be an object", field=path)
    hints = _hints(cls)
    names = [f.name for f in fields(cls)]
    for name in document:
        if name not in names:
            raise CommandInvalid(f"{path}{name} is no field of {cls.__name__}", field=path + name)
    for name in names:
        if name not in document:
            raise CommandInvalid(f"{path}{name} is missing", field=path + name)
    return cls(**{name: _field(hints[name], document[name], path + name) for name in names})


def _field(hint: Any, value: Any, path: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise CommandInvalid(f"{path} must be a list", field=path)
        inner = get_args(hint)[0]
        return tuple(_field(inner, each, f"{path}[{i}]") for i, each in enumerate(value))
    if get_origin(hint) is Annotated:
        return _scalar(get_args(hint)[1], value, path)
    return _read(hint, value, path + ".")


def _scalar(solidity: Solidity, value: Any, path: str) -> Any:
    kind = solidity.type
    if kind == "bool":
        if not isinstance(value, bool):
            raise CommandInvalid(f"{path} must be true or false", field=path)
        return value
    if kind == "bytes":
        return _any_bytes(value, path)
    if kind == "address":
        return _bytes(20, value, path)
    if kind.startswith("bytes"):
        return _bytes(int(kind[5:]), value, path)
    bits = int(kind[4:])
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << bits:
        raise CommandInvalid(f"{path} must be a whole number from 0 to 2**{bits} - 1", field=path)
    return value


def _bytes(length: int, value: Any, path: str) -> bytes:
    message = f"{path} must be 0x and {length * 2} hexadecimal digits"
    if not isinstance(value, str) or len(value) != 2 + length * 2 or not value.startswith("0x"):
        raise CommandInvalid(message, field=path)
    try:
        return bytes.fromhex(value[2:])
    except ValueError as error:
        raise CommandInvalid(message, field=path) from error


def _any_bytes(value: Any, path: str) -> bytes:
    if not isinstance(value, str) or len(value) % 2 or not value.startswith("0x"):
        raise CommandInvalid(f"{path} must be 0x and pairs of hexadecimal digits", field=path)
    return _bytes(len(value) // 2 - 1, value, path)
