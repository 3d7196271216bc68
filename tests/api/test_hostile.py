"""Whatever is sent, the answer is a problem of the one shape, and never a fault of ours."""

import json
import re
import socket
import string
import threading
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from tests.api.town import LETTUCE

WORDS = [
    "x", "0", "-1", "null", "1e999", "9" * 400, "%00", "%ff%fe", "%ED%A0%80", "..%2f..%2fetc",
    "a" * 3000, "%F0%9F%A5%AC", "' OR 1=1 --", "<script>", "{{7*7}}", "%25%32%46", " ", "%0d%0aX:y",
    "01%2F09521234000013", f"01/{LETTUCE}", f"01/{LETTUCE}/10/A", f"01/{LETTUCE}/10/%00",
    "0x" + "0" * 64, "0" * 64, "1.2.3", "1/%00", "18446744073709551616", "９５２",
]  # fmt: skip
BODIES = [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"\x00", b'{"a":' * 5000, b"[" * 60_000,
    b'{"gtin": NaN}', b'{"a": 1, "a": 2}', b'{"gtin": "\\ud800", "lot": "A", "amount": 1}',
    b'{"gtin": "\\u0000"}', b'{"amount": 1e999999999999999999999}',
    b'{"amount": ' + b"9" * 9000 + b"}",
    json.dumps({"gtin": LETTUCE, "lot": "A", "amount": 10**50}).encode(),
    json.dumps({"gtin": [], "lot": {}, "amount": None, "lines": 3, "items": "x"}).encode(),
    json.dumps({"lines": [{}] * 101, "inputs": [None], "outputs": [[]], "sscc": "0" * 18}).encode(),
    json.dumps({"reference": "R", "shipper": 2**70, "receiver": -(2**70), "lines": None}).encode(),
    json.dumps({"reference": "\U0001f96c", "shipper": 1, "receiver": 1}).encode(),
    json.dumps({"__class__": "x", "": "", "\u0130": 1}).encode(),
]  # fmt: skip
KINDS = [
    b"application/json", b"text/plain", b"", b"multipart/form-data; boundary=x",
    b"application/\xff", b"application/ld+json", b"text/csv",
]  # fmt: skip


def routes(app):
    """Every path with its methods, with its parameters as they stand in the template."""
    for context in iter_route_contexts(app.routes):
        for method in getattr(context.original_route, "methods", None) or ():
            yield method, context.path


def filled(path, word):
    return re.sub(r"\{[^}]*\}", lambda _: word, path)


def require_decent(response, path):
    assert response.status_code < 500 or response.status_code == 503, (path, response.text)
    assert response.headers["x-content-type-options"] == "nosniff"
    if response.status_code < 400 or not response.content:
        return
    if response.headers["content-type"].startswith("text/html"):
        assert 'lang="' in response.text
        return
    if response.headers["content-type"].startswith("application/problem+json"):
        problem = response.json()
        assert {"type", "title", "status", "detail", "code"} <= set(problem), problem
        assert problem["status"] == response.status_code
        assert "Traceback" not in response.text
        assert "sqlalchemy" not in response.text
        assert problem["type"] == f"/problems/{problem['code']}"
        return
    # A verdict `unknown` or a probe that is not ready answer with their own shape.
    assert response.headers["content-type"].startswith("application/")
    assert {"verdict", "state"} & set(response.json())


@pytest.fixture
def free(bare):
    """The service without limits of frequency."""
    many = {"requests_per_minute": 10**6, "requests_per_minute_of_key": 10**6,
            "unknown_codes_per_minute": 10**6}  # fmt: skip
    return TestClient(create_app(_with_settings(bare, **many)), raise_server_exceptions=False)


def _with_settings(services, **changed):
    from dataclasses import replace  # noqa: PLC0415

    return replace(services, settings=services.settings.model_copy(update=changed))


def test_every_route_with_every_wrong_word(free):
    seen = 0
    for method, path in sorted(set(routes(free.app))):
        for word in WORDS if "{" in path else WORDS[:1]:
            target = filled(path, word)
            accept = ("application/json", "text/html", "a/b;q=x,,;")[seen % 3]
            response = free.request(method, target, headers={"Accept": accept})
            require_decent(response, f"{method} {target}")
            seen += 1
    assert seen > 600


def test_every_query_parameter_with_every_wrong_word(free):
    seen = 0
    for path, methods in free.app.openapi()["paths"].items():
        given = methods.get("get", {}).get("parameters", [])
        for name in ["lang", *(p["name"] for p in given if p["in"] == "query")]:
            for word in WORDS:
                target = f"{filled(path, '01/' + LETTUCE)}?{name}={word}"
                require_decent(free.get(target), target)
                seen += 1
    assert seen > 600


