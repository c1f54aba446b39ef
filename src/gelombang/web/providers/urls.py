"""Addresses of the training providers' calls, as their clients have them."""

from django.urls import path

from gelombang.journey.learning.signing import COMMIT_PATH, STATUS_PATH
from gelombang.web.providers import views

urlpatterns = [
    path(STATUS_PATH.removeprefix("/"), views.redeem_code_status),
    path(COMMIT_PATH.removeprefix("/"), views.redeem_code_commit),
]
