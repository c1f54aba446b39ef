"""Addresses of the desk."""

from django.urls import path

from gelombang.web import addresses
from gelombang.web.operators import (
    batches,
    certificates,
    controls,
    courses,
    door,
    doubts,
    funding,
    live,
    moments,
    money,
    overview,
    people,
    readiness,
    signin,
    trail,
    waves,
)

addresses.register()

urlpatterns = [
    path("meja/", overview.overview),
    path("meja/masuk", signin.sign_in),
    path("meja/keluar", signin.sign_out),
    path("meja/angka", overview.funnel),
    path("meja/program", overview.programme_in_force),
    path("meja/gelombang", waves.overview),
    path("meja/gelombang/rencana", waves.plan),
    path("meja/gelombang/<wave:wave_id>", waves.control),
    path("meja/gelombang/<wave:wave_id>/<slug:slug>", waves.take),
    path("meja/orang", people.find),
    path("meja/pelatihan", courses.overview),
    path("meja/pelatihan/<course:code>/batal", courses.cancel),
    path("meja/sertifikat", certificates.find),
    path("meja/sertifikat/<certificate:number>", certificates.certificate),
    path("meja/sertifikat/<certificate:number>/cabut", certificates.revoke),
    path("meja/uang", money.overview),
    path("meja/uang/batch", money.make),
    path("meja/uang/batch/<slug:reference>", batches.control),
    path("meja/uang/batch/<slug:reference>/<slug:slug>", batches.act_on),
    path("meja/uang/tak-pasti", doubts.unknowns),
    path("meja/uang/pembayaran/<slug:reference>", doubts.payout),
    path("meja/uang/pembayaran/<slug:reference>/tanya", doubts.ask),
    path("meja/uang/dana", funding.fund),
    path("meja/pintu", controls.door),
    path("meja/pintu/atur", controls.set_controls),
    path("meja/pintu/langsung", live.live),
    path("meja/pintu/jeda", door.switch),
    path("meja/kesiapan", readiness.checks),
    path("meja/kesiapan/periksa", readiness.ask),
    path("meja/kesiapan/sahkan", readiness.sign_off),
    path("meja/kesiapan/abaikan", readiness.override),
    path("meja/jadwal/<str:subject>", door.reschedule),
    path("meja/jejak", trail.trail),
    path("meja/jam", moments.demo_clock),
]
