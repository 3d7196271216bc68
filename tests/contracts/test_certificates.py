"""issueCertificate, revokeCertificate: what certifiers say, as long as it is good."""

import pytest

from ledger.vocabulary import ALL_ROLES
from tests.support.contracts import create, refused, require_journal

pytestmark = pytest.mark.chain

DOCUMENT, SCHEME = b"\1" * 32, b"\2" * 32


@pytest.fixture
def certificates(contracts):
    made = create(contracts.web3, contracts.governor, "Certificates", contracts.registry.address)
    contracts.others.append(made)
    yield made
    require_journal(contracts, made)


@pytest.fixture
def lab(contracts):
    return contracts.organisation("800005", roles=8)


def test_a_certificate_is_good_until_it_is_revoked(contracts, certificates, lab, flour):
    receipt = lab.act(("issueCertificate", flour, DOCUMENT, SCHEME, 5, 0), at=certificates)
    named = {"subject": flour, "org": lab.number, "document": DOCUMENT}
    times = {"scheme": SCHEME, "validFrom": 5, "validTo": 0}
    assert contracts.events(receipt)[1:] == [("CertificateIssued", named | times)]
    is_good = certificates.functions.isGood
    assert is_good(lab.number, flour, DOCUMENT).call()
    with refused("CertificateAlreadyExists", lab.number, flour, DOCUMENT):
        lab.act(("issueCertificate", flour, DOCUMENT, SCHEME, 5, 0), at=certificates)
    receipt = lab.act(("revokeCertificate", flour, DOCUMENT, 3), at=certificates)
    assert contracts.events(receipt)[1:] == [("CertificateRevoked", named | {"reason": 3})]
    assert not is_good(lab.number, flour, DOCUMENT).call()
    with refused("CertificateIsRevoked", lab.number, flour, DOCUMENT):
        lab.act(("revokeCertificate", flour, DOCUMENT, 3), at=certificates)


def test_what_is_no_certificate_is_refused(certificates, lab, flour, flour_product):
    with refused("IdInvalid", bytes(32)):
        lab.act(("issueCertificate", bytes(32), DOCUMENT, SCHEME, 0, 0), at=certificates)
    with refused("DocumentMissing", flour_product.id):
        lab.act(("issueCertificate", flour_product.id, bytes(32), SCHEME, 0, 0), at=certificates)
    with refused("ValidityInvalid", 9, 9):
        lab.act(("issueCertificate", flour, DOCUMENT, SCHEME, 9, 9), at=certificates)
    with refused("ValidityInvalid", 0, 9):
        lab.act(("issueCertificate", flour, DOCUMENT, SCHEME, 0, 9), at=certificates)
    with refused("CertificateUnknown", lab.number, flour, DOCUMENT):
        lab.act(("revokeCertificate", flour, DOCUMENT, 0), at=certificates)


def test_only_certifiers_issue(contracts, certificates, flour):
    maker = contracts.organisation("900006", roles=ALL_ROLES & ~8)
    with refused("RoleMissing", maker.number, 8, ALL_ROLES & ~8):
        maker.act(("issueCertificate", flour, DOCUMENT, SCHEME, 0, 0), at=certificates)
