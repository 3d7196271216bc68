"""The web service: routes, wrapped in limits and headers, with one shape for every error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api import resolver
from api.counting import Counting
from api.dependencies import limited
from api.health import ChainWatch
from api.limiting import Limits
from api.middleware import BodyLimit, HeadAsGet, SecurityHeaders
from api.openapi import describe
from api.pages import alerts as alert_pages
from api.pages import claiming, home, joining, member, notices, staff, traced
from api.pages import till as till_page
from api.rendering import STATIC, error_response
from api.routes import (
    alerts,
    anchors,
    campaigns,
    certificates,
    documents,
    findings,
    governance,
    items,
    labels,
    liability,
    logistic_units,
    lots,
    member_claims,
    member_notices,
    members,
    operations,
    organisations,
    points,
    print_runs,
    products,
    programmes,
    qr,
    recall_notices,
    recall_reach,
    recalls,
    referrals,
    relay,
    sales,
    scans,
    search,
    shipments,
    statements,
    status,
    till,
    trace,
    transformations,
    unit_issues,
    unit_proofs,
    units,
)
from api.services import Services
from indexer.mirror import Mirror
from ledger import settings as configuration
from ledger.chain import deployment
from ledger.chain.node import NodeChain
from ledger.errors import LotmarkError
from records.engine import open_records

_log = logging.getLogger(__name__)
_YEAR = 31_536_000

_JSON: Sequence[APIRouter] = [
    module.routes
    for module in (
        products, lots, units, items, shipments, logistic_units, transformations, sales, recalls,
        recall_reach, recall_notices, campaigns, referrals, member_notices, liability,
        unit_issues, print_runs, unit_proofs, scans, alerts,
        certificates, anchors, programmes, points, members, member_claims,
        till, relay, governance,
        organisations, trace, findings, statements, operations, documents, search, qr, labels,
        status,
    )
]  # fmt: skip


def create_app(services: Services) -> FastAPI:
    """The service on top of these databases and this chain."""
    app = FastAPI(
        title="Lotmark",
        version="0.1.0",
        docs_url=None,  # a page of our own: FastAPI's loads scripts from elsewhere
        redoc_url=None,
        dependencies=[Depends(limited)],
        lifespan=_lifespan,
    )
    app.state.services = services
    app.state.limits = Limits(services.settings)
    app.state.counting = Counting(services)
    app.state.watch = ChainWatch(services.chain, services.settings.max_lag_blocks)
    pages = (home, traced, joining, member, notices, claiming, staff, alert_pages, till_page)
    shown = [module.routes for module in pages]
    for routes in (*_JSON, status.probes, *shown, resolver.routes):
        app.include_router(routes)
    app.mount("/static", _Files(directory=STATIC), name="static")
    _wrap(app, services)
    for error in (LotmarkError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _shown)
    describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What was counted is stored before the service ends."""
    yield
    counting: Counting = app.state.counting
    await asyncio.to_thread(counting.writer.flush)


def app_from_environment() -> FastAPI:
    """The service as the settings say, for uvicorn: ``uvicorn --factory api.app:...``.

    Raises:
        SettingInvalid, NotFound, StoreUnavailable, NodeUnavailable: it cannot start like this.
    """
    settings = configuration.settings()
    logging.getLogger("uvicorn.access").disabled = True  # it would keep addresses
    deployed = deployment.load(settings.deployment_path)
    return create_app(
        Services(
            settings=settings,
            records=open_records(settings),
            mirror=Mirror.open(settings.mirror_database).engine,
            deployment=deployed,
            chain=NodeChain(settings.chain_url()),
        )
    )


def _wrap(app: FastAPI, services: Services) -> None:
    """Middleware; what is added last stands outermost."""
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    # Anyone's page may read what is public; acts need a key in a header that no browser adds.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=["Accept", "Accept-Language"],
        expose_headers=["Link", "Location", "Retry-After"],
    )
    app.add_middleware(BodyLimit, settings=services.settings)
    app.add_middleware(HeadAsGet)
    https = services.settings.base_url.startswith("https:")
    app.add_middleware(SecurityHeaders, https=https)


class _Files(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: dict[str, object]) -> Response:  # type: ignore[override]  # Starlette's Scope is a MutableMapping of anything
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response


async def _shown(request: Request, error: Exception) -> Response:
    response = error_response(request, error)
    if response.status_code >= 500:
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
    return response
