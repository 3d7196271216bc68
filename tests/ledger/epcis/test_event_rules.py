"""Every rule of EPCIS 2.0 for events: what is right passes, what is wrong is named."""

from __future__ import annotations

import pytest

from tests.ledger.epcis.building import (
    ABSENT,
    ALL_FIVE,
    LOT,
    PALLET,
    UNIT,
    aggregation_event,
    association_event,
    document_of,
    faults_of,
    object_event,
    only_fault,
    read_document,
    read_one,
    transaction_event,
    transformation_event,
)

REPORT = {"type": "Temperature", "value": 4.5, "uom": "CEL"}
SENSED = [{"sensorReport": [REPORT]}]
PLACE = {"id": "urn:epc:id:sgln:9521141.12345.0"}
BAD_GLN = "https://id.gs1.org/414/9521141123452"
LINES = [{"epcClass": LOT, "quantity": 1}]


@pytest.mark.parametrize("build", ALL_FIVE)
class TestEveryEvent:
    def test_passes(self, build):
        assert read_one(build())

    @pytest.mark.parametrize("name", ["eventTime", "eventTimeZoneOffset"])
    def test_needs_its_time(self, build, name):
        assert f"lacks {name!r}" in only_fault(build(**{name: ABSENT}))[1]

    @pytest.mark.parametrize(
        "changes",
        [
            {"eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"},
            {"eventID": "ni:///sha-256;87b5?ver=CBV2.0"},
            {"recordTime": "2026-04-17T13:26:42Z"},
            {"eventTimeZoneOffset": "+14:00"},
            {"eventTime": "2026-04-17T13:26:42.123456Z"},
            {"eventTime": "2026-04-17T13:26:42Z", "eventTimeZoneOffset": "+01:00"},
            {"certificationInfo": "https://council.example.org/c/1"},
            {"certificationInfo": ["https://council.example.org/c/1", "urn:x:2"]},
            {"readPoint": {**PLACE, "acme:gate": "7"}, "bizLocation": {"id": "https://acme.example/x"}},
            {"bizStep": "oec:BizStep-notifying", "disposition": "cbv:Disp-active"},
            {"sensorElementList": SENSED},
            {"sourceList": [{"type": "location", "source": PLACE["id"]}]},
            {"destinationList": [{"type": "owning_party", "destination": "urn:x:y"}]},
            {"errorDeclaration": {"declarationTime": "2026-04-18T00:00:00Z"}},
            {"acme:note": {"any": {"thing": [1, None]}}, "https://acme.example/x": 1},
            {"_comment": "for people"},
            {"@context": {"own": "https://own.example/"}, "own:field": 1},
        ],
    )  # fmt: skip
    def test_may_have(self, build, changes):
        assert read_one(build(**changes))

    @pytest.mark.parametrize(
        ("changes", "field", "reason"),
        [
            ({"eventTime": "2020-13-45T00:00:00Z"}, "/eventTime", "no date and time"),
            ({"eventTime": "2025-02-29T00:00:00Z"}, "/eventTime", "no date and time"),
            ({"eventTime": "2025-02-28T00:00:00"}, "/eventTime", "with offset"),
            ({"eventTime": "2025-02-28T25:00:00Z"}, "/eventTime", "no date and time"),
            ({"eventTime": "2025-02-28 00:00:00Z"}, "/eventTime", "no date and time"),
            ({"eventTime": 1714000000}, "/eventTime", "1714000000 is no date"),
            ({"eventTime": None}, "/eventTime", "null is no date"),
            ({"recordTime": "yesterday"}, "/recordTime", "'yesterday' is no date"),
            ({"eventTimeZoneOffset": "+14:30"}, "/eventTimeZoneOffset", "offset"),
            ({"eventTimeZoneOffset": "02:00"}, "/eventTimeZoneOffset", "offset"),
            ({"eventTimeZoneOffset": "Z"}, "/eventTimeZoneOffset", "offset"),
            ({"eventID": "event 7"}, "/eventID", "'event 7' is no URI"),
            ({"certificationInfo": [{"gs1:x": 1}]}, "/certificationInfo/0", "not an object"),
            ({"certificationInfo": "none"}, "/certificationInfo", "no URI"),
            ({"bizstep": "shipping"}, "/bizstep", "did you mean 'bizStep'?"),
            ({"bizStep": "shiping"}, "/bizStep", "did you mean 'shipping'?"),
            ({"bizStep": ["shipping"]}, "/bizStep", "must be a business step, not a list"),
            ({"bizStep": "urn:epcglobal:cbv:bizstep:shiping"}, "/bizStep", "'shipping'"),
            ({"disposition": "in_transport"}, "/disposition", "'in_transit'"),
            ({"readPoint": "urn:x:y"}, "/readPoint", "must be an object"),
            ({"readPoint": {}}, "/readPoint", "lacks 'id'"),
            ({"readPoint": {"id": "gate 7"}}, "/readPoint/id", "no URI"),
            ({"readPoint": {"id": BAD_GLN}}, "/readPoint/id", "check digit"),
            ({"readPoint": {**PLACE, "gate": 7}}, "/readPoint/gate", "extensions need a namespace"),
            ({"bizLocation": {"id": 7}}, "/bizLocation/id", "must be a URI, not 7"),
            ({"sourceList": [{"source": PLACE["id"]}]}, "/sourceList/0", "lacks 'type'"),
            ({"sourceList": [{"type": "location"}]}, "/sourceList/0", "lacks 'source'"),
            ({"sourceList": [{"type": "me", "source": "urn:x:y"}]}, "/sourceList/0/type", "me"),
            (
                {"destinationList": [{"type": "location", "destination": "urn:x:y", "acme:x": 1}]},
                "/destinationList/0/acme:x",
                "cannot have the extension",
            ),
            ({"sourceList": {}}, "/sourceList", "must be a list, not an object"),
            ({"spaced key": 1}, "/spaced key", "extensions need a namespace"),
            ({"acme:spaced key": 1}, "/acme:spaced key", "is no URI"),
            ({"slash/key": 1}, "/slash~1key", "'slash/key' is no field"),
        ],
    )  # fmt: skip
    def test_names_what_is_wrong(self, build, changes, field, reason):
        where, why = only_fault(build(**changes))
        assert where == field
        assert reason in why


