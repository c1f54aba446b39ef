"""Addresses of the participants' pages. The front door owns POST /gabung/<wave>."""

from django.urls import path

from gelombang.web import addresses
from gelombang.web.participants import (
    accounts,
    benefits,
    certificates,
    contacts,
    home,
    identity,
    joining,
    payments,
    results,
    shopping,
    signin,
    stepping_up,
    survey,
)

addresses.register()

urlpatterns = [
    path("masuk", signin.ask_email),
    path("masuk/kode", signin.ask_code),
    path("masuk/kirim-ulang", signin.send_again),
    path("keluar", signin.leave),
    path("saya", home.home),
    path("saya/status", home.journey),
    path("saya/kontak", contacts.contacts),
    path("saya/kontak/surel", contacts.email),
    path("saya/kontak/surel/kode", contacts.email_code),
    path("saya/kontak/batal", contacts.cancel),
    path("saya/kontak/keluarkan", contacts.sign_out_others),
    path("saya/kode", stepping_up.code),
    path("saya/kode/kirim", stepping_up.send),
    path("saya/identitas", identity.hub),
    path("saya/identitas/periksa", identity.check_answers),
    path("saya/identitas/perbaiki", identity.correct),
    path("saya/identitas/<slug:slug>", identity.question),
    path("saya/hasil/<wave:wave_id>", results.result),
    path("saya/bantuan", benefits.award),
    path("saya/bantuan/terima", benefits.accept),
    path("saya/bantuan/tolak", benefits.decline),
    path("pelatihan/<course:code>/beli", shopping.buy),
    path("saya/pelatihan", shopping.trainings),
    path("saya/pelatihan/<int:purchase_id>", shopping.training),
    path("saya/pelatihan/<int:purchase_id>/batal", shopping.cancel),
    path("saya/sertifikat/<certificate:number>", certificates.certificate),
    path("saya/sertifikat/<certificate:number>.pdf", certificates.certificate_pdf),
    path("saya/sertifikat/<certificate:number>/ulasan", certificates.review),
    path("saya/survei", survey.start),
    path("saya/survei/<int:page>", survey.questions),
    path("saya/akun", accounts.account),
    path("saya/akun/pilih", accounts.choose),
    path("saya/akun/nomor", accounts.number),
    path("saya/akun/kode", accounts.code),
    path("saya/akun/kode/kirim", accounts.send_code),
    path("saya/pembayaran", payments.payments),
    path("gabung/<wave:wave_id>", joining.wave),
    path("gabung/<wave:wave_id>/batal", joining.withdraw),
]
