"""How the service is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from api.counting import counting_of
from api.dependencies import View, Viewed
from api.routes.shared import READ_PROBLEMS, router
from api.schemas.common import hexadecimal, moment
from api.schemas.service import Scans, Status
from api.verdicts import MirrorState

routes = router("status")
probes = APIRouter(tags=["status"])


@routes.get("/status", responses=READ_PROBLEMS)
def read_status(view: Viewed) -> Status:
    """How far the mirror is, how far the chain, and how much is in it."""
    return _status(view)


@probes.get("/healthz")
def healthz() -> dict[str, str]:
    """Whether this process answers."""
    return {"status": "ok"}


@probes.get("/readyz", response_model=Status, responses={503: {"model": Status}})
def readyz(view: Viewed) -> Response:
    """Whether verdicts can be given: 503 when the node is away or the mirror behind."""
    ready = view.health.state is MirrorState.CURRENT
    return JSONResponse(_status(view).model_dump(mode="json"), 200 if ready else 503)


def _status(view: View) -> Status:
    health, deployment = view.health, view.services.deployment
    mirror, counts = health.mirror, counting_of(view.request).writer.counts()
    return Status(
        state=health.state,
        chain_id=deployment.chain_id,
        chain_head=health.head,
        indexed_block=mirror.block if mirror else None,
        verified_block=mirror.verified_block if mirror else None,
        final_block=mirror.final_block if mirror else None,
        lag=health.lag,
        indexed_time=moment(mirror.time) if mirror else None,
        facts=mirror.facts if mirror else None,
        statements=mirror.statements if mirror else None,
        findings=mirror.findings if mirror else None,
        scans=Scans(waiting=counts.waiting, stored=counts.stored, shed=counts.shed),
        contracts={name: hexadecimal(c.address) for name, c in deployment.contracts.items()},
    )