@pytest.mark.parametrize(
    "build", [build for build in ALL_FIVE if build is not transformation_event]
)
def test_the_action_is_one_of_three(build):
    assert "lacks 'action'" in only_fault(build(action=ABSENT))[1]
    for action in ("add", "SHIPPED", 1, None):
        where, why = only_fault(build(action=action))
        assert where == "/action"
        assert "none of OBSERVE, ADD, DELETE" in why


class TestObjectEvent:
    @pytest.mark.parametrize(
        "changes",
        [
            {"epcList": [UNIT], "quantityList": ABSENT},
            {"epcList": [], "quantityList": ABSENT},
            {"epcList": [UNIT], "quantityList": []},
            {"quantityList": ABSENT, "sensorElementList": SENSED, "readPoint": PLACE},
            {"action": "ADD", "ilmd": {"acme:grade": "A", "gs1:bestBeforeDate": "2027-01-01"}},
            {"action": "ADD", "ilmd": {}},
            {"persistentDisposition": {"set": ["completeness_verified"], "unset": ["active"]}},
            {"epcList": [LOT]},  # a class among instances, as in real documents
        ],
    )
    def test_may_be_about(self, changes):
        assert read_one(object_event(**changes))

    @pytest.mark.parametrize(
        "changes",
        [
            {"quantityList": ABSENT},
            {"quantityList": []},
            {"quantityList": ABSENT, "sensorElementList": SENSED},
            {"quantityList": ABSENT, "readPoint": PLACE, "sensorElementList": []},
        ],
    )
    def test_must_be_about_something(self, changes):
        where, why = only_fault(object_event(**changes))
        assert where == ""
        assert "needs epcList, a quantityList" in why

    @pytest.mark.parametrize("action", ["OBSERVE", "DELETE"])
    def test_describes_only_what_it_adds(self, action):
        where, why = only_fault(object_event(action=action, ilmd={"acme:grade": "A"}))
        assert where == "/ilmd"
        assert "only with action ADD" in why

    @pytest.mark.parametrize(
        ("ilmd", "where"), [({"grade": "A"}, "/ilmd/grade"), ([], "/ilmd"), ("A", "/ilmd")]
    )
    def test_master_data_has_namespaces(self, ilmd, where):
        assert only_fault(object_event(action="ADD", ilmd=ilmd))[0] == where

    @pytest.mark.parametrize("name", ["parentID", "childEPCs", "inputEPCList", "transformationID"])
    def test_has_no_field_of_other_types(self, name):
        where, why = only_fault(object_event(**{name: UNIT}))
        assert where == f"/{name}"
        assert "no field of an ObjectEvent" in why


