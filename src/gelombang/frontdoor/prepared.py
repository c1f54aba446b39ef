"""Answers made once and sent many times: plain, packed with gzip, packed with Brotli, and a tag.

`gelombang pages` packs what never changes, as hard as it can be packed, and leaves it in `built`
under the digest of its content. A door that does not find it there packs it itself, so that a
stale or missing build costs a moment at start and never a wrong page.
"""

import gzip as gzip_format
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli as brotli_format

from gelombang.frontdoor.core import Header

BUILT = Path(__file__).parent / "built"
HARDEST, QUICK = 11, 5  # Brotli's quality: at build, and while people wait
_GZIP_HARDEST, _GZIP_QUICK = 9, 6
_LONGEST_ACCEPT = 200  # letters of an Accept-Encoding that are read; browsers send about 30
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One body in every form that it is sent in."""

    plain: bytes
    gzip: bytes
    brotli: bytes
    etag: str

    def chosen(self, accept_encoding: str) -> tuple[bytes, tuple[Header, ...]]:
        """The smallest form that the reader can unpack, and the header that names it."""
        coding = coding_of(accept_encoding[:_LONGEST_ACCEPT])
        if coding == "br":
            return self.brotli, (("content-encoding", "br"),)
        if coding == "gzip":
            return self.gzip, (("content-encoding", "gzip"),)
        return self.plain, ()


@lru_cache(maxsize=256)
def coding_of(accept_encoding: str) -> str:
    """`br`, `gzip` or nothing, by what RFC 9110 lets the header say: `q=0` refuses a coding."""
    weights: dict[str, float] = {}
    for each in accept_encoding.split(","):
        found = _CODING.fullmatch(each)
        if found is None:
            continue
        name = found[1].lower()
        weights["gzip" if name == "x-gzip" else name] = _weight(found[2])
    for coding in ("br", "gzip"):
        if weights.get(coding, weights.get("*", 0.0)) > 0:
            return coding
    return ""


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0


def prepare(plain: bytes, *, place: Path = BUILT) -> Prepared:
    """What never changes while the door stands: as it was built, or packed hard now."""
    digest = sha256(plain).hexdigest()
    packed = _built(digest, place=place) or _packed(plain)
    return Prepared(plain, *packed, _tag(digest))


def prepare_quickly(plain: bytes) -> Prepared:
    """What changes with the calendar or the minute: packed at once, without a look at the disk."""
    packed = gzip_format.compress(plain, _GZIP_QUICK, mtime=0)
    small = brotli_format.compress(plain, mode=brotli_format.MODE_TEXT, quality=QUICK)
    return Prepared(plain, packed, small, _tag(sha256(plain).hexdigest()))


def _tag(digest: str) -> str:
    return f'"{digest[:20]}"'


def _packed(plain: bytes) -> tuple[bytes, bytes]:
    small = brotli_format.compress(plain, mode=brotli_format.MODE_TEXT, quality=HARDEST)
    return gzip_format.compress(plain, _GZIP_HARDEST, mtime=0), small


def _built(digest: str, *, place: Path) -> tuple[bytes, bytes] | None:
    try:
        return (place / f"{digest}.gz").read_bytes(), (place / f"{digest}.br").read_bytes()
    except OSError:
        return None


def build(bodies: dict[str, bytes], *, place: Path = BUILT) -> int:
    """Pack every body into `place` and drop what no longer belongs there; how many were packed."""
    place.mkdir(parents=True, exist_ok=True)
    wanted = {sha256(plain).hexdigest(): plain for plain in bodies.values()}
    for found in place.iterdir():
        if found.stem not in wanted:
            found.unlink()
    made = 0
    for digest, plain in wanted.items():
        if _built(digest, place=place) is not None:
            continue
        for suffix, content in zip((".gz", ".br"), _packed(plain), strict=True):
            _replace(place / f"{digest}{suffix}", content)
        made += 1
    return made


def _replace(file: Path, content: bytes) -> None:
    """The whole file or none, also for a door that reads it now."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    draft.write_bytes(content)
    draft.replace(file)
