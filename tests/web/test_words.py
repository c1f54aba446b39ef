"""Every sentence of the pages stands in English too; the Indonesian keeps to the house's words."""

import re

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from tests.web import wording

SLOT = re.compile(r"%\(\w+\)s")
FORBIDDEN = re.compile(
    r"\b(error|invalid|gagal|kamu|email|e-mail|password|klik|submit|login|logout|loading)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def sentences():
    return wording.by_app()


@pytest.fixture(scope="module")
def english():
    found = {}
    for app in wording.APPS:
        if wording.catalogue(app).is_file():
            with wording.catalogue(app).open("rb") as text:
                for message in read_po(text, abort_invalid=True):
                    if message.id:
                        assert not message.fuzzy, message.id
                        key = message.id if isinstance(message.id, str) else message.id[0]
                        found[key] = message.string
    return found


def test_the_extraction_sees_templates_and_code():
    template = (
        '{% load i18n %}{% translate "Satu" %}{% translate "Dua" as x %}'
        "{% blocktranslate with n=a %}Tiga {{ n }}{% endblocktranslate %}"
        "{% blocktranslate count n=a %}Empat {{ n }}{% plural %}Lima {{ n }}{% endblocktranslate %}"
    )
    found = list(wording.in_template(template))
    assert found == ["Satu", "Dua", "Tiga %(n)s", "Empat %(n)s", "Lima %(n)s"]
    assert list(wording.in_code("_('Enam')\ngettext('Tujuh')")) == ["Enam", "Tujuh"]


def test_every_sentence_has_its_english(sentences, english):
    lacking = {
        (app, sentence)
        for app, asked in sentences.items()
        for sentence in asked
        if not english.get(sentence)
        or not all(english[sentence] if isinstance(english[sentence], tuple) else [1])
    }
    assert not lacking


def test_no_english_is_left_over(sentences, english):
    asked = {sentence for app in sentences.values() for sentence in app}
    assert not english.keys() - asked


def test_slots_are_the_same_in_both_languages(english):
    wrong = [
        key
        for key, words in english.items()
        for word in ([words] if isinstance(words, str) else words)
        if set(SLOT.findall(key)) != set(SLOT.findall(word))
    ]
    assert not wrong


def test_the_indonesian_uses_the_words_of_the_house(sentences):
    wrong = [s for app in sentences.values() for s in app if FORBIDDEN.search(SLOT.sub("", s))]
    assert not wrong


def test_sentences_are_short(sentences):
    long = [
        part
        for app in sentences.values()
        for sentence in app
        for part in re.split(r"[.:;?!]\s", sentence)
        if len(part.split()) > 25
    ]
    assert not long


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/bantuan", "/privasi", "/masuk", "/angka", "/meja/masuk"])
def test_the_switch_turns_a_whole_page_to_english(path):
    browser = Client()
    indonesian = browser.get(path)
    browser.cookies["bahasa"] = "en"
    english = browser.get(path)
    assert '<html lang="id">' in indonesian.content.decode()
    assert '<html lang="en">' in english.content.decode()
    assert f'href="/bahasa/en?ke=%2F{path[1:].replace("/", "%2F")}"' in indonesian.content.decode()
    assert "Bahasa Indonesia" in english.content.decode()
