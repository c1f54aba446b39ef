"""Addresses of the participants' pages. The front door owns POST /gabung/<wave>."""

from django.urls import path

from gelombang.web import addresses
from gelombang.web.participants import home, identity, joining, results, signin

addresses.register()

urlpatterns = [
    path("masuk", signin.ask_email),
    path("masuk/kode", signin.ask_code),
    path("masuk/kirim-ulang", signin.send_again),
    path("keluar", signin.leave),
    path("saya", home.home),
    path("saya/status", home.journey),
    path("saya/identitas", identity.hub),
    path("saya/identitas/periksa", identity.check_answers),
    path("saya/identitas/perbaiki", identity.correct),
    path("saya/identitas/<slug:slug>", identity.question),
    path("saya/hasil/<wave:wave_id>", results.result),
    path("gabung/<wave:wave_id>", joining.wave),
    path("gabung/<wave:wave_id>/batal", joining.withdraw),
]
