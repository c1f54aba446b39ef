"""Reservations are not numbered any more: nobody handed a part of one back."""

from django.db import migrations


class Migration(migrations.Migration):
    """One column less of a handful of rows. Back it comes empty, as who reads it begins anew."""

    dependencies = (("partners", "0003_spacing"),)
    operations = (migrations.RemoveField(model_name="partner", name="latest_reservation"),)
