"""The words of a consent name every registry, and their version says which."""

import pytest

from gelombang.records.people.consent_texts import (
    ALWAYS_NAMED,
    identity_check_version,
    registries_named,
    words_of,
)
from gelombang.records.people.rules import Purpose

FURTHER = (*ALWAYS_NAMED, "exclusions", "employment")
CHECK = Purpose.IDENTITY_CHECK


def test_the_version_differs_with_what_is_named_and_not_with_its_order():
    assert identity_check_version(ALWAYS_NAMED) == "identity-check/1"
    version = identity_check_version(FURTHER)
    assert version == "identity-check/1+employment+exclusions"
    assert identity_check_version(reversed(FURTHER)) == version
    assert identity_check_version([*ALWAYS_NAMED, "employment"]) == "identity-check/1+employment"


def test_a_version_is_read_again():
    for asked in (ALWAYS_NAMED, FURTHER, (*ALWAYS_NAMED, "exclusions")):
        assert set(registries_named(identity_check_version(asked))) == set(asked)


def test_the_words_name_whom_the_version_names():
    assert words_of(CHECK, "identity-check/1").id == (
        "Saya setuju data ini dicocokkan dengan Dukcapil, data pendidikan, dan data bantuan sosial."
    )
    words = words_of(CHECK, identity_check_version(FURTHER))
    assert "BPJS Ketenagakerjaan, dan daftar pejabat negara" in words.id
    assert "(BPJS Ketenagakerjaan) and the lists of state officials" in words.en
    assert "BPJS" not in words_of(CHECK, "identity-check/1+exclusions").id


def test_a_registry_without_a_name_is_not_passed_over():
    with pytest.raises(KeyError, match="tax_office"):
        identity_check_version([*ALWAYS_NAMED, "tax_office"])
