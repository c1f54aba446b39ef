import pytest

from gelombang.rehearsal.figures import at_scale


def test_the_whole_day_has_the_published_figures():
    day = at_scale("1")
    assert (day.registered, day.email_verified, day.nik_verified, day.joined) == (
        1_432_133, 1_063_028, 624_090, 77_834,
    )  # fmt: skip
    assert (day.quota, day.peak_minute) == (164_872, 80_000)


def test_one_hundredth_is_rounded_half_up():
    day = at_scale("0.01")
    assert (day.registered, day.email_verified, day.nik_verified, day.joined, day.quota) == (
        14_321, 10_630, 6_241, 778, 1_649,
    )  # fmt: skip


def test_a_half_goes_up_and_not_to_the_even_neighbour():
    # 0.5 x 1,432,133 = 716,066.5
    assert at_scale("0.5").registered == 716_067


@pytest.mark.parametrize("scale", ["0", "-0.1", "1.01", "0.000001"])
def test_scales_that_make_no_sense_are_refused(scale):
    with pytest.raises(ValueError, match=r"scale"):
        at_scale(scale)
