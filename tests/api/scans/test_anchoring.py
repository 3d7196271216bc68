"""The log of scans goes to the chain again and again, in order, and proves each scan."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import delete, text, update

from api.scans.anchoring import anchor_scans
from api.scans.forgetting import forget_scans
from indexer.queries.anchors import anchored_roots, anchors
from ledger.errors import LogContradicted
from ledger.hashing import leaf_hash, verify_inclusion
from ledger.scan_log import next_head
from ledger.vocabulary import AnchoredContent, Seconds, Verdict, unit
from records import accounts
from records.engine import reading, writing
from records.scans import View, add_views
from records.scans.log import length
from records.scans.pseudonyms import make_key_of_day
from records.scans.verifying import verify
from records.schema.scans import scan_days, scan_details, scan_log
from tests.api.town import FARM, PACKER, SALAD, open_town
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain
UNIT = unit(SALAD, "ANCHORED").id
DAY = 86_400


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A town where nothing happened."""
    with LocalAnvil() as anvil, open_town(anvil, tmp_path_factory.mktemp("quiet")) as town:
        yield town


def look(town, *who, ago=0):
    views = [
        View(UNIT, Seconds(town.services.now() - ago), Verdict.REGISTERED,
             sha256(f"device of {name}".encode()).digest(),
             (sha256(name.encode()).digest(),), None)
        for name in who
    ]  # fmt: skip
    with writing(town.services.records) as records:
        add_views(records, views)


def roots(town):
    with reading(town.services.mirror) as mirror:
        return anchored_roots(mirror, FARM, AnchoredContent.SCANS)


def test_each_root_follows_the_one_before_and_proves_its_scans(quiet):
    services = quiet.services
    assert anchor_scans(services) is None  # nothing to anchor
    look(quiet, "a", "b", "c")
    assert anchor_scans(services)
    assert anchor_scans(services) is None  # it is on its way
    look(quiet, "d")
    assert anchor_scans(services) is None
    quiet.settle()
    assert list(roots(quiet)) == [3]
    assert anchor_scans(services)
    quiet.settle()
    assert anchor_scans(services) is None  # nothing is new
    assert list(roots(quiet)) == [3, 4]
    with reading(services.mirror) as mirror:
        newest, oldest = anchors(mirror, org=FARM, content=AnchoredContent.SCANS)
    assert newest.predecessor == oldest.root
    with reading(services.records) as records:
        assert accounts.operator(records, None).org == FARM
        assert verify(records, roots(quiet)).faults == ()
    for seq, size in [(1, 3), (3, 3), (4, 4)]:
        proven(quiet, seq, size)


def proven(town, seq, size):
    told = town.get(f"/api/v1/scans/{seq}/proof").json()
    head, root, previous, record = (
        bytes.fromhex(told[name][2:]) for name in ("head", "root", "previous", "record")
    )
    path = [bytes.fromhex(each[2:]) for each in told["path"]]
    assert (told["index"], told["size"]) == (seq - 1, size)
    assert root == roots(town)[size]
    assert verify_inclusion(leaf_hash(head), seq - 1, size, path, root)
    with reading(town.services.records) as records:
        time = records.execute(text(f"SELECT time FROM scan_log WHERE seq = {seq}")).scalar()
    assert next_head(previous, seq, time, record) == head
    checked = town.get(
        f"/api/v1/anchors/inclusion?organisation={FARM}&content=scans&statement={told['head']}"
        f"&index={seq - 1}&path={','.join(told['path'])}&root={told['root']}"
    ).json()
    assert checked["included"]


def test_what_is_not_there_or_not_anchored_has_no_proof(quiet):
    look(quiet, "late")
    with reading(quiet.services.records) as records:
        last = length(records)
    assert quiet.get(f"/api/v1/scans/{last}/proof").status_code == 404
    assert quiet.get(f"/api/v1/scans/{last + 1}/proof").status_code == 404
    assert quiet.get("/api/v1/scans/0/proof").status_code == 422


def test_the_operator_is_the_one_that_the_settings_name(quiet):
    with reading(quiet.services.records) as records:
        assert accounts.operator(records, "9521235000005").org == PACKER


def test_a_month_later_nothing_leads_to_anybody_and_the_log_is_whole(quiet):
    """What was known of a scan is gone from the database: names, keys, salt and the rest."""
    services = quiet.services
    now = services.now()
    look(quiet, "canary")
    with writing(services.records) as records:
        key = make_key_of_day(records, now // DAY)
    names = [sha256(text.encode()).digest() for text in ("canary", "device of canary")]
    later = replace(services, clock=lambda: Seconds(now + 2 * DAY))
    assert forget_scans(services) is None
    assert key in dump(services)
    assert forget_scans(later).endswith("1 keys")
    assert key not in dump(services)
    assert all(name in dump(services) for name in names)
    days = services.settings.scan_retention_days
    later = replace(services, clock=lambda: Seconds(now + (days + 1) * DAY))
    assert forget_scans(later)
    assert not any(name in dump(services) for name in names)
    with reading(services.records) as records:
        report = verify(records, roots(quiet))
        assert report.faults == ()
        assert report.forgotten == report.entries - 1
        assert quiet.get("/api/v1/scans/1", org=FARM).status_code == 404
    proven(quiet, 1, 3)
    assert forget_scans(later) is None


def dump(services) -> bytes:
    """Every byte of the database's files, also of what it only holds as free."""
    path = services.settings.data_dir / "records.db"
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_a_log_that_is_not_what_was_anchored_is_not_anchored_again(quiet):
    services = quiet.services
    with writing(services.records) as records:
        old = records.execute(text("SELECT head FROM scan_log WHERE seq = 2")).scalar()
        records.execute(update(scan_log).where(scan_log.c.seq == 2).values(head=bytes(32)))
    look(quiet, "another")
    with pytest.raises(LogContradicted):
        anchor_scans(services)
    with writing(services.records) as records:
        records.execute(update(scan_log).where(scan_log.c.seq == 2).values(head=old))
        records.execute(delete(scan_details))
        records.execute(delete(scan_days))
    assert anchor_scans(services)
    quiet.settle()
    with writing(services.records) as records:
        records.execute(text("UPDATE scan_head SET seq = 2"))
    with pytest.raises(LogContradicted):
        anchor_scans(services)
