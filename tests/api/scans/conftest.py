"""A town whose scans these tests may count: nobody else looks at its codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.vocabulary import Role, party
from records import api_keys
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import writing
from tests.api.scans.shoppers import AUDITOR, places_database
from tests.api.town import Town, open_town, tell
from tests.support.anvil import LocalAnvil


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town with its story and an auditor."""
    folder = tmp_path_factory.mktemp("scanned")
    with LocalAnvil() as anvil, open_town(anvil, folder) as town:
        tell(town)
        services = town.services
        governor = Bootstrap(
            services.records, services.chain, services.deployment, services.keystore
        )
        gln = party("9521237000003").digits
        governor.organisation(NewOrganisation(gln, "Auditors", roles=Role.AUDITOR))
        with writing(services.records) as records:
            town.secrets[AUDITOR], _ = api_keys.create(records, AUDITOR, {"read", "write"})
        town.indexer.catch_up()
        yield town


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory):
    return places_database(tmp_path_factory.mktemp("places") / "places.mmdb")
