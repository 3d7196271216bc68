"""From a checked JSON value to an `EpcisEvent`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ledger.epcis.event_rules import event_type
from ledger.epcis.keys import read_key
from ledger.epcis.model import EpcisEvent, ErrorDeclaration, EventLine
from ledger.epcis.words import (
    BIZ_STEP,
    DISPOSITION,
    ERROR_REASON,
    PARTY_TYPE,
    TRANSACTION_TYPE,
    Vocabulary,
    expanded,
    term,
)
from ledger.hashing import document_hash
from ledger.times import read_time
from ledger.vocabulary import Gs1Key, Kind, Part

_INSTANCES = {
    "epcList": Part.OBJECT,
    "childEPCs": Part.CHILD,
    "inputEPCList": Part.INPUT,
    "outputEPCList": Part.OUTPUT,
}
_CLASSES = {
    "quantityList": Part.OBJECT,
    "childQuantityList": Part.CHILD,
    "inputQuantityList": Part.INPUT,
    "outputQuantityList": Part.OUTPUT,
}


@dataclass(frozen=True, slots=True)
class EventReader:
    """Reads checked events; ``prefixes`` are those in force at the event."""

    prefixes: Mapping[str, str]
    strict_check_digits: bool

    def event(self, value: Mapping[str, Any], raw: bytes, line: int, pointer: str) -> EpcisEvent:
        """The event behind a checked value."""
        persistent = value.get("persistentDisposition", {})
        moment = read_time(value["eventTime"])
        assert moment is not None
        return EpcisEvent(
            type=event_type(value["type"], self.prefixes),
            event_time=moment,
            offset=value["eventTimeZoneOffset"],
            event_id=value.get("eventID"),
            action=value.get("action"),
            biz_step=self._term(BIZ_STEP, value.get("bizStep")),
            disposition=self._term(DISPOSITION, value.get("disposition")),
            persistent_set=self._terms(persistent.get("set", [])),
            persistent_unset=self._terms(persistent.get("unset", [])),
            read_point=self._place(value.get("readPoint")),
            biz_location=self._place(value.get("bizLocation")),
            lines=tuple(self._lines(value)),
            sources=self._parties(value.get("sourceList", []), "source"),
            destinations=self._parties(value.get("destinationList", []), "destination"),
            transactions=self._transactions(value.get("bizTransactionList", [])),
            transformation_id=value.get("transformationID"),
            ilmd=value.get("ilmd", {}),
            error_declaration=self._declaration(value.get("errorDeclaration")),
            certifications=_certifications(value.get("certificationInfo", [])),
            raw=raw,
            statement=document_hash(raw),
            line=line,
            pointer=pointer,
            value=value,
        )

    def _term(self, vocabulary: Vocabulary, text: str | None) -> str | None:
        return None if text is None else term(vocabulary, text, self.prefixes)

    def _terms(self, texts: list[str]) -> tuple[str, ...]:
        found = (self._term(DISPOSITION, text) for text in texts)
        return tuple(word for word in found if word is not None)

    def _uri(self, uri: str) -> str:
        return expanded(uri, self.prefixes)

    def _place(self, place: Mapping[str, Any] | None) -> str | None:
        return None if place is None else self._uri(place["id"])

    def _line(
        self, part: Part, text: str, amount: Decimal | None, unit: str | None = None
    ) -> EventLine:
        uri = self._uri(text)
        key: Gs1Key | None = read_key(uri, strict=self.strict_check_digits).key
        return EventLine(part, uri, key, amount, unit)

    def _instance(self, part: Part, text: str) -> EventLine:
        """One of something; a class among instances, as real documents have it, is not counted."""
        line = self._line(part, text, None)
        is_class = line.key is not None and line.key.kind in (Kind.PRODUCT, Kind.LOT)
        return line if is_class else replace(line, amount=Decimal(1))

    def _lines(self, value: Mapping[str, Any]) -> Iterator[EventLine]:
        if "parentID" in value:
            yield self._instance(Part.PARENT, value["parentID"])
        for name, part in _INSTANCES.items():
            for text in value.get(name, []):
                yield self._instance(part, text)
        for name, part in _CLASSES.items():
            for element in value.get(name, []):
                amount, unit = element.get("quantity"), element.get("uom")
                yield self._line(part, element["epcClass"], amount, unit)

    def _parties(self, elements: list[Any], name: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self._term(PARTY_TYPE, element["type"]) or "", self._uri(element[name]))
            for element in elements
        )

    def _transactions(self, elements: list[Any]) -> tuple[tuple[str | None, str], ...]:
        return tuple(
            (
                self._term(TRANSACTION_TYPE, element.get("type")),
                self._uri(element["bizTransaction"]),
            )
            for element in elements
        )

    def _declaration(self, value: Mapping[str, Any] | None) -> ErrorDeclaration | None:
        if value is None:
            return None
        moment = read_time(value["declarationTime"])
        assert moment is not None
        reason = self._term(ERROR_REASON, value.get("reason"))
        return ErrorDeclaration(moment, reason, tuple(value.get("correctiveEventIDs", [])))


def _certifications(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