@pytest.mark.parametrize("build", [aggregation_event, association_event])
class TestGrouping:
    @pytest.mark.parametrize(
        "changes",
        [
            {"childEPCs": ABSENT, "childQuantityList": LINES},
            {"childEPCs": [], "childQuantityList": LINES},
            {"childEPCs": ABSENT, "action": "DELETE"},
            {"action": "OBSERVE"},
        ],
    )
    def test_may_be_about(self, build, changes):
        assert read_one(build(**changes))

    @pytest.mark.parametrize("children", [ABSENT, []])
    def test_has_children_unless_it_deletes(self, build, children):
        assert "needs childEPCs or childQuantityList" in only_fault(build(childEPCs=children))[1]

    @pytest.mark.parametrize("name", ["persistentDisposition", "ilmd", "epcList", "quantityList"])
    def test_has_no_field_of_other_types(self, build, name):
        where, why = only_fault(build(**{name: {"set": ["active"]}}))
        assert where == f"/{name}"
        assert "is no field of an" in why


def test_an_association_needs_its_parent_and_an_aggregation_may_lack_it():
    assert "lacks 'parentID'" in only_fault(association_event(parentID=ABSENT))[1]
    assert read_one(aggregation_event(parentID=ABSENT, action="OBSERVE"))


class TestTransactionEvent:
    @pytest.mark.parametrize(
        "changes",
        [
            {"epcList": ABSENT, "quantityList": LINES},
            {"epcList": ABSENT, "action": "DELETE"},
            {"parentID": PALLET},
            {"bizTransactionList": [{"bizTransaction": "urn:x:order", "acme:position": "7"}]},
        ],
    )
    def test_may_be_about(self, changes):
        assert read_one(transaction_event(**changes))

    def test_must_be_about_something(self):
        assert "needs epcList or quantityList" in only_fault(transaction_event(epcList=ABSENT))[1]

    def test_needs_a_transaction(self):
        fault = only_fault(transaction_event(bizTransactionList=ABSENT))
        assert "lacks 'bizTransactionList'" in fault[1]
        where, why = only_fault(transaction_event(bizTransactionList=[]))
        assert (where, why) == ("/bizTransactionList", "must not be empty")

    @pytest.mark.parametrize(
        ("transaction", "where"),
        [
            ({"type": "po"}, ""),
            ({"bizTransaction": "PO 1"}, "/bizTransaction"),
            ({"type": "order", "bizTransaction": "urn:x:y"}, "/type"),
            ({"bizTransaction": "urn:x:y", "number": 1}, "/number"),
            ("urn:x:y", ""),
        ],
    )
    def test_a_transaction_has_its_form(self, transaction, where):
        fault = only_fault(transaction_event(bizTransactionList=[transaction]))
        assert fault[0] == "/bizTransactionList/0" + where


class TestTransformationEvent:
    @pytest.mark.parametrize(
        "changes",
        [
            {"inputQuantityList": ABSENT, "inputEPCList": [UNIT]},
            {"outputEPCList": ABSENT, "outputQuantityList": LINES},
            {"inputQuantityList": ABSENT, "transformationID": "urn:x:run-7"},
            {"outputEPCList": ABSENT, "transformationID": "urn:x:run-7"},
            {"ilmd": {"acme:grade": "A"}},
            {"persistentDisposition": {"unset": ["active"]}},
        ],
    )
    def test_may_be_about(self, changes):
        assert read_one(transformation_event(**changes))

    def test_has_inputs_and_outputs_or_an_id(self):
        assert "needs inputEPCList" in only_fault(transformation_event(inputQuantityList=ABSENT))[1]
        assert "needs outputEPCList" in only_fault(transformation_event(outputEPCList=ABSENT))[1]
        nothing = {"inputQuantityList": ABSENT, "outputEPCList": []}
        fault = only_fault(transformation_event(**nothing, transformationID="urn:x:y"))
        assert fault[1] == "a TransformationEvent needs inputs or outputs"

    def test_has_no_action(self):
        assert only_fault(transformation_event(action="ADD"))[0] == "/action"


