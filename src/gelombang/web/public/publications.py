"""The files of a draw, served to the byte from the directory where the draw published them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)

CHUNK = 256 * 1024
KINDS = {".json": "application/json", ".csv": "text/csv; charset=utf-8"}
ORDER = (
    "rules.json",
    "candidates.csv",
    "commitment.json",
    "reveal.json",
    "result.csv",
    "cutoffs.json",
)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file that is out."""

    name: str
    size: int


def _place(data_dir: Path, wave_id: str) -> Path:
    return data_dir / "publications" / wave_id


def files(data_dir: Path, wave_id: str) -> list[PublishedFile]:
    """The published files of a wave, in the order in which they appear during a draw."""
    place = _place(data_dir, wave_id)
    if not place.is_dir():
        return []
    known = [path for path in place.iterdir() if path.suffix in KINDS and path.is_file()]
    rank = {name: number for number, name in enumerate(ORDER)}
    ordered = sorted(known, key=lambda path: (rank.get(path.name, len(ORDER)), path.name))
    return [PublishedFile(path.name, path.stat().st_size) for path in ordered]


def response(request: HttpRequest, *, data_dir: Path, wave_id: str, name: str) -> HttpResponseBase:
    """One file, streamed. Raises Http404. `name` has the shape that the address allows."""
    path = _place(data_dir, wave_id) / name
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Http404 from None
    kind = KINDS[path.suffix]
    if isinstance(request, ASGIRequest):
        answer: HttpResponseBase = StreamingHttpResponse(_chunks(path), content_type=kind)
    else:
        answer = FileResponse(path.open("rb"), content_type=kind)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = f'inline; filename="{wave_id}-{name}"'
    return answer


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
