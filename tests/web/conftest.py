"""Fixtures for tests of pages; what they make is in `making`, which needs Django to be ready."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from gelombang.kit import clock


@pytest.fixture
def web_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now) -> Path:
    """The virtual clock that the pages read, held in the first wave."""
    path = tmp_path / "clock.json"
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(path))
    clock.set_face(path, virtual=now, rate=0)
    return path


@pytest.fixture(autouse=True)
def own_settings(web_clock: Path, tmp_path: Path, settings) -> Iterator[None]:
    """Settings of this test: its own data directory and clock; staff's passwords cost little."""
    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"data_dir": tmp_path, "clock": web_clock}
    )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return


@pytest.fixture(autouse=True)
def no_admission(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked for an admission pass, and pages without a database stay without one."""
    from gelombang.web import admission

    monkeypatch.setattr(admission.switch, "is_on", False)
    monkeypatch.setattr(admission.switch, "is_stale", lambda: False)


@pytest.fixture
def loaded_programme(db, now) -> None:
    """The programme of 2020, its waves planned, the first one open."""
    from tests.web import making

    making.load_programme(now=now)


@pytest.fixture
def make_person(db, keyring, now):
    """Makes people who registered."""
    from tests.web import making

    return partial(making.make_person, keyring, now)


@pytest.fixture
def person(make_person):
    """Somebody with a confirmed address."""
    return make_person()


@pytest.fixture
def code_of(keyring):
    """Reads the newest code in the letters to somebody."""
    from tests.web import making

    return partial(making.newest_code, keyring)


@pytest.fixture
def signed_in(keyring):
    """Makes a browser in which somebody has signed in."""
    from tests.web import making

    return partial(making.sign_in, keyring)


@pytest.fixture
def state_identity(keyring, now):
    """Sends somebody's statement."""
    from tests.web import making

    return partial(making.state_identity, keyring, now)


@pytest.fixture
def judge(keyring, now):
    """Lets the civil registry answer."""
    from tests.web import making

    return partial(making.judge, keyring, now)


@pytest.fixture
def verified(person, state_identity, judge):
    """Somebody whose identity is confirmed."""
    state_identity(person)
    judge()
    return person


@pytest.fixture
def make_staff(db):
    """Makes accounts of staff."""
    from tests.web import making

    return making.make_staff


@pytest.fixture
def at_desk(db):
    """Makes a browser in which a member of some groups has signed in."""
    from tests.web import making

    return making.at_desk


ANSWERS = {
    "nik": {"nik": "3174 0117 0895 9901"},
    "kk": {"family_card_no": "3174010101200001"},
    "nama": {"name": "Budi Santoso"},
    "kelamin": {"sex": "male"},
    "lahir": {
        "birth_place": "Jakarta",
        "birth_date_hari": "17",
        "birth_date_bulan": "8",
        "birth_date_tahun": "1995",
    },
    "provinsi": {"province": "31"},
}


def answer_all(browser, **changed) -> None:
    """Answer every question of the identity, some of them differently."""
    for slug, typed in (ANSWERS | changed).items():
        answer = browser.post(f"/saya/identitas/{slug}", typed)
        assert answer.status_code == 303, answer.content.decode()


def page(answer) -> str:
    """The HTML of an answer."""
    return answer.content.decode()


@pytest.fixture
def put_in_wave():
    """Writes somebody's entry as the worker does."""
    from tests.web import making

    return making.put_in_wave
