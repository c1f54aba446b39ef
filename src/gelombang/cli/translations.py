"""Translations: every `.po` of ours becomes the `.mo` that Django reads, without GNU gettext."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_translations(root: Path) -> list[Path]:
    """Compile every `.po` below `root` whose `.mo` is missing or older; the files written."""
    written = []
    for source in sorted(root.rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalog = read_po(text, abort_invalid=True)
        draft = target.with_suffix(".mo.new")
        with draft.open("wb") as binary:
            write_mo(binary, catalog)
        draft.replace(target)
        written.append(target)
    return written
