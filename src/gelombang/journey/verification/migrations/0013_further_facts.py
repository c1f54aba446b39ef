"""What two more registries said of people stands in the view of later steps."""

from django.db import migrations

from gelombang import store

FACTS = store.statement("gelombang.journey.verification", "facts")


class Migration(migrations.Migration):
    """Columns at the end of the view. Back leaves them: who does not know them reads past them."""

    dependencies = (("verification", "0012_attestation_facts"),)
    operations = (
        migrations.RunSQL(
            FACTS.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1), migrations.RunSQL.noop
        ),
    )
