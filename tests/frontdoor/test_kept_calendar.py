"""A door that starts without PostgreSQL knows the last calendar, and takes nothing in."""

from datetime import timedelta

from tests.frontdoor.test_landing import NEXT, OPENS, REGISTERING, WAVE, facts

from gelombang.frontdoor.calendar import REGISTRATION, DoorState, Facts
from gelombang.frontdoor.kept_calendar import LARGEST, KeptCalendar
from gelombang.frontdoor.landing import hero_of


def test_what_was_kept_comes_back_whole(tmp_path):
    file = tmp_path / "public" / "calendar.json"
    known = facts(REGISTERING, WAVE, NEXT)
    KeptCalendar(file).keep(known)
    found = KeptCalendar(file).recall()
    assert found == known
    assert found.state(REGISTRATION, OPENS - timedelta(hours=1)) is DoorState.BEFORE
    shut = hero_of(found, OPENS + timedelta(hours=1), reachable=False)
    assert shut.heading.id == "Pendaftaran dijeda sebentar"
    assert list(tmp_path.rglob("*.new")) == []


def test_the_file_is_written_only_when_something_changed(tmp_path):
    file = tmp_path / "calendar.json"
    kept = KeptCalendar(file)
    kept.keep(facts(REGISTERING))
    before = file.stat().st_ino
    kept.keep(facts(REGISTERING))
    assert file.stat().st_ino == before
    kept.keep(facts(REGISTERING, WAVE))
    assert file.stat().st_ino != before
    kept.keep(Facts())
    assert kept.recall() == facts(REGISTERING, WAVE)


def test_without_a_good_file_nothing_is_known(tmp_path, caplog):
    file = tmp_path / "calendar.json"
    kept = KeptCalendar(file)
    assert kept.recall() == Facts()
    for garbled in (
        b"{",
        b'{"known": 3}',
        b'{"subjects": {"x": {"opens_at": "soon"}}, "known": true}',
    ):
        file.write_bytes(garbled)
        assert kept.recall() == Facts()
    assert "garbled" in caplog.text
    file.write_bytes(b" " * (LARGEST + 1))
    assert kept.recall() == Facts()


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path, caplog):
    (tmp_path / "file").write_bytes(b"")
    kept = KeptCalendar(tmp_path / "file" / "calendar.json")
    kept.keep(facts(REGISTERING))
    assert "could not be kept" in caplog.text
