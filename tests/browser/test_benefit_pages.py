"""Every page from the award to the last rupiah, in each of its states, looked at in a browser."""

import pytest
from tests.web.conftest import own_settings, web_clock  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
STATES = 90


@pytest.fixture
def shown(keyring, web_clock) -> list[tuple[str, str]]:  # noqa: F811 - the fixture
    """Name and HTML of every state; made before a browser keeps an event loop in this thread."""
    from tests.web.benefit_story import pages

    return list(pages(keyring, web_clock))


@pytest.fixture
def inspector(shown, chromium):
    """Looks at pages in a browser of its own."""
    from tests.browser.inspecting import Inspector
    from tests.browser.walking import a_browser

    with a_browser(chromium) as browser:
        yield Inspector(browser)


def test_every_page_of_the_benefit_is_sound(shown, inspector):
    from gelombang.cli.places import clone

    stylesheet = clone() / "src" / "gelombang" / "frontdoor" / "assets" / "gaya.css"
    for place, (name, html) in enumerate(shown):
        inspector.examine(html, name, stylesheet=stylesheet, dark=place % 4 == 0)
        if 'http-equiv="refresh"' in html:
            assert "perbarui=tidak" in html, f"{name} cannot be stopped"
    assert len(inspector.looked_at) >= STATES
    assert inspector.faults == []
