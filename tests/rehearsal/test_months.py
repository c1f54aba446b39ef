from datetime import datetime

import pytest

from gelombang.kit.clock import WIB
from gelombang.rehearsal.months import pay_day


def wib(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=WIB)


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        (wib(2020, 4, 16, 18), 0, wib(2020, 4, 16, 19)),
        (wib(2020, 4, 16, 18), 3, wib(2020, 7, 16, 19)),
        (wib(2020, 1, 31, 8), 1, wib(2020, 2, 29, 9)),
        (wib(2020, 11, 30, 8), 3, wib(2021, 2, 28, 9)),
        (wib(2020, 12, 31, 23), 12, wib(2022, 1, 1, 0)),
    ],
)
def test_a_pay_day_is_an_hour_after_the_same_day_of_the_month(first, months, expected):
    assert pay_day(first, months=months) == expected
