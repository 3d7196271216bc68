"""Why scans conflict, in words: in the reader's language, and no word about what anybody holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.languages import Language
from insights.conflicts import Reason, sentence
from insights.conflicts.sentences import SENTENCES


def conflict_in_words(reason: Mapping[str, Any], language: Language) -> str:
    """A reason of an alert as it is kept: ``rule``, ``values``, ``scans``, ``score``."""
    rule = str(reason["rule"])
    if rule not in SENTENCES:  # of another version
        return rule
    read = Reason(rule, reason["score"], tuple(reason["scans"]), reason["values"])
    return sentence(read, language.term("conflict", rule))
