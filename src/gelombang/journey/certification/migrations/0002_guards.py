"""Moves of certificates, what is never written again, and the view for later steps."""

from django.db import migrations

from gelombang import store
from gelombang.journey.certification.rules import CERTIFICATE_MOVES

GUARDED = {"certification_certificate": CERTIFICATE_MOVES}


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (
        ("certification", "0001_initial"),
        ("audit", "0002_guards"),
        ("learning", "0002_guards"),
    )
    operations = (
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED.items()
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.certification", "facts"),
            "DROP VIEW certificate_facts",
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.certification", "guards"),
            "DROP TRIGGER certification_fits_purchase ON certification_certificate;"
            "DROP TRIGGER certification_as_issued ON certification_certificate;"
            "DROP TRIGGER certification_stays ON certification_certificate;"
            "DROP FUNCTION certification_refuse_misfit();"
            "DROP FUNCTION certification_refuse_second_thoughts();",
        ),
    )
