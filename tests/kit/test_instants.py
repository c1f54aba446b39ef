"""Instants are said with their zone; one without a zone is not said at all."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gelombang.kit.instants import show_date, show_instant, show_three_zones
from gelombang.kit.words import Text

OPENS = datetime(2020, 4, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "indonesian", "english"),
    [
        (date(2020, 4, 23), "23 April 2020", "23 April 2020"),
        (date(2020, 8, 17), "17 Agustus 2020", "17 August 2020"),
        (date(2000, 2, 29), "29 Februari 2000", "29 February 2000"),
        (date(1999, 12, 1), "1 Desember 1999", "1 December 1999"),
        (date(2021, 1, 2), "2 Januari 2021", "2 January 2021"),
    ],
)
def test_a_date_in_both_languages(day, indonesian, english):
    assert show_date(day) == Text(id=indonesian, en=english)


def test_every_month_has_a_name_of_its_own():
    shown = [show_date(date(2020, month, 1)) for month in range(1, 13)]
    assert len({text.id for text in shown}) == len({text.en for text in shown}) == 12


def test_an_instant_is_told_in_western_time():
    assert show_instant(OPENS) == Text(id="23 April 2020, 16.00 WIB", en="23 April 2020, 16:00 WIB")


@pytest.mark.parametrize("hours", [-11, 0, 7, 14])
def test_the_zone_of_the_caller_changes_nothing(hours):
    elsewhere = OPENS.astimezone(timezone(timedelta(hours=hours)))
    assert show_instant(elsewhere) == show_instant(OPENS)


def test_the_weekday_is_the_one_in_indonesia():
    evening = datetime(2020, 4, 22, 17, tzinfo=UTC)  # still Wednesday in UTC
    assert show_instant(evening, weekday=True) == Text(
        id="Kamis, 23 April 2020, 00.00 WIB", en="Thursday, 23 April 2020, 00:00 WIB"
    )


def test_three_zones_for_people_all_over_the_country():
    assert show_three_zones(OPENS) == Text(
        id="16.00 WIB / 17.00 WITA / 18.00 WIT", en="16:00 WIB / 17:00 WITA / 18:00 WIT"
    )


@pytest.mark.parametrize(
    ("hour", "minute", "shown"),
    [
        (14, 59, "21.59 WIB / 22.59 WITA / 23.59 WIT"),
        (15, 0, "22.00 WIB / 23.00 WITA / 00.00 WIT (hari berikutnya)"),
        (16, 0, "23.00 WIB / 00.00 WITA (hari berikutnya) / 01.00 WIT (hari berikutnya)"),
        (17, 0, "00.00 WIB / 01.00 WITA / 02.00 WIT"),
    ],
)
def test_where_the_next_day_has_begun_it_says_so(hour, minute, shown):
    at = datetime(2020, 4, 23, hour, minute, tzinfo=UTC)
    assert show_three_zones(at).id == shown
    assert show_three_zones(at).en.count("(next day)") == shown.count("(hari berikutnya)")


@pytest.mark.parametrize("show", [show_instant, show_three_zones])
def test_an_instant_without_a_zone_is_refused(show):
    with pytest.raises(ValueError, match="zone"):
        show(OPENS.replace(tzinfo=None))
