"""Who plays in the story, with what, and which codes show which verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.vocabulary import Role
from lotmark.demo.documents import cast_text, resolve

Names = Mapping[str, str]
"""A name by language."""


@dataclass(frozen=True)
class Player:
    """An organisation: its GLN, company prefix, what it may do and where it is."""

    party: str
    name: Names
    prefix: str
    roles: Role
    places: Mapping[str, Names]


@dataclass(frozen=True)
class Goods:
    """A product and the GLN of its owner; ``body`` is what the web service is asked."""

    owner: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Cast:
    """Everybody and everything. ``documents`` says whose each document is, by file name."""

    players: tuple[Player, ...]
    goods: tuple[Goods, ...]
    documents: Mapping[str, str]
    codes: Mapping[str, str]
    """Path of a Digital Link, by the verdict that it shows."""


def cast(day: date) -> Cast:
    """The cast of the story that is told relative to a day."""
    told = json.loads(resolve(cast_text(), day))
    return Cast(
        players=tuple(_player(each) for each in told["organisations"]),
        goods=tuple(_goods(each) for each in told["products"]),
        documents=told["documents"],
        codes=told["codes"],
    )


def _player(told: Mapping[str, Any]) -> Player:
    roles = Role(0)
    for word in told["roles"]:
        roles |= Role[word.upper()]
    return Player(told["party"], told["name"], told["prefix"], roles, told["places"])


def _goods(told: Mapping[str, Any]) -> Goods:
    return Goods(told["of"], {name: value for name, value in told.items() if name != "of"})
