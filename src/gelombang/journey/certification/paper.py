"""The certificate on paper: a PDF of one page with a code that leads to its public page.

Typst sets it from a fixed template beside this module. Names and titles go in as data, so that no
sign of theirs is markup; the fonts are those that typst carries; nothing is read or fetched.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

import segno
import typst

from gelombang.journey.certification.queries import HolderView
from gelombang.journey.certification.rules import CertificateState, show_number
from gelombang.kit.clock import WIB
from gelombang.kit.instants import show_date
from gelombang.kit.words import Language, Text

Standard = Literal["a-2a"]
_ARCHIVED: Sequence[Standard] = ("a-2a",)
_ISSUER = "Prakerja"
_HEADING = Text(id="Sertifikat", en="Certificate of completion")
_GIVEN_TO = Text(id="diberikan kepada", en="given to")
_FOR_COURSE = Text(id="yang telah menyelesaikan pelatihan", en="who has completed the course")
_NUMBER = Text(id="Nomor", en="Number")
_PROVIDER = Text(id="Lembaga pelatihan", en="Training provider")
_HOURS_LABEL = Text(id="Lama belajar", en="Hours of study")
_HOURS = Text(id="{hours} jam", en="{hours} hours")
_COMPLETED = Text(id="Selesai pada", en="Completed on")
_CHECK = Text(
    id="Periksa keaslian sertifikat ini dengan memindai kode atau membuka",
    en="Check this certificate by scanning the code or opening",
)
_REVOKED = Text(id="DICABUT / REVOKED", en="REVOKED / DICABUT")


@cache
def _template() -> bytes:
    return (resources.files(__package__) / "paper.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Only those that typst carries, so that every machine sets the same page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def pdf(*, view: HolderView, verify_url: str, language: Language) -> bytes:
    """The certificate as a tagged PDF of one A4 page, in `language` with the other beneath.

    It is PDF/A-2 unless a name holds signs that no font here has. The same certificate gives the
    same bytes at any time and place. A revoked one says so across the page.
    """
    inputs, issued = _inputs(view, verify_url, language), int(view.issued_at.timestamp())
    try:
        return _set(inputs, issued=issued, standards=_ARCHIVED)
    except typst.TypstError:
        return _set(inputs, issued=issued, standards=())


def _set(inputs: dict[str, str], *, issued: int, standards: Sequence[Standard]) -> bytes:
    pages = typst.compile(
        _template(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=issued,
    )
    return bytes(pages)


def _inputs(view: HolderView, verify_url: str, language: Language) -> dict[str, str]:
    """Everything the template shows, by the name it knows it by."""
    texts = {
        "heading": _HEADING,
        "given_to": _GIVEN_TO,
        "for_course": _FOR_COURSE,
        "number_label": _NUMBER,
        "provider_label": _PROVIDER,
        "hours_label": _HOURS_LABEL,
        "completed_label": _COMPLETED,
        "check": _CHECK,
        "title": view.title,
        "completed": _day(view.completed_at),
    }
    first = {name: text.in_language(language) for name, text in texts.items()}
    other = {f"{name}_other": text.in_language(_other(language)) for name, text in texts.items()}
    is_revoked = view.state == CertificateState.REVOKED
    return (
        first
        | other
        | {
            "language": language,
            "issuer": _ISSUER,
            "number": show_number(view.number),
            "holder": view.holder,
            "provider": view.provider_name,
            "hours": _HOURS.fill(hours=view.hours).in_language(language),
            "address": verify_url,
            "qr": _qr(verify_url),
            "revoked": _REVOKED.in_language(language) if is_revoked else "",
        }
    )


def _other(language: Language) -> Language:
    return "id" if language == "en" else "en"


def _day(at: datetime) -> Text:
    """The day in western Indonesia, as every certificate gives it."""
    return show_date(at.astimezone(WIB).date())


def _qr(address: str) -> str:
    """The address as an SVG code that still reads when an eighth of it is dirty (level M)."""
    code = segno.make_qr(address, error="m")
    drawn: str = code.svg_inline(border=2, dark="#14202b", light="#ffffff")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
