import shutil

import pytest

from gelombang.settings.environment import load


@pytest.fixture(autouse=True)
def _no_answers_of_another_test():
    """Lines of a test before may have left answers: their numbers are of another database."""
    shutil.rmtree(load().data_dir / "answers", ignore_errors=True)
