from datetime import date

import pytest

from gelombang.rehearsal.figures import at_scale
from gelombang.rehearsal.population import Programme, invent


@pytest.fixture(scope="session")
def programme() -> Programme:
    return Programme(
        area_weights={"31": 10, "32": 48, "33": 36, "35": 41, "12": 15, "53": 5, "91": 4},
        minimum_age=18,
        age_inclusive=True,
        closes_on=date(2020, 4, 16),
    )


@pytest.fixture(scope="session")
def population(programme):
    return invent(seed=7, figures=at_scale("0.005"), programme=programme)
