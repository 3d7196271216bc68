"""Pages from templates, and errors as a page or as JSON, whichever the client reads."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.errors import Problem, problem_of
from api.languages import COOKIE, NAMES, TAGS, Language, language_of
from api.negotiation import HTML, JSON, preferred

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
PROBLEM_JSON = "application/problem+json"
_YEAR = 31_536_000
VARY = "Accept, Accept-Language, Cookie"


def language(request: Request) -> Language:
    """The language of the person behind a request."""
    return language_of(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language"),
    )


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page from a template, in the reader's language. Never kept by caches: verdicts change."""
    reader = language(request)
    shown = {
        "_": reader.text,
        "plural": reader.plural,
        "language": reader,
        "languages": _switch(request, reader),
        **context,
    }
    response = HTMLResponse(_environment().get_template(template).render(shown), status)
    response.headers["Content-Language"] = reader.tag
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = VARY
    if request.query_params.get("lang"):
        response.set_cookie(COOKIE, reader.tag, _YEAR, samesite="lax", httponly=True)
    return response


def json_bytes(value: Any) -> bytes:
    """JSON that people can read; half a surrogate pair stands as its escape."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")


def wants_page(request: Request) -> bool:
    """Whether an answer is for a person's browser."""
    if request.url.path.startswith("/api/"):
        return False
    return preferred(request.headers.get("accept"), (HTML, JSON)) != JSON


def error_response(request: Request, error: Exception) -> Response:
    """An error as this client reads it."""
    problem = problem_of(error, language(request))
    return problem_response(request, problem)


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem as this client reads it."""
    if wants_page(request):
        response = page(request, "problem.html", problem.status, problem=problem)
    else:
        body = json_bytes(problem.as_json())
        response = Response(body, problem.status, media_type=PROBLEM_JSON)
        response.headers["Content-Language"] = language(request).tag
        response.headers["Cache-Control"] = "no-store"
    response.headers.update(problem.headers())
    return response


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["stylesheet"] = _file("site.css")
    environment.globals["claim_script"] = _file("claim.js")
    return environment


def _file(name: str) -> str:
    """A file's address, which changes with its content."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _switch(request: Request, reader: Language) -> list[dict[str, Any]]:
    """Links to this page in every language."""
    others = [(name, text) for name, text in request.query_params.multi_items() if name != "lang"]
    return [
        {
            "tag": tag,
            "name": NAMES[tag],
            "here": tag == reader.tag,
            "href": "?" + urlencode([*others, ("lang", tag)]),
        }
        for tag in TAGS
    ]