class TestQuantities:
    @pytest.mark.parametrize(
        "element",
        [
            {"epcClass": LOT},
            {"epcClass": LOT, "quantity": 0},
            {"epcClass": LOT, "quantity": 1, "acme:grossWeight": 5},
            {"epcClass": LOT, "quantity": 12.5, "uom": "KGM"},
            {"epcClass": "urn:epc:idpat:sgtin:9521141.012345.*", "quantity": 3, "uom": "CS"},
            {"epcClass": "https://private.example/class/7", "quantity": 3},
        ],
    )
    def test_forms(self, element):
        assert read_one(object_event(quantityList=[element]))

    @pytest.mark.parametrize(
        ("element", "where", "reason"),
        [
            ({"quantity": 1}, "", "lacks 'epcClass'"),
            ({"epcClass": LOT, "quantity": -1}, "/quantity", "never negative"),
            ({"epcClass": LOT, "quantity": "12"}, "/quantity", "must be a number, not '12'"),
            ({"epcClass": LOT, "quantity": True}, "/quantity", "must be a number, not true"),
            ({"epcClass": LOT, "quantity": None}, "/quantity", "must be a number, not null"),
            ({"epcClass": LOT, "uom": "kg"}, "/uom", "'kg' is no unit of measure"),
            ({"epcClass": LOT, "uom": "KILO"}, "/uom", "no unit of measure"),
            ({"epcClass": LOT, "weight": 5}, "/weight", "'weight' is no field"),
            ({"epcClass": "LOT-7"}, "/epcClass", "no URI"),
            (LOT, "", "must be an object"),
        ],
    )
    def test_faults(self, element, where, reason):
        fault = only_fault(object_event(quantityList=[element]))
        assert fault[0] == "/quantityList/0" + where
        assert reason in fault[1]


class TestIdentifiers:
    def test_none_is_listed_twice(self):
        fault = only_fault(object_event(epcList=[UNIT, PALLET, UNIT]))
        assert fault == ("/epcList/2", f"{UNIT!r} is listed before, at 0")

    @pytest.mark.parametrize(
        "epc", ["", "S9", 7, None, "https://id.gs1.org/01/09521141123455/21/S9"]
    )
    def test_wrong_ones(self, epc):
        assert only_fault(object_event(epcList=[epc]))[0] == "/epcList/0"

    def test_wrong_check_digits_can_be_let_through(self):
        bad = document_of(object_event(epcList=["https://id.gs1.org/01/09521141123455/21/S9"]))
        assert faults_of(bad)
        (event,) = read_document(bad, strict_check_digits=False).events
        assert event.lines[0].key is None


class TestPersistentDisposition:
    @pytest.mark.parametrize(
        ("value", "where", "reason"),
        [
            ({}, "", "none of set, unset"),
            ({"set": "active"}, "/set", "must be a list"),
            ({"set": ["activ"]}, "/set/0", "'active'"),
            ({"set": ["active", "active"]}, "/set/1", "listed before"),
            ({"set": ["active"], "reset": []}, "/reset", "no field"),
        ],
    )
    def test_faults(self, value, where, reason):
        fault = only_fault(object_event(persistentDisposition=value))
        assert fault[0] == "/persistentDisposition" + where
        assert reason in fault[1]


class TestErrorDeclaration:
    TIME = "2026-04-18T00:00:00Z"

    @pytest.mark.parametrize(
        "more",
        [
            {"reason": "did_not_occur"},
            {"reason": "https://ref.gs1.org/cbv/ER-incorrect_data"},
            {"reason": "acme:typo", "correctiveEventIDs": ["urn:uuid:1", "ni:///sha-256;a?ver=x"]},
            {"acme:issuer": "Employee 123"},
        ],
    )
    def test_forms(self, more):
        assert read_one(object_event(errorDeclaration={"declarationTime": self.TIME, **more}))

    @pytest.mark.parametrize(
        ("value", "where"),
        [
            ({"reason": "did_not_occur"}, ""),
            ({"declarationTime": "never"}, "/declarationTime"),
            ({"declarationTime": TIME, "reason": "mistake"}, "/reason"),
            ({"declarationTime": TIME, "correctiveEventIDs": "urn:x:y"}, "/correctiveEventIDs"),
            ({"declarationTime": TIME, "correctiveEventIDs": ["x"]}, "/correctiveEventIDs/0"),
            ({"declarationTime": TIME, "issuer": "me"}, "/issuer"),
        ],
    )
    def test_faults(self, value, where):
        assert only_fault(object_event(errorDeclaration=value))[0] == "/errorDeclaration" + where


