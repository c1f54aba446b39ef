"""The composition of door and house, with a house in which every request raises or hangs."""

import asyncio
import os
from dataclasses import replace

from gelombang.frontdoor.asgi import application as front_door
from gelombang.settings.environment import load
from gelombang.settings.frontdoor import door_config

MANNER = "BROKEN_HOUSE"  # the variable that says which


async def house(scope, receive, send):
    """What Django would be, if nothing in it worked."""
    while (await receive()).get("more_body"):
        pass
    if os.environ[MANNER] == "hanging":
        await asyncio.Event().wait()
    raise RuntimeError("nothing works here")


def composed():
    """The application, with less patience than usual so that a test sees its end."""
    config = door_config(load())
    limits = replace(config.limits, house_answer_seconds=2, house_seconds=1)
    return front_door(replace(config, limits=limits), house=house)


def main():
    from granian.constants import Interfaces

    from gelombang.cli.parts import serve_application

    serve_application("tests.faults.broken_house:application", interface=Interfaces.ASGI)


if __name__ == "__main__":
    main()
elif MANNER in os.environ:
    application = composed()
