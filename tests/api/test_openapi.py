"""The interface describes itself wholly, and its page needs nobody else."""

import re

from starlette.routing import Route

METHODS = {"get", "post"}
OF_MEMBERS = ("/api/v1/members/me", "/api/v1/member-sessions")
"""What members ask for themselves, without an API key."""


def operations(web):
    for path, methods in web.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield path, method, operation


def test_every_operation_says_what_it_is(web):
    found = list(operations(web))
    assert len(found) > 40
    names = [operation["operationId"] for *_, operation in found]
    assert len(set(names)) == len(names)
    for path, _, operation in found:
        assert operation["tags"], path
        assert operation.get("description") or operation.get("summary"), path
        assert any(status.startswith("2") for status in operation["responses"]), path


def test_every_write_needs_key_and_idempotency_key(web):
    writes = [(path, op) for path, method, op in operations(web) if method == "post"]
    writes = [(path, op) for path, op in writes if not path.startswith(OF_MEMBERS)]
    assert len(writes) >= 18
    for path, operation in writes:
        assert {"200", "201", "202"} & set(operation["responses"]), path
        assert {"400", "401", "403", "409", "422", "429"} <= set(operation["responses"]), path
        assert operation["security"] == [{"HTTPBearer": []}], path
        assert operation["requestBody"]["content"], path
        # Only a dry run of documents goes without, so it is not declared; labels change nothing.
        if path not in ("/api/v1/documents", "/api/v1/labels"):
            names = {each["name"] for each in operation["parameters"]}
            assert "idempotency-key" in names, path


def test_what_members_ask_for_needs_their_token(web):
    own = [(path, op) for path, _, op in operations(web) if path.startswith(OF_MEMBERS)]
    assert len(own) >= 8
    for path, operation in own:
        names = {each["name"] for each in operation.get("parameters", [])}
        assert ("Member-Token" in names) == (not path.endswith("/member-sessions")), path
        assert {"401", "422", "429"} <= set(operation["responses"]), path


def test_requests_and_answers_have_examples(web):
    schemas = web.get("/openapi.json").json()["components"]["schemas"]
    for name, schema in schemas.items():
        if name.startswith("New") or name in ("LineIn", "Operation", "Problem", "Item"):
            text = str(schema)
            assert "'examples'" in text or "$ref" in text, name


def test_the_list_of_operations_is_a_page_of_ours(web):
    page = web.get("/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    for path, method, _ in operations(web):
        assert f"{method.upper()}</code> <code>{path}</code>" in page.text


def test_no_route_is_forgotten(web):
    described = {path for path, *_ in operations(web)}
    mounted = {route.path for route in web.app.routes if isinstance(route, Route)}
    assert {path for path in mounted if path.startswith("/api/")} <= described
