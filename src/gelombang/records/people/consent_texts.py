"""What people agree to, word for word, and the version that is kept of it.

The version of the identity check says which registries its words name, so that what somebody agreed
to can be read again for ever.
"""

from collections.abc import Iterable
from typing import Final

from gelombang.kit.words import Text
from gelombang.records.people.rules import Purpose

RESEARCH_TEXT: Final = "research/1"
IDENTITY_CHECK_TEXT: Final = "identity-check/1"
ALWAYS_NAMED: Final = ("civil_registry", "education", "social_aid")
"""The registries that every version of the identity check names."""
_NAMES: Final = {
    "civil_registry": Text(id="Dukcapil", en="the civil registry"),
    "education": Text(id="data pendidikan", en="education data"),
    "social_aid": Text(id="data bantuan sosial", en="social-aid data"),
    "employment": Text(
        id="data kepesertaan BPJS Ketenagakerjaan",
        en="the employment insurer's members (BPJS Ketenagakerjaan)",
    ),
    "exclusions": Text(
        id="daftar pejabat negara, aparatur sipil, TNI, dan Polri",
        en="the lists of state officials, civil servants, soldiers and police",
    ),
}
_IDENTITY_CHECK: Final = Text(
    id="Saya setuju data ini dicocokkan dengan {before}, dan {last}.",
    en="I agree that these data are compared with {before} and {last}.",
)
_RESEARCH: Final = Text(
    id="Jawaban survei saya boleh dipakai untuk penelitian, tanpa nama. Tidak wajib.",
    en="My answers to surveys may be used for research, without my name. This is optional.",
)


def identity_check_version(registries: Iterable[str]) -> str:
    """The version of the words that name these registries, whatever their order.

    Those that every version names add nothing. Raises KeyError for a registry without a name.
    """
    further = sorted(set(registries) - set(ALWAYS_NAMED))
    if nameless := [code for code in further if code not in _NAMES]:
        raise KeyError(nameless)
    return "+".join([IDENTITY_CHECK_TEXT, *further])


def registries_named(version: str) -> tuple[str, ...]:
    """The registries that a version of the identity check names, in the order of its words."""
    return (*ALWAYS_NAMED, *version.split("+")[1:])


def words_of(purpose: Purpose, version: str) -> Text:
    """The words of a version, as they stand beside its box."""
    return _RESEARCH if purpose is Purpose.RESEARCH else _named(registries_named(version))


def names_of(registries: Iterable[str]) -> Text:
    """Registries as people know them, one after the other."""
    found = [_NAMES[code] for code in registries]
    return Text(id=", ".join(each.id for each in found), en=", ".join(each.en for each in found))


def _named(registries: tuple[str, ...]) -> Text:
    return _IDENTITY_CHECK.fill_from(before=names_of(registries[:-1]), last=_NAMES[registries[-1]])
