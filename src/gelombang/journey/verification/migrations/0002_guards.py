"""The moves of identities and checks, and attestations that nobody edits, held by the database."""

from django.db import migrations

from gelombang import store
from gelombang.journey.verification.rules import CHECK_MOVES, IDENTITY_MOVES

GUARDED = (("verification_identity", IDENTITY_MOVES), ("verification_check", CHECK_MOVES))
KEPT = "verification_attestation"


class Migration(migrations.Migration):
    """Guards of states and of append-only tables."""

    dependencies = (("verification", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED
        ),
        migrations.RunSQL(store.append_only(KEPT), store.not_append_only(KEPT)),
    )
