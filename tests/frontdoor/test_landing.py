"""The home page tells the state of the programme, in both languages, from memory alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gelombang.frontdoor.calendar import REGISTRATION, AreaStage, Facts, Subject
from gelombang.frontdoor.funnel import Figures, Funnel
from gelombang.frontdoor.landing import hero_of, landing_page, time_left

OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
CLOSES = datetime(2020, 4, 16, 9, tzinfo=UTC)
NOW = datetime(2020, 4, 12, 9, tzinfo=UTC)
LATER = datetime(2020, 4, 20, 1, tzinfo=UTC)
FIGURES = Figures(NOW, 1_432_133, 1_063_028, 624_090, 77_834)
REGISTERING = Subject(REGISTRATION, "Pendaftaran", OPENS, None, paused=False)
WAVE = Subject("PKJ-2020-W01", "Gelombang 1", OPENS, CLOSES, paused=False)
NEXT = Subject("PKJ-2020-W02", "Gelombang 2", LATER, None, paused=False)


def facts(*subjects: Subject) -> Facts:
    return Facts({each.subject: each for each in subjects}, known=True)


def closed(subject: Subject) -> Subject:
    return Subject(subject.subject, subject.name, OPENS, OPENS + timedelta(hours=1), paused=False)


def held(subject: Subject) -> Subject:
    return Subject(subject.subject, subject.name, OPENS, None, paused=True)


STATES = {
    "a wave is open": (
        facts(REGISTERING, WAVE),
        "Gelombang 1 dibuka sampai Kamis, 16 April 2020, 16.00 WIB",
        "Wave 1 is open until Thursday, 16 April 2020, 16:00 WIB",
        "/daftar",
    ),
    "a wave is open, registration is not": (
        facts(closed(REGISTERING), WAVE),
        "Gelombang 1 dibuka sampai Kamis, 16 April 2020, 16.00 WIB",
        "Wave 1 is open until Thursday, 16 April 2020, 16:00 WIB",
        "/masuk",
    ),
    "between two waves": (
        facts(REGISTERING, closed(WAVE), NEXT),
        "Pendaftaran dibuka",
        "Registration is open",
        "/daftar",
    ),
    "closed": (facts(closed(REGISTERING)), "Pendaftaran sudah ditutup", "Registration is closed",
               "/masuk"),
    "held by an operator": (facts(held(REGISTERING), WAVE), "Pendaftaran dijeda sebentar",
                            "Registration is paused for a moment", None),
    "nobody signed the opening off": (
        facts(Subject(REGISTRATION, "Pendaftaran", OPENS, None, paused=False, signed_off=False)),
        "Pendaftaran sedang disiapkan",
        "Registration is being prepared",
        None,
    ),
    "no calendar yet": (facts(), "Jadwal pendaftaran belum diumumkan",
                        "The date of registration is not announced yet", None),
    "never read": (Facts(), "Pendaftaran dijeda sebentar", "Registration is paused for a moment",
                   None),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_the_heading_and_the_one_way_on_follow_the_state(state):
    known, indonesian, english, target = STATES[state]
    hero = hero_of(known, NOW, reachable=True)
    assert (hero.heading.id, hero.heading.en) == (indonesian, english)
    assert (hero.link[1] if hero.link else None) == target


def test_before_the_opening_it_says_when_in_three_zones_and_how_long():
    hero = hero_of(facts(REGISTERING, WAVE), OPENS - timedelta(hours=28), reachable=True)
    assert hero.heading.id == "Pendaftaran dibuka Sabtu, 11 April 2020, 19.00 WIB"
    assert hero.words[0].id == (
        "Dibuka dalam 1 hari 4 jam. Pukul 19.00 WIB / 20.00 WITA / 21.00 WIT."
    )
    assert hero.link is None


def test_between_two_waves_it_says_when_the_next_opens():
    hero = hero_of(facts(REGISTERING, closed(WAVE), NEXT), NOW, reachable=True)
    assert "Gelombang 2 dibuka Senin, 20 April 2020, 08.00 WIB" in hero.words[0].id
    assert "Wave 2 opens on Monday, 20 April 2020, 08:00 WIB" in hero.words[0].en


def test_with_the_database_away_what_would_be_open_is_paused_and_the_rest_stays_true():
    assert hero_of(facts(REGISTERING), NOW, reachable=False).heading.id.endswith("dijeda sebentar")
    shut = hero_of(facts(closed(REGISTERING)), NOW, reachable=False)
    assert shut.heading.id == "Pendaftaran sudah ditutup"


@pytest.mark.parametrize(
    ("left", "indonesian"),
    [
        (timedelta(days=2, hours=4, minutes=59), "2 hari 4 jam"),
        (timedelta(days=3), "3 hari"),
        (timedelta(days=1, minutes=5), "1 hari"),
        (timedelta(hours=4, minutes=10), "4 jam 10 menit"),
        (timedelta(minutes=5), "5 menit"),
        (timedelta(seconds=61), "2 menit"),
        (timedelta(microseconds=1), "1 menit"),
    ],
)
def test_what_is_left_reads_in_two_units_at_most(left, indonesian):
    assert time_left(left).id == indonesian


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_small_and_says_what_people_must_know(state, language):
    hero = hero_of(STATES[state][0], NOW, reachable=True)
    text = landing_page(language, hero, FIGURES, made_at=NOW, site="prakerja.example.id")
    assert len(text.encode()) <= 14 * 1024
    sentences = {
        "id": ["Bukan gaji pengangguran", "Didata belum berarti terdaftar", "undian", "joki",
               "Kartu Keluarga", "1.432.133", "1.063.028 · 74,2%", "624.090 · 43,6%",
               "77.834 · 5,4%", "persen dari yang terdaftar", "12 April 2020, 16.00 WIB"],
        "en": ["not an unemployment wage", "Being reported is not being registered", "by lot",
               "paid proxy", "family card", "1,432,133", "1,063,028 · 74.2%", "624,090 · 43.6%",
               "77,834 · 5.4%", "percentages of those registered", "12 April 2020, 16:00 WIB"],
    }[language]  # fmt: skip
    assert [each for each in [*sentences, "prakerja.example.id"] if each not in text] == []
    assert text.count("<h1>") == 1
    assert "error" not in text.lower()


def test_without_figures_there_are_none_rather_than_zeros():
    hero = hero_of(facts(REGISTERING), NOW, reachable=True)
    assert "funnel" not in landing_page("id", hero, None, made_at=NOW, site="x")


def test_figures_of_nobody_are_no_division():
    hero = hero_of(facts(REGISTERING), NOW, reachable=True)
    nobody = Figures(NOW, 0, 0, 0, 0)
    assert "0 · –" in landing_page("id", hero, nobody, made_at=NOW, site="x")


def test_the_figures_are_read_again_when_the_file_changes_and_survive_a_garbled_one(tmp_path):
    file = tmp_path / "funnel.json"
    funnel = Funnel(file)
    funnel.look()
    assert funnel.figures is None
    content = {"as_of": NOW.isoformat(), "registered": 3, "email_verified": 2, "nik_verified": 1,
               "joined": 0, "denominator": "registered"}  # fmt: skip
    file.write_text(json.dumps(content))
    funnel.look()
    assert funnel.figures == Figures(NOW, 3, 2, 1, 0)
    file.write_text(json.dumps(content | {"registered": 4}))
    funnel.look()
    assert funnel.figures.registered == 4
    file.write_text("{")
    funnel.look()
    file.unlink()
    funnel.look()
    assert funnel.figures.registered == 4


def staged(*opens: datetime) -> Facts:
    names = [("Jawa dan Bali", "Java and Bali"), ("Daerah lainnya", "All other areas")]
    stages = tuple(
        AreaStage(WAVE.subject, *name, at) for name, at in zip(names, opens, strict=True)
    )
    return Facts(facts(REGISTERING, WAVE).subjects, known=True, stages=stages)


def test_while_areas_open_one_by_one_the_page_says_which():
    hero = hero_of(staged(OPENS, NOW + timedelta(hours=5)), NOW, reachable=True)
    said = [each.en for each in hero.words]
    assert said[-2:] == [
        "Java and Bali: may join now.",
        "All other areas: from Sunday, 12 April 2020, 21:00 WIB.",
    ]
    assert "province of residence" in said[-3]


def test_once_all_areas_may_join_nothing_is_said_of_them():
    hero = hero_of(staged(OPENS, OPENS), NOW, reachable=True)
    assert len(hero.words) == 1