def test_every_write_with_every_wrong_body(free, secret):
    writes = {path for method, path in routes(free.app) if method == "POST"}
    assert len(writes) > 15
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    for path in writes:
        for body in BODIES:
            for kind in KINDS if body == BODIES[2] else KINDS[:1]:
                sent = headers | {"Content-Type": kind}
                response = free.post(filled(path, LETTUCE), content=body, headers=sent)
                require_decent(response, f"{path} {body[:60]!r} {kind}")
                sent_away = response.url.path == "/staff"  # to sign in first
                refused = response.status_code in range(400, 500)
                assert refused or sent_away, (path, body[:60], response.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"},
        {"Authorization": ""}, {"Authorization": "Bearer lotmark_" + "0" * 49},
        {"Authorization": b"Bearer \xe9"},
    ],
)  # fmt: skip
def test_a_wrong_key_is_401_everywhere(web, headers):
    for method, path in [("GET", "/api/v1/products"), ("POST", "/api/v1/lots")]:
        response = web.request(method, path, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "NotAuthenticated")
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [None, "", "x" * 256, "a\x7f", "caf\xe9"])
def test_a_write_needs_a_decent_idempotency_key(web, secret, key):
    headers = {"Authorization": f"Bearer {secret}"}
    headers |= {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    response = web.post("/api/v1/lots", json={}, headers=headers)
    problem = response.json()
    assert (response.status_code, problem["field"]) == (400, "Idempotency-Key")


def test_a_body_has_a_limit_however_it_comes(bare, secret):
    web = TestClient(
        create_app(_with_settings(bare, max_body_bytes=2000)), raise_server_exceptions=False
    )
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k",
               "Content-Type": "application/json"}  # fmt: skip
    long = b"[" + b" " * 3000 + b"]"
    for content in (long, iter([long[:1500], long[1500:]])):
        response = web.post("/api/v1/lots", content=content, headers=headers)
        assert (response.status_code, response.json()["code"]) == (413, "RequestTooLarge")
    taken = web.post("/api/v1/documents", content=long, headers=headers)
    assert taken.json()["code"] == "DocumentInvalid"
    declared = {**headers, "Content-Length": "9" * 30}
    assert web.post("/api/v1/lots", content=b"[]", headers=declared).status_code == 413


def test_other_methods_are_405_in_the_one_shape(web):
    response = web.delete("/api/v1/products")
    assert (response.status_code, response.json()["code"]) == (405, "MethodNotAllowed")
    assert web.put("/readyz", headers={"Accept": "application/json"}).status_code == 405


def test_limits_are_told_with_a_time_to_wait(bare, secret):
    web = TestClient(
        create_app(_with_settings(bare, requests_per_minute=5, requests_per_minute_of_key=7)),
        raise_server_exceptions=False,
    )
    answers = [web.get("/api/v1/products") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["code"] == "TooManyRequests"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert web.get("/", headers={"Accept": "text/html"}).status_code == 429
    assert web.get("/healthz").status_code == 200
    key = {"Authorization": f"Bearer {secret}"}
    assert [web.get("/api/v1/products", headers=key).status_code for _ in range(8)] == (
        [200] * 7 + [429]
    )


def test_an_internal_fault_tells_nothing(bare, monkeypatch):
    def fail(*_):
        message = "secret /etc/path"
        raise RuntimeError(message)

    monkeypatch.setattr("api.routes.products.products", fail)
    web = TestClient(create_app(bare), raise_server_exceptions=False)
    response = web.get("/api/v1/products", headers={"Accept-Language": "zh"})
    assert (response.status_code, response.json()["code"]) == (500, "InternalError")
    assert "secret" not in response.text
    assert "我们这边出了问题" in response.text


def test_a_database_that_is_gone_is_503(bare, tmp_path):
    web = TestClient(create_app(bare), raise_server_exceptions=False)
    bare.mirror.dispose()
    for file in tmp_path.glob("mirror.db*"):
        file.unlink()
    (tmp_path / "mirror.db").mkdir()
    response = web.get("/api/v1/products")
    assert (response.status_code, response.json()["code"]) == (503, "StoreUnavailable")
    assert str(tmp_path) not in response.text
    assert response.headers["retry-after"]
    assert web.get("/healthz").status_code == 200
    page = web.get(f"/01/{LETTUCE}/10/A", headers={"Accept": "text/html"})
    assert page.status_code == 503


text = st.text(st.characters(codec="utf-8"), max_size=60)
fields = st.sampled_from(
    ["gtin", "lot", "serial", "amount", "expiry", "lines", "reference", "receiver", "items"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
with_fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


@with_fixtures
@given(st.dictionaries(fields, values))
def test_any_json_is_answered_decently(free, secret, body):
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    for path in ("lots", "units", "shipments", "recalls", "transformations"):
        response = free.post(f"/api/v1/{path}", json=body, headers=headers)
        require_decent(response, path)
        assert response.status_code in range(400, 500)


@with_fixtures
@given(st.text(string.printable, max_size=80))
def test_any_path_is_answered_decently(free, path):
    sent = "".join(c if c.isalnum() or c in "/%?&=." else f"%{ord(c):02X}" for c in path)
    for prefix in ("/01/", "/api/v1/items/", "/api/v1/qr/", "/trace/", "/"):
        target = prefix + sent
        require_decent(free.get(target, follow_redirects=False), target)


@contextmanager
def served(app):
    """The app behind a real server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize(
    "request_line",
    [b"GET /01/\xff\xfe HTTP/1.1", b"GET //01//x HTTP/1.1", b"GET /01/%zz HTTP/1.1",
     b"GET /api/v1/search?q=%ff%00 HTTP/1.1", b"GET http://evil.example/01/1 HTTP/1.1",
     b"OPTIONS * HTTP/1.1", b"GET /01/" + b"a" * 20_000 + b" HTTP/1.1"],
)  # fmt: skip
def test_raw_bytes_on_a_real_server(bare, request_line):
    with served(create_app(bare)) as address, socket.create_connection(address, 10) as connection:
        connection.sendall(request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
        status = int(answer.split(b" ", 2)[1])
        assert 200 <= status < 500
