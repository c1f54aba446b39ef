"""What is made once: every form unpacks to the same bytes, and each reader gets one it can read."""

import gzip

import brotli
import pytest

from gelombang.frontdoor import prepared
from gelombang.frontdoor.sundries import packed, plain_assets

TEXT = b"<p>Tidak perlu berebut.</p>" * 50


@pytest.mark.parametrize("make", [prepared.prepare, prepared.prepare_quickly])
def test_every_form_is_the_same_text_and_the_packed_ones_are_smaller(make):
    made = make(TEXT)
    assert made.plain == TEXT
    assert gzip.decompress(made.gzip) == TEXT
    assert brotli.decompress(made.brotli) == TEXT
    assert len(made.brotli) < len(made.gzip) < len(TEXT)
    assert made.etag == make(TEXT).etag != make(TEXT + b"!").etag


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("gzip; q=0.0, br ; q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=abc", ""),
        ("gzip;q=1.1.1", ""),
        (";;;,,,", ""),
        ("gzippy, brr", ""),
        ("a" * 300 + ", gzip", ""),
    ],
)
def test_the_reader_gets_what_it_says_it_can_unpack(accepted, coding):
    made = prepared.prepare(TEXT)
    body, headers = made.chosen(accepted)
    assert body == {"br": made.brotli, "gzip": made.gzip, "": made.plain}[coding]
    assert headers == ((("content-encoding", coding),) if coding else ())


def test_what_was_built_is_used_and_what_changed_since_is_packed_anew(tmp_path):
    assert prepared.build({"a": TEXT, "b": b"x" * 100}, place=tmp_path) == 2
    assert prepared.build({"a": TEXT, "b": b"x" * 100}, place=tmp_path) == 0
    built = sorted(each.name for each in tmp_path.iterdir())
    assert len(built) == 4
    digest = built[0].split(".")[0]
    marked = gzip.compress(TEXT, 1, mtime=0)
    for text in (TEXT, b"x" * 100):
        found = prepared.prepare(text, place=tmp_path)
        assert gzip.decompress(found.gzip) == text
    for file in tmp_path.glob("*.gz"):
        file.write_bytes(marked)
    assert prepared.prepare(TEXT, place=tmp_path).gzip == marked
    assert prepared.prepare(TEXT + b"!", place=tmp_path).gzip != marked
    assert prepared.build({"a": TEXT + b"!"}, place=tmp_path) == 1
    assert not any(each.name.startswith(digest) for each in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 2


def test_every_asset_is_packed():
    for name, plain in plain_assets().items():
        assert brotli.decompress(packed(name).brotli) == plain
