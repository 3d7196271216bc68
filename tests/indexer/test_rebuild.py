"""A mirror can be thrown away: the new one takes its place at once, with the same content."""

import pytest
from sqlalchemy import text

from indexer import mirror as mirrors
from indexer.mirror import Mirror
from indexer.queries.status import status
from indexer.rebuild import rebuild
from indexer.sync import Indexer
from ledger.errors import MirrorOutdated, MirrorTaken, NodeUnavailable
from tests.indexer.conftest import digests

pytestmark = pytest.mark.chain


@pytest.fixture
def outdated(living, mirror, indexer):
    """A mirror that another version made, filled to some block."""
    living.live(5)
    indexer.catch_up()
    with mirror.write() as connection:
        connection.execute(text("UPDATE mirror_meta SET value = '0' WHERE name = 'schema'"))
    return mirror


def test_a_mirror_of_another_version_is_refused(outdated):
    with pytest.raises(MirrorOutdated) as told:
        Mirror.open(outdated.url)
    assert told.value.values["other"] == ["schema"]


def test_what_a_mirror_is_made_by_names_the_code_of_the_fold():
    assert mirrors.made_by().keys() == {"schema", "catalogue", "decoders", "fold"}


def test_the_new_one_takes_the_place_of_the_old_under_its_readers(outdated, living, rebuilt):
    living.live(5)
    with outdated.read() as connection:
        before = status(connection).block
    rebuild(outdated.url, living.anvil.url, living.deployment, 12)
    with outdated.read() as connection:
        assert status(connection).block == living.height > before
    again = Mirror.open(outdated.url)
    assert digests(again) == rebuilt()
    again.close()


def test_one_that_is_stopped_changes_nothing(outdated, living, rebuilt):
    before = digests(outdated)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(outdated.url, living.anvil.url, living.deployment, 12, stop)
    assert digests(outdated) == before
    rebuild(outdated.url, living.anvil.url, living.deployment, 12)
    assert digests(outdated) == rebuilt()


def test_an_indexer_of_the_old_one_may_not_go_on(living, mirror, indexer, rebuilt):
    indexer.catch_up()
    rebuild(mirror.url, living.anvil.url, living.deployment, 12)
    living.live(1)
    with pytest.raises(MirrorTaken):
        indexer.catch_up()
    with Indexer(living.anvil.url, living.deployment, mirror, 12) as another:
        another.catch_up()
    assert digests(mirror) == rebuilt()


def test_without_a_node_nothing_happens(living, mirror, monkeypatch):
    monkeypatch.setattr("indexer.rebuild.PATIENCE_SECONDS", 0)
    url = living.anvil.url
    living.anvil.kill()
    with pytest.raises(NodeUnavailable):
        rebuild(mirror.url, url, living.deployment, 12)
