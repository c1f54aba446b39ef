"""All commands of `gelombang bench`, wherever they stand."""

from gelombang.cli.bench import app
from gelombang.cli.bench_checks import checks
from gelombang.cli.mail_bench import mail

app.command()(checks)
app.command()(mail)

__all__ = ["app"]
