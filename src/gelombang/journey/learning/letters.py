"""The letters that this step owes: a class was called off, a course was not passed."""

from gelombang.kit.money import show_idr
from gelombang.kit.words import Language, Text

Letter = tuple[str, str]  # subject and body

CALLED_OFF_SUBJECT = Text(id="Pelatihan dibatalkan: {title}", en="Course called off: {title}")
CALLED_OFF = Text(
    id="""Pelatihan yang Anda beli tidak jadi diadakan.

Pelatihan: {title}
Alasannya: {reason}
Dikembalikan ke saldo pelatihan Anda: {price}

Anda dapat memilih pelatihan lain:
{courses}
""",
    en="""The course that you bought will not take place.

Course: {title}
Why: {reason}
Returned to your training balance: {price}

You can choose another course:
{courses}
""",
)
NOT_PASSED_SUBJECT = Text(id="Pelatihan belum lulus: {title}", en="Course not passed: {title}")
NOT_PASSED = Text(
    id="""Lembaga pelatihan melaporkan bahwa Anda belum lulus.

Pelatihan: {title}
Dikembalikan ke saldo pelatihan Anda: {price}

Anda dapat membelinya lagi atau memilih pelatihan lain:
{courses}

Bila laporan itu tidak benar, Anda dapat mengajukan keberatan. Caranya ada di:
{help}
""",
    en="""The training provider reports that you did not pass.

Course: {title}
Returned to your training balance: {price}

You can buy it again or choose another course:
{courses}

If that report is wrong, you can object. How to do so:
{help}
""",
)


def called_off(
    *, language: Language, title: Text, reason: str, price: int, base_url: str
) -> Letter:
    """To somebody whose class the office called off; `reason` in the office's own words."""
    name = title.in_language(language)
    return (
        CALLED_OFF_SUBJECT.in_language(language).format(title=name),
        CALLED_OFF.in_language(language).format(
            title=name, reason=reason, price=show_idr(price), courses=f"{base_url}/pelatihan"
        ),
    )


def not_passed(*, language: Language, title: Text, price: int, base_url: str) -> Letter:
    """To somebody whose provider reported that they did not pass."""
    name = title.in_language(language)
    return (
        NOT_PASSED_SUBJECT.in_language(language).format(title=name),
        NOT_PASSED.in_language(language).format(
            title=name,
            price=show_idr(price),
            courses=f"{base_url}/pelatihan",
            help=f"{base_url}/bantuan",
        ),
    )
