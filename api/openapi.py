"""The interface's description: complete, with the service's own words, and as a plain list."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION = """
The life of products on an Ethereum chain. Reading is open to everyone; acting needs an API key
(`Authorization: Bearer`) and an `Idempotency-Key`, and is answered with 202 and an operation to
follow. Errors are RFC 9457 `application/problem+json` with a stable `code`. Lists go on with
`after`, which is the `next` of the part before. Texts come in the language of `Accept-Language`.
"""
_METHODS = ("get", "post", "put", "delete")


def describe(app: FastAPI) -> None:
    """Lets the service describe itself at ``/openapi.json``."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = get_openapi(
                title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending it


def operations_of(app: FastAPI) -> dict[str, list[dict[str, Any]]]:
    """Every operation by its tag, in order, with what a person wants to know of it."""
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, methods in app.openapi()["paths"].items():
        for method in _METHODS:
            if method in methods:
                tag = (methods[method].get("tags") or [""])[0]
                tags.setdefault(tag, []).append(_told(method, path, methods[method]))
    return tags


def _told(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "path": path,
        "text": operation.get("description") or operation.get("summary", ""),
        "parameters": [
            {"required": False, "description": "", **each}
            for each in operation.get("parameters", [])
        ],
        "bodies": [
            (kind, body.get("schema", {}).get("$ref", "").rpartition("/")[2])
            for kind, body in bodies.items()
        ],
        "responses": list(operation["responses"]),
    }
