"""The questions about identity, one a page, in their order; each answer is checked when given.

Answers are kept as text by the names that `StatedIdentity` has: a refusal finds its page by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from gelombang.journey.verification import family_card, statement
from gelombang.journey.verification.rules import StatedIdentity
from gelombang.kit.instants import show_date
from gelombang.kit.nik import parse_nik
from gelombang.records.programme import queries as programme
from gelombang.web import reading
from gelombang.web.fields import Field, Kind
from gelombang.web.participants import places

Answers = Mapping[str, str]
Check = Callable[[str, datetime], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a question: its name, kind, and the rule that makes a text an answer."""

    name: str
    kind: Kind
    check: Check
    short: bool = False
    autocomplete: str = "off"


@dataclass(frozen=True, slots=True)
class Question:
    """One page: its address, and its fields."""

    slug: str
    asked: tuple[Asked, ...]


def _nik(typed: str, _now: datetime) -> str:
    return statement.check_nik(typed)[0]


def _birth_date(typed: str, now: datetime) -> str:
    day, month, year = ([*typed.split("-"), "", "", ""])[:3]
    born = statement.read_birth_date(day=day, month=month, year=year)
    return statement.check_birth_date(born, now=now).isoformat()


def _plain(check: Callable[[str], str]) -> Check:
    return lambda typed, _now: check(typed)


QUESTIONS = (
    Question("nik", (Asked("nik", "digits", _nik, short=True),)),
    Question(
        "kk",
        (Asked("family_card_no", "digits", _plain(family_card.check_family_card), short=True),),
    ),
    Question("nama", (Asked("name", "name", _plain(statement.check_name), autocomplete="name"),)),
    Question("kelamin", (Asked("sex", "radios", _plain(statement.check_sex)),)),
    Question(
        "lahir",
        (
            Asked("birth_place", "name", _plain(statement.check_birth_place)),
            Asked("birth_date", "date", _birth_date),
        ),
    ),
    Question("provinsi", (Asked("province", "select", _plain(statement.check_province)),)),
)
BY_SLUG = {question.slug: question for question in QUESTIONS}
SLUG_OF = {asked.name: question.slug for question in QUESTIONS for asked in question.asked}


def title(slug: str) -> str:
    """The heading of a question's page."""
    return {
        "nik": _("Berapa NIK Anda?"),
        "kk": _("Berapa nomor Kartu Keluarga Anda?"),
        "nama": _("Siapa nama lengkap Anda?"),
        "kelamin": _("Apa jenis kelamin Anda?"),
        "lahir": _("Di mana dan kapan Anda lahir?"),
        "provinsi": _("Di provinsi mana Anda tinggal?"),
    }[slug]


def label(name: str) -> str:
    """The short name of an answer."""
    return {
        "nik": _("Nomor Induk Kependudukan (NIK)"),
        "family_card_no": _("Nomor Kartu Keluarga (KK)"),
        "name": _("Nama lengkap"),
        "sex": _("Jenis kelamin"),
        "birth_place": _("Tempat lahir"),
        "birth_date": _("Tanggal lahir"),
        "province": _("Provinsi tempat tinggal"),
    }[name]


def hint(name: str) -> str:
    """Where the answer is found, in one sentence."""
    return {
        "nik": _("16 angka di bagian atas KTP Anda. Boleh pakai spasi."),
        "family_card_no": _("16 angka di bagian atas Kartu Keluarga. Ini bukan NIK."),
        "name": _("Seperti di KTP, tanpa gelar. Satu kata saja boleh."),
        "sex": _("Seperti di KTP."),
        "birth_place": _("Seperti di KTP. Ketik beberapa huruf, lalu pilih, atau tulis sendiri."),
        "birth_date": _("Misalnya 17 8 1995."),
        "province": _("Provinsi pada alamat di KTP Anda. Dukcapil akan mencocokkannya."),
    }[name]


def sexes() -> list[tuple[str, str]]:
    """The two answers that identity cards have."""
    return [("male", _("Laki-laki")), ("female", _("Perempuan"))]


def provinces() -> list[tuple[str, str]]:
    """Code and name of each province where somebody can live, by name."""
    version = programme.current()
    areas = version.programme.areas if version else ()
    known = [(area.code, area.name) for area in areas if area.code in statement.RESIDENCE_CODES]
    return sorted(known, key=lambda area: area[1])


def choices(name: str) -> Sequence[tuple[str, str]]:
    """What can be chosen, for questions with a list."""
    if name == "sex":
        return sexes()
    return provinces() if name == "province" else ()


def field(asked: Asked, answers: Answers) -> Field:
    """The field of a page, with the answer that is kept."""
    return Field(
        name=asked.name,
        label=label(asked.name),
        hint=hint(asked.name),
        kind=asked.kind,
        value=_as_typed(asked, answers.get(asked.name, "")),
        autocomplete=asked.autocomplete,
        choices=choices(asked.name),
        suggestions=places.birth_places() if asked.name == "birth_place" else (),
        short=asked.short,
    )


def _as_typed(asked: Asked, answer: str) -> str:
    if asked.kind == "digits":
        return grouped(answer)
    if asked.kind == "date" and answer:
        born = date.fromisoformat(answer)
        return f"{born.day}-{born.month}-{born.year}"
    return answer


def grouped(digits: str) -> str:
    """`3174 0157 0895 9901`: groups of four, as people read them aloud."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def shown(name: str, answer: str) -> str:
    """An answer as the page that repeats it writes it."""
    if name in {"nik", "family_card_no"}:
        return grouped(answer)
    if name == "birth_date":
        return show_date(date.fromisoformat(answer)).in_language(reading.language())
    return dict(choices(name)).get(answer, answer)


def is_complete(answers: Answers) -> bool:
    """Whether every question has its answer."""
    return all(answers.get(name) for name in SLUG_OF)


def next_slug(answers: Answers) -> str | None:
    """The first question without an answer; None when all have one."""
    return next((SLUG_OF[name] for name in SLUG_OF if not answers.get(name)), None)


def before(slug: str) -> str | None:
    """The question before this one; None before the first."""
    place = [question.slug for question in QUESTIONS].index(slug)
    return QUESTIONS[place - 1].slug if place else None


def stated(answers: Answers) -> StatedIdentity:
    """The statement that complete answers make."""
    return StatedIdentity(
        nik=answers["nik"],
        family_card_no=answers["family_card_no"],
        name=answers["name"],
        sex=answers["sex"],
        birth_place=answers["birth_place"],
        birth_date=date.fromisoformat(answers["birth_date"]),
        province=answers["province"],
    )


def answers_of(stated: StatedIdentity) -> dict[str, str]:
    """The answers that made a statement, to be corrected."""
    return {name: str(getattr(stated, name)) for name in SLUG_OF}


def masked_nik(nik: str) -> str:
    """A NIK with its first four and last two digits: enough to recognise one's own."""
    plain = parse_nik(nik)[0]
    return f"{plain[:4]} •••• •••• ••{plain[-2:]}"
