"""A complete system with the programme loaded, demo staff, and a browser."""

from datetime import datetime

import pytest

from gelombang.cli.system import ThrowawaySystem
from gelombang.kit import clock

WAVE = "PKJ-2020-W01"


@pytest.fixture(scope="package")
def a_system():
    """One complete system for all these tests; it ends before others want the machine."""
    with ThrowawaySystem("browser-tests", durable=False) as system:
        yield system


@pytest.fixture(scope="package")
def stage(a_system):
    """The system with its programme, waves and staff, a few minutes after the opening."""
    from tests.browser.walking import run_command

    from gelombang.cli.places import clone

    programme = clone() / "programmes" / "prakerja-2020.toml"
    run_command(a_system.environment, "programme", "load", str(programme))
    run_command(a_system.environment, "ready", "--override", "--reason", "uji di peramban")
    run_command(a_system.environment, "operators", "demo")
    opened = datetime(2020, 4, 11, 19, 5, tzinfo=clock.WIB)
    if clock.read_face(a_system.clock_file).at(clock.real_now()) < opened:
        clock.set_face(a_system.clock_file, virtual=opened, rate=1)
    return a_system


@pytest.fixture(scope="module")
def browser(chromium):
    """One Chromium for the tests of a module.

    Playwright keeps an event loop running in this thread as long as it is there, and asynchronous
    tests of other modules need the thread to themselves.
    """
    from tests.browser.walking import a_browser

    with a_browser(chromium) as found:
        yield found
