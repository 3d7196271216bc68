"""EPCIS 2.0 as tables: which fields an event of each type has, which it must have, and the rules of
each.

Sources: EPCIS 2.0, section 7, and CBV 2.0, as transcribed in our standards reference, sections 5
and 6.
"""

from __future__ import annotations

from ledger.epcis.rules import (
    Rule,
    Shape,
    anything,
    boolean,
    context,
    date_time,
    hexadecimal,
    identifier,
    list_of,
    number,
    offset,
    one_of,
    one_or_more,
    quantity,
    string,
    unit,
    uri,
    word,
)
from ledger.epcis.words import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY_TYPE,
    SENSOR_EXCEPTION,
    TRANSACTION_TYPE,
)

place = Shape("a location", {"id": identifier}, required=("id",))
quantity_element = Shape(
    "a quantity element",
    {"epcClass": identifier, "quantity": quantity, "uom": unit},
    required=("epcClass",),
)
transaction = Shape(
    "a business transaction",
    {"type": word(TRANSACTION_TYPE), "bizTransaction": identifier},
    required=("bizTransaction",),
)
source = Shape(
    "a source",
    {"type": word(PARTY_TYPE), "source": identifier},
    required=("type", "source"),
    extensible=False,
)
destination = Shape(
    "a destination",
    {"type": word(PARTY_TYPE), "destination": identifier},
    required=("type", "destination"),
    extensible=False,
)
persistent_disposition = Shape(
    "a persistent disposition",
    {
        "set": list_of(word(DISPOSITION), unique=True),
        "unset": list_of(word(DISPOSITION), unique=True),
    },
    one_of=("set", "unset"),
)
error_declaration = Shape(
    "an error declaration",
    {
        "declarationTime": date_time,
        "reason": word(ERROR_REASON),
        "correctiveEventIDs": list_of(uri, unique=True),
    },
    required=("declarationTime",),
)
sensor_metadata = Shape(
    "sensor metadata",
    {
        "time": date_time,
        "startTime": date_time,
        "endTime": date_time,
        "deviceID": uri,
        "deviceMetadata": uri,
        "rawData": uri,
        "dataProcessingMethod": uri,
        "bizRules": uri,
    },
)
sensor_report = Shape(
    "a sensor report",
    {
        "type": word(MEASUREMENT),
        "exception": word(SENSOR_EXCEPTION),
        "deviceID": uri,
        "deviceMetadata": uri,
        "rawData": uri,
        "dataProcessingMethod": uri,
        "bizRules": uri,
        "time": date_time,
        "microorganism": uri,
        "chemicalSubstance": uri,
        "coordinateReferenceSystem": uri,
        "component": word(COMPONENT),
        "value": number,
        "minValue": number,
        "maxValue": number,
        "meanValue": number,
        "sDev": number,
        "percRank": number,
        "percValue": number,
        "stringValue": string,
        "booleanValue": boolean,
        "hexBinaryValue": hexadecimal,
        "uriValue": uri,
        "uom": string,
    },
    required=("type",),
)
sensor_element = Shape(
    "a sensor element",
    {"sensorMetadata": sensor_metadata, "sensorReport": list_of(sensor_report, least=1)},
    required=("sensorReport",),
)
ilmd = Shape("instance and lot master data (ilmd)", {})

_identifiers = list_of(identifier, unique=True)
_quantities = list_of(quantity_element)

COMMON: dict[str, Rule] = {
    "@context": context,
    "type": anything,  # decides which table this is
    "eventID": uri,
    "eventTime": date_time,
    "eventTimeZoneOffset": offset,
    "recordTime": date_time,
    "certificationInfo": one_or_more(uri),
    "errorDeclaration": error_declaration,
    "bizStep": word(BIZ_STEP),
    "disposition": word(DISPOSITION),
    "readPoint": place,
    "bizLocation": place,
    "bizTransactionList": list_of(transaction),
    "sourceList": list_of(source),
    "destinationList": list_of(destination),
    "sensorElementList": list_of(sensor_element),
}
"""Fields of every event."""

_action = {"action": one_of("OBSERVE", "ADD", "DELETE")}
_parent = {"parentID": identifier}
_objects = {"epcList": _identifiers, "quantityList": _quantities}
_children = {"childEPCs": _identifiers, "childQuantityList": _quantities}
_created = {"persistentDisposition": persistent_disposition, "ilmd": ilmd}
_always = ("eventTime", "eventTimeZoneOffset")

EVENTS: dict[str, Shape] = {
    "ObjectEvent": Shape(
        "an ObjectEvent",
        COMMON | _action | _objects | _created,
        required=(*_always, "action"),
    ),
    "AggregationEvent": Shape(
        "an AggregationEvent",
        COMMON | _action | _parent | _children,
        required=(*_always, "action"),
    ),
    "TransactionEvent": Shape(
        "a TransactionEvent",
        COMMON
        | _action
        | _parent
        | _objects
        | {"bizTransactionList": list_of(transaction, least=1)},
        required=(*_always, "action", "bizTransactionList"),
    ),
    "TransformationEvent": Shape(
        "a TransformationEvent",
        COMMON
        | _created
        | {
            "inputEPCList": _identifiers,
            "inputQuantityList": _quantities,
            "outputEPCList": _identifiers,
            "outputQuantityList": _quantities,
            "transformationID": uri,
        },
        required=_always,
    ),
    "AssociationEvent": Shape(
        "an AssociationEvent",
        COMMON | _action | _parent | _children,
        required=(*_always, "action", "parentID"),
    ),
}
"""The five types of events."""

PRIVATE_EVENT = Shape("an event of a private type", COMMON, required=_always)
"""An event whose type is a URI outside the standard: only what is common to all is checked."""
