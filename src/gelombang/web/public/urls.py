"""Addresses that anybody may read. The front door owns the landing page and registration."""

from django.urls import path

from gelombang.web import addresses
from gelombang.web.public import certificates, courses, draws, views

addresses.register()

urlpatterns = [
    path("angka", views.numbers),
    path("angka.csv", views.numbers_csv),
    path("angka.json", views.numbers_json),
    path("angka-uang.csv", views.money_csv),
    path("angka-uang.json", views.money_json),
    path("angka-pengunjung.csv", views.visitors_csv),
    path("angka-pengunjung.json", views.visitors_json),
    path("jadwal", views.schedule),
    path("bantuan", views.help_page),
    path("privasi", views.privacy),
    path("periksa-pesan", views.check_message),
    path("pelatihan", courses.catalogue),
    path("pelatihan/bandingkan", courses.compare),
    path("pelatihan/<course:code>", courses.course),
    path("sertifikat", certificates.search),
    path("sertifikat/<certificate:number>", certificates.certificate),
    path("undian", draws.overview),
    path("undian/<wave:wave_id>/", draws.draw),
    path("undian/<wave:wave_id>/cari", draws.search),
    path("undian/<wave:wave_id>/tiket/<ticket:ticket>", draws.ticket),
    path("undian/<wave:wave_id>/<published:name>", draws.published_file),
]
