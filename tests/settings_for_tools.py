"""Django's settings for mypy and makemigrations, which need no secret and no database."""

from tests.environment import provide

provide()

from gelombang.settings.django import *  # noqa: E402, F403 the tools read every name

DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405 nobody waits for a database that is not there
