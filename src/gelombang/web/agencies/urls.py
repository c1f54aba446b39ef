"""Addresses of the agencies' pages."""

from django.urls import path

from gelombang.web.agencies import views

urlpatterns = [
    path("meja/nominasi", views.nominations),
    path("meja/nominasi/<int:list_id>/perlu-diperbaiki.csv", views.error_file),
]
