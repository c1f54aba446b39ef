"""The shapes of ids in addresses: anything else is an unknown page, before a view runs."""

from functools import cache

from django.urls import register_converter
from django.urls.converters import StringConverter


class WaveId(StringConverter):
    """A wave id as draw.md writes it, e.g. `PKJ-2020-W01`."""

    regex = "[A-Z0-9-]{1,32}"


class TicketId(StringConverter):
    """A ticket, e.g. `W01-048821930117`."""

    regex = "W[0-9]{2,6}-[0-9]{12}"


class CourseCode(StringConverter):
    """A course of the catalogue, e.g. `BK-EXCEL-01`."""

    regex = "[A-Z0-9][A-Z0-9-]{0,39}"


class CertificateNumber(StringConverter):
    """The number of a certificate as it is printed."""

    regex = "[A-Z0-9][A-Z0-9-]{0,23}"


class PublishedName(StringConverter):
    """A file of a publication: never a path."""

    regex = r"[a-z][a-z0-9-]{0,40}\.(?:json|csv)"


@cache
def register() -> None:
    """Make the shapes known to Django's URLs, once per process."""
    for converter, name in (
        (WaveId, "wave"),
        (TicketId, "ticket"),
        (CourseCode, "course"),
        (CertificateNumber, "certificate"),
        (PublishedName, "published"),
    ):
        register_converter(converter, name)
