"""Answers as bytes, and what the server says by itself, before any route is asked."""

from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from gelombang.kit.words import Text

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
Header = tuple[str, str]
_BODYLESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_LINES = {int(each): f"HTTP/1.1 {each.value} {each.phrase}\r\n" for each in HTTPStatus}
_WORDS = {
    HTTPStatus.BAD_REQUEST: Text(
        id="Permintaan ini tidak dapat kami baca.", en="We cannot read this request."
    ),
    HTTPStatus.REQUEST_TIMEOUT: Text(
        id="Permintaan ini datang terlalu lambat. Coba kirim lagi.",
        en="This request came too slowly. Please send it again.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text(
        id="Kiriman ini terlalu besar.", en="What was sent is too large."
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: Text(
        id="Alamat ini terlalu panjang.", en="This address is too long."
    ),
    HTTPStatus.EXPECTATION_FAILED: Text(
        id="Permintaan ini meminta hal yang tidak kami kenal.",
        en="This request expects something that we do not know.",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Text(
        id="Kepala permintaan ini terlalu besar. Hapus kuki untuk situs ini, lalu coba lagi.",
        en="The head of this request is too large. Remove this site's cookies and try again.",
    ),
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED: Text(
        id="Kami berbicara HTTP/1.1.", en="We speak HTTP/1.1."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        id="Ada yang rusak di pihak kami. Silakan coba lagi sebentar lagi.",
        en="Something broke on our side. Please try again in a moment.",
    ),
}

_PAGE = """<!doctype html>
<html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{id}</title>
<body style="font:1.125rem/1.5 sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem">
<h1 style="font-size:1.5rem">{id}</h1>
<p lang="en">{en}</p>
<p><a href="/">Halaman depan</a> · <a href="/" lang="en">Front page</a></p>
"""


class HeaderBroken(ValueError):
    """A header of an answer would end its line: the answer is not sent."""


class Dateline:
    """The header Date, made anew once a second and not for every answer."""

    def __init__(self) -> None:
        self.line = ""
        self.renew()

    def renew(self) -> None:
        """Take the present second."""
        self.line = f"date: {formatdate(usegmt=True)}\r\n"


def head_of(
    status: int, headers: Sequence[Header], *, extra: str, length: int | None
) -> tuple[bytes, bool]:
    """The head of an answer, and whether its own headers ask to close the connection.

    `extra` are finished lines. `length` is told where the headers tell none; None tells nothing.
    Raises HeaderBroken for a line break in a header: that would split the answer in two.
    """
    lines = [_LINES[status]]
    closes, lacks_length, told = False, length is not None and status not in _BODYLESS, 0
    for name, value in headers:
        if name == "connection":
            closes = closes or value == "close"
            continue  # `extra` says it
        if name == "content-length":
            lacks_length = False
        lines.append(f"{name}: {value}\r\n")
        told += 1
    whole = "".join(lines)
    if whole.count("\n") != told + 1 or whole.count("\r") != told + 1:
        raise HeaderBroken
    if lacks_length:
        extra = f"{extra}content-length: {length}\r\n"
    return f"{whole}{extra}\r\n".encode("latin-1"), closes


@lru_cache(maxsize=16)
def own_answer(status: HTTPStatus) -> tuple[tuple[Header, ...], bytes]:
    """Headers and body of an answer that the server gives by itself."""
    words = _WORDS[status]
    body = _PAGE.format(id=words.id, en=words.en).encode()
    headers = (
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-length", str(len(body))),
    )
    return headers, body
