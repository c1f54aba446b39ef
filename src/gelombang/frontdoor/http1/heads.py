"""What is wrong with the head of a request before anybody looks at what it asks for.

llhttp has refused by then what breaks the grammar. What remains is what two servers in a row might
read differently, which is how a request is smuggled past the first: it is refused, not mended.
"""

from collections.abc import Mapping
from http import HTTPStatus

import httptools

ONCE = frozenset({"host", "content-length", "transfer-encoding", "content-type", "expect"})
"""Headers that may stand in a request once."""
_KNOWN_VERSIONS = frozenset({"1.1", "1.0"})


def target_of(raw: bytes) -> str | None:
    """The target of a request in origin form; None where it is none that we could answer."""
    if raw[:1] == b"/":
        text = raw.decode("latin-1")
        return text if "#" not in text else None
    if raw[:7].lower() != b"http://" and raw[:8].lower() != b"https://":
        return raw.decode("latin-1") if raw == b"*" else None
    try:
        url = httptools.parse_url(raw)
    except httptools.HttpParserInvalidURLError:
        return None
    query = b"?" + url.query if url.query else b""
    return ((url.path or b"/") + query).decode("latin-1")


def head_fault(version: str, headers: Mapping[str, str]) -> HTTPStatus | None:
    """Why a request with these headers is refused; None when it may be answered."""
    if version not in _KNOWN_VERSIONS:
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    if "host" not in headers and version == "1.1":
        return HTTPStatus.BAD_REQUEST
    coding = headers.get("transfer-encoding")
    if coding is not None and (
        coding.lower() != "chunked" or version == "1.0" or "content-length" in headers
    ):
        return HTTPStatus.BAD_REQUEST
    expected = headers.get("expect")
    if expected is not None and expected.lower() != "100-continue":
        return HTTPStatus.EXPECTATION_FAILED
    return None
