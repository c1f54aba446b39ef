"""Translations compile without GNU gettext."""

import gettext

import pytest
from babel.messages.pofile import PoFileError

from gelombang.cli.translations import compile_translations

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Daftar"
msgstr "Register"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    return path


def test_a_catalogue_is_compiled_once(source, tmp_path):
    (written,) = compile_translations(tmp_path)
    with written.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Daftar") == "Register"
    assert compile_translations(tmp_path) == []


def test_a_broken_catalogue_stops_it(source, tmp_path):
    source.write_text(PO + '\nmsgid "x\n')
    with pytest.raises(PoFileError):
        compile_translations(tmp_path)
