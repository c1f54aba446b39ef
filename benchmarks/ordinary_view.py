"""What a team would ship first: the same registration as a Django view, one row at a time.

It checks the proof of work, spends it once, seals, indexes and gives the same receipt into the same
table; only the shape differs.
"""

import json
import os
from datetime import UTC, datetime

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import IntegrityError
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gelombang.settings.django")
django.setup()

from gelombang.journey.registration.models import Submission  # noqa: E402 after the set-up
from gelombang.kit import altcha  # noqa: E402
from gelombang.kit.email import email_for_comparison, normalise_email  # noqa: E402
from gelombang.kit.errors import Refusal  # noqa: E402
from gelombang.kit.ids import receipt_for  # noqa: E402
from gelombang.kit.indexing import blind_index  # noqa: E402
from gelombang.kit.phone import normalise_phone  # noqa: E402
from gelombang.kit.sealing import derived_key, seal  # noqa: E402

settings.ROOT_URLCONF = __name__
KEYRING = settings.GELOMBANG.keyring
RECEIPT_KEY = derived_key(KEYRING, purpose="receipt")
PROOF_SECRETS = altcha.key_of(KEYRING)


@csrf_exempt
def register(request: HttpRequest) -> JsonResponse:
    """Validate, check and spend the proof, seal, get or create, answer."""
    typed = json.loads(request.body)
    email, phone = normalise_email(typed["email"]), normalise_phone(typed["phone"])
    key = request.headers["Idempotency-Key"]
    now = datetime.now(UTC)
    try:
        proof = altcha.check(PROOF_SECRETS, typed.get("altcha"), real_now=now)
        row, _ = Submission.objects.get_or_create(
            idempotency_key=key,
            defaults={
                "receipt": receipt_for(key=RECEIPT_KEY, idempotency_key=key),
                "email_sealed": seal(KEYRING, email, purpose="email"),
                "email_index": blind_index(KEYRING, email_for_comparison(email), purpose="email"),
                "phone_sealed": seal(KEYRING, phone, purpose="phone"),
                "phone_index": blind_index(KEYRING, phone, purpose="phone"),
                "language": "id",
                "received_at": now,
                "real_at": now,
                "proof": proof,
            },
        )
    except (Refusal, IntegrityError):
        return JsonResponse({"title": "another proof of work, please"}, status=428)
    return JsonResponse({"receipt": row.receipt}, status=201)


urlpatterns = [path("api/v1/registrations", register)]
application = get_wsgi_application()
