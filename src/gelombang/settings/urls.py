"""The addresses of the house: what each audience's pages declare. The front door has its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("gelombang.web.public.urls")),
    path("", include("gelombang.web.participants.urls")),
    path("", include("gelombang.web.agencies.urls")),
    path("", include("gelombang.web.operators.urls")),
    path("", include("gelombang.web.providers.urls")),  # before the API's catch-all
    path("", include("gelombang.web.api.urls")),
]

handler400 = "gelombang.web.public.trouble.bad_request"
handler403 = "gelombang.web.public.trouble.forbidden"
handler404 = "gelombang.web.public.trouble.not_found"
handler500 = "gelombang.web.public.trouble.broken"
