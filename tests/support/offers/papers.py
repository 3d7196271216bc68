"""Acts with certificates and anchors."""

from __future__ import annotations

from ledger import commands as c
from ledger import vocabulary as v
from tests.support.cast import HASHES, ITEMS, ODD, PARTIES, PRODUCTS
from tests.support.offers.drawing import LARGEST, Drawing

SUBJECTS = (*PARTIES.values(), *PRODUCTS[:2], *ITEMS[:2])


class Papers(Drawing):
    def issue_certificate(self) -> c.Command:
        start = self.likely((0, self.now), (self.now - 5, self.now + 9))
        end = self.likely((0, self.now + 9), (self.now, self.now - 3, start, 1))
        return c.IssueCertificate(
            self.likely(SUBJECTS, ODD),
            self.likely(HASHES[:2], HASHES),
            self.random.choice(HASHES),
            v.Seconds(start),
            v.Seconds(end),
        )

    def revoke_certificate(self) -> c.Command:
        rows = self.state.certificates.rows()
        mine = [key[1:] for key, row in rows if key[0] == self.org and not row.revoked_at]
        others = [(subject, document) for subject in SUBJECTS[:3] for document in HASHES]
        revoked = [key[1:] for key, row in self.state.certificates.rows() if row.revoked_at]
        subject, document = self.likely(mine, revoked or others)
        return c.RevokeCertificate(subject, document, self.random.randrange(256))

    def anchor(self) -> c.Command:
        content = self.random.choice((1, 1, 2, 255))
        known = self.state.anchors.get((self.org, content))
        before = known.root if known else HASHES[-1]
        short = v.DocumentHash(before[:24] + b"\x05" * 8)  # the contract keeps 24 bytes
        size = known.size if known else 0
        return c.AnchorRoot(
            content,
            self.likely(HASHES[:2], HASHES),
            self.likely((size + 1, size + 1000), (size, 0, 2**63, LARGEST)),
            self.likely((before, before, short), HASHES),
        )