class TestSensors:
    @pytest.mark.parametrize(
        "report",
        [
            {"type": "gs1:Temperature", "minValue": 1, "maxValue": 2.5, "meanValue": 2},
            {"type": "Length", "value": -4.5, "component": "cbv:Comp-northing", "uom": "MTR"},
            {"type": "gs1:latitude", "value": "52.515", "uom": "DD"},
            {"type": "acme:Custom", "stringValue": "x", "booleanValue": False, "sDev": 0.1},
            {"type": "Temperature", "exception": "ALARM_CONDITION", "hexBinaryValue": "f0F0"},
            {"type": "Temperature", "time": "2026-04-17T13:26:42Z", "percRank": 50, "percValue": 1},
            {"type": "Dimensionless", "microorganism": "https://x.example/1", "acme:cv": "123"},
        ],
    )  # fmt: skip
    def test_reports(self, report):
        element = {"sensorMetadata": {"_comment": "x", "acme:y": 1}, "sensorReport": [report]}
        assert read_one(object_event(sensorElementList=[element]))

    @pytest.mark.parametrize(
        ("change", "where", "reason"),
        [
            ({"type": ABSENT}, "", "lacks 'type'"),
            ({"type": "Temprature"}, "/type", "did you mean 'Temperature'?"),
            ({"exception": "ALARM"}, "/exception", "no sensor exception"),
            ({"component": "up"}, "/component", "no sensor report component"),
            ({"value": "warm"}, "/value", "must be a number"),
            ({"value": "NaN"}, "/value", "must be a number"),
            ({"value": True}, "/value", "must be a number"),
            ({"booleanValue": "true"}, "/booleanValue", "true or false"),
            ({"hexBinaryValue": "xyz"}, "/hexBinaryValue", "hexadecimal"),
            ({"uriValue": "no uri"}, "/uriValue", "no URI"),
            ({"stringValue": 7}, "/stringValue", "must be text"),
            ({"time": "noon"}, "/time", "no date"),
            ({"uom": 7}, "/uom", "must be text"),
            ({"values": 7}, "/values", "did you mean 'value'?"),
        ],
    )
    def test_faults_of_reports(self, change, where, reason):
        report = {k: v for k, v in {**REPORT, **change}.items() if v is not ABSENT}
        fault = only_fault(object_event(sensorElementList=[{"sensorReport": [report]}]))
        assert fault[0] == "/sensorElementList/0/sensorReport/0" + where
        assert reason in fault[1]

    @pytest.mark.parametrize(
        ("element", "where"),
        [
            ({}, ""),
            ({"sensorReport": []}, "/sensorReport"),
            ({"sensorReport": [REPORT], "sensorMetadata": []}, "/sensorMetadata"),
            ({"sensorReport": [REPORT], "sensorMetadata": {"time": "x"}}, "/sensorMetadata/time"),
            (
                {"sensorReport": [REPORT], "sensorMetadata": {"device": "x"}},
                "/sensorMetadata/device",
            ),
            ({"sensorReport": [REPORT], "furtherData": 1}, "/furtherData"),
        ],
    )
    def test_faults_of_elements(self, element, where):
        assert (
            only_fault(object_event(sensorElementList=[element]))[0]
            == "/sensorElementList/0" + where
        )


class TestTypes:
    @pytest.mark.parametrize("name", ["epcis:ObjectEvent", "https://ref.gs1.org/epcis/ObjectEvent"])
    def test_full_names(self, name):
        assert read_one(object_event(type=name)).type == "ObjectEvent"

    @pytest.mark.parametrize(
        "name", ["objectEvent", "QuantityEvent", "epcis:QuantityEvent", 7, None, ""]
    )
    def test_no_events(self, name):
        where, why = only_fault(object_event(type=name))
        assert where == "/type"
        assert "is no event type: one of ObjectEvent" in why

    def test_none_at_all(self):
        assert "lacks 'type'" in only_fault(object_event(type=ABSENT))[1]

    def test_private_types_obey_what_is_common(self):
        event = object_event(type="acme:CountEvent", quantityList=ABSENT, action=ABSENT)
        assert read_one(event).type == "https://ns.acme.example/epcis/CountEvent"
        assert only_fault({**event, "bizStep": "shiping"})[0] == "/bizStep"
