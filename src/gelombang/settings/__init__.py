"""Environment to typed settings to Django; urls, wsgi, asgi."""
