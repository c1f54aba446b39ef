"""The six digits that a person types: the field, and what is wrong before anything is checked."""

import re

from django.utils.translation import gettext as _

from gelombang.web.fields import Field

_SIX_DIGITS = re.compile(r"(?:[ -]*[0-9]){6}[ -]*")


def field() -> Field:
    """The one field of the page."""
    return Field(
        "kode",
        _("Kode 6 angka"),
        hint=_("Kode berlaku 10 menit sejak dikirim."),
        kind="code",
        autocomplete="one-time-code",
        short=True,
    )


def miscount(typed: str) -> str:
    """What is wrong where not six digits were typed: no wrong code, so no try is lost."""
    if _SIX_DIGITS.fullmatch(typed):
        return ""
    return _("Kode terdiri dari 6 angka, misalnya 204816.")
