"""Front door and house composed on one listener."""

from __future__ import annotations

import os
from typing import cast

from django.core.asgi import get_asgi_application

from gelombang.frontdoor.asgi import application as front_door
from gelombang.frontdoor.wire import App
from gelombang.settings.environment import load
from gelombang.settings.frontdoor import door_config
from gelombang.web.providers.wire import with_readable_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gelombang.settings.django")

django = cast("App", get_asgi_application())  # Django types its scope more narrowly than ASGI does
house = with_readable_headers(django)
application = front_door(door_config(load()), house=house)
