"""Every error as the web shows it: one shape, one table of status codes, in the reader's language.

Under ``/api`` an error is RFC 9457 problem+json; people's browsers get a page. What a client sent
never ends in a 500, and what went wrong inside is never told outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.languages import Language, marked
from api.refusals import refusal_in_words
from ledger import errors as e
from ledger.refusals import values_to_json

STATUS: dict[type[Exception], int] = {
    e.InvalidInput: 422,
    e.RequestMalformed: 400,
    e.DigitalLinkInvalid: 400,
    e.DocumentInvalid: 400,
    e.CsvInvalid: 400,
    e.SettingInvalid: 500,
    e.Refused: 409,
    e.NotAuthenticated: 401,
    e.NotAllowed: 403,
    e.NotFound: 404,
    e.MemberErased: 410,
    e.PrintFileGone: 410,
    e.IdempotencyKeyReused: 422,
    e.TooManyRequests: 429,
    e.Unavailable: 503,
}
"""HTTP status by class of error; the nearest class counts, and 500 where there is none."""

TITLES: dict[str, str] = {
    "KeyInvalid": marked("A GS1 key is wrong"),
    "DigitalLinkInvalid": marked("This is no GS1 Digital Link that we know"),
    "EpcUrnInvalid": marked("An EPC URN is wrong"),
    "CommandInvalid": marked("A field is missing or wrong"),
    "DocumentInvalid": marked("The document cannot be read"),
    "CsvInvalid": marked("The CSV file cannot be read"),
    "RequestMalformed": marked("The request cannot be read"),
    "RequestTooLarge": marked("The request is too large"),
    "MediaTypeUnsupported": marked("This media type is not taken here"),
    "MethodNotAllowed": marked("This cannot be done here"),
    "InvalidInput": marked("Something in the request is wrong"),
    "ActRefused": marked("The rules of the ledger do not allow this"),
    "NotAuthenticated": marked("An API key is needed"),
    "NotAllowed": marked("The API key does not allow this"),
    "NotFound": marked("There is nothing here"),
    "PrintFileGone": marked("There is no print file any more"),
    "MemberErased": marked("This member is no more"),
    "ClaimRefused": marked("This code earns no points"),
    "RedemptionCodeRefused": marked("This code cannot be used"),
    "IdempotencyKeyReused": marked("The idempotency key was used for another request"),
    "TooManyRequests": marked("Too many requests"),
    "SheetUnreadable": marked("A sheet of labels did not read back"),
    "NodeUnavailable": marked("The chain cannot be reached now"),
    "NodeBehind": marked("The chain is catching up"),
    "VaultClosed": marked("Members cannot be read now"),
    "StoreUnavailable": marked("The database cannot be reached now"),
    "Unavailable": marked("This is not available now"),
    "Refused": marked("This is not allowed"),
    "InternalError": marked("Something went wrong on our side"),
}
"""What an error is, by its code or the code of its nearest class."""

_INTERNAL = 500
_RETRY_UNAVAILABLE = 5
_BY_STATUS = {
    400: "RequestMalformed",
    401: "NotAuthenticated",
    403: "NotAllowed",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "RequestMalformed",
    413: "RequestTooLarge",
    415: "MediaTypeUnsupported",
    422: "InvalidInput",
    429: "TooManyRequests",
    503: "Unavailable",
}


class WebError(HTTPException):
    """An error of HTTP itself, with a detail of our own that may be translated."""

    def __init__(self, status: int, detail: str, /, **values: object) -> None:
        super().__init__(status, detail.format(**values))
        self.template = detail
        self.values = values


@dataclass(frozen=True, slots=True)
class Problem:
    """An error ready to be shown. ``faults`` lists every fault of a document or request; ``values``
    are the facts behind a refusal.
    """

    status: int
    code: str
    title: str
    detail: str
    field: str = ""
    line: int | None = None
    faults: tuple[dict[str, Any], ...] = ()
    values: Mapping[str, Any] | None = None
    retry_after: int | None = None

    def as_json(self) -> dict[str, Any]:
        """RFC 9457; ``type`` is a page of ours that explains the code."""
        members: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        members |= {"field": self.field} if self.field else {}
        members |= {"line": self.line} if self.line is not None else {}
        members |= {"faults": list(self.faults)} if self.faults else {}
        members |= {"values": dict(self.values)} if self.values else {}
        return members

    def headers(self) -> dict[str, str]:
        """What goes beside the body."""
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers


def status_of(error: type[Exception]) -> int:
    """The HTTP status of a class of error."""
    return next((STATUS[cls] for cls in error.__mro__ if cls in STATUS), _INTERNAL)


def problem_of(error: Exception, language: Language) -> Problem:
    """An error as it is shown to a reader of this language."""
    if isinstance(error, RequestValidationError):
        return _of_validation(error.errors(), language)
    if isinstance(error, HTTPException):
        return _of_http(error, language)
    if isinstance(error, e.LotmarkError) and status_of(type(error)) != _INTERNAL:
        return _of_lotmark(error, language)
    code = "InternalError"
    detail = language.text(marked("The fault was noted. Please try again later."))
    return Problem(_INTERNAL, code, language.text(TITLES[code]), detail)


def _of_lotmark(error: e.LotmarkError, language: Language) -> Problem:
    where, line = (error.field, error.line) if isinstance(error, e.InvalidInput) else ("", None)
    faults = error.values.get("faults")
    return Problem(
        status_of(type(error)),
        error.code,
        _title(error, language),
        _detail(error, language),
        field=where,
        line=line,
        faults=tuple(faults) if isinstance(faults, list | tuple) else (),
        values=_values(error),
        retry_after=_retry_after(error),
    )


def _title(error: e.LotmarkError, language: Language) -> str:
    names = [error.code, *(cls.__name__ for cls in type(error).__mro__)]
    return language.text(next(TITLES[name] for name in names if name in TITLES))


def _detail(error: e.LotmarkError, language: Language) -> str:
    if isinstance(error, e.ActRefused):
        return str(error.values.get("told") or refusal_in_words(error, language))
    template = error.values.get("template")
    if isinstance(template, str):
        return language.text(template, **error.values)
    if isinstance(error, e.Unavailable):  # its own words may name hosts and files
        return language.text(marked("Please try again in a moment."))
    return error.message


def _values(error: e.LotmarkError) -> dict[str, Any]:
    if not isinstance(error, e.ActRefused):
        return {}
    return values_to_json({name: v for name, v in error.values.items() if name != "told"})


def _retry_after(error: e.LotmarkError) -> int | None:
    if isinstance(error, e.Unavailable):
        return _RETRY_UNAVAILABLE
    wait = error.values.get("retry_after")
    return wait if isinstance(wait, int) else None


def _of_http(error: HTTPException, language: Language) -> Problem:
    code = _BY_STATUS.get(error.status_code, "InvalidInput")
    title = language.text(TITLES[code])
    detail = title
    if isinstance(error, WebError):
        detail = language.text(error.template, **error.values)
    wait = (error.headers or {}).get("Retry-After")
    return Problem(error.status_code, code, title, detail, retry_after=int(wait) if wait else None)


# --- what FastAPI and pydantic find wrong ---

_FAULT = marked("is wrong")
_FAULTS: dict[str, str] = {
    "missing": marked("is missing"),
    "extra_forbidden": marked("is not known here"),
    "string_type": marked("must be a text"),
    "string_too_short": marked("is too short"),
    "string_too_long": marked("is too long"),
    "string_pattern_mismatch": marked("has the wrong form"),
    "string_unicode": marked("must be Unicode"),
    "list_type": marked("must be a list"),
    "too_short": marked("has too few entries"),
    "too_long": marked("has too many entries"),
    "dict_type": marked("must be an object"),
    "model_type": marked("must be an object"),
    "model_attributes_type": marked("must be an object"),
    "int_type": marked("must be a whole number"),
    "int_parsing": marked("must be a whole number"),
    "int_parsing_size": marked("must be a whole number"),
    "int_from_float": marked("must be a whole number"),
    "greater_than": marked("is too small"),
    "greater_than_equal": marked("is too small"),
    "less_than": marked("is too large"),
    "less_than_equal": marked("is too large"),
    "bool_type": marked("must be true or false"),
    "bool_parsing": marked("must be true or false"),
    "datetime_type": marked("must be a date and time with its offset"),
    "datetime_parsing": marked("must be a date and time with its offset"),
    "datetime_from_date_parsing": marked("must be a date and time with its offset"),
    "timezone_aware": marked("must be a date and time with its offset"),
    "enum": marked("is none of the words that are known here"),
    "literal_error": marked("is none of the words that are known here"),
}


def _of_validation(faults: Sequence[Any], language: Language) -> Problem:
    told = tuple(
        {
            "field": _field(fault["loc"]),
            "reason": language.text(_FAULTS.get(fault["type"], _FAULT)),
        }
        for fault in faults
    )
    first = told[0]
    detail = language.text(marked("{field} {reason}"), **first)
    code = "CommandInvalid"
    return Problem(
        422, code, language.text(TITLES[code]), detail,
        field=first["field"], faults=told,
    )  # fmt: skip


def _field(place: Sequence[int | str]) -> str:
    """``("body", "lines", 0, "amount")`` as ``lines[0].amount``; the body itself as ``body``."""
    path = ""
    for step in place[1:]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".") or str(place[0] if place else "body")
