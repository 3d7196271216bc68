"""The committed artifacts are those of the committed sources."""

import pytest

from ledger import abi
from ledger.abi import build


def test_every_artifact_was_made_from_the_present_sources():
    assert {name: abi.artifact(name).source_digest for name in abi.names()} == dict.fromkeys(
        abi.names(), build.source_digest()
    )


def test_every_artifact_was_made_with_the_pinned_compiler_and_settings():
    for name in abi.names():
        artifact = abi.artifact(name)
        assert artifact.compiler.startswith(build.SOLC_VERSION + "+")
        assert artifact.settings == build.SETTINGS


@pytest.mark.chain
def test_a_fresh_compile_changes_nothing():
    assert build.build(check=True) == []
