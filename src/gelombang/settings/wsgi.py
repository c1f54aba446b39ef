"""The house alone, over WSGI: for a deployment that serves the front door apart."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gelombang.settings.django")

application = get_wsgi_application()
