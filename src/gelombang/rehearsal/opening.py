"""Opening the registration as people do: the programme is loaded and the opening signed off."""

import tempfile
from pathlib import Path

from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.system import System

REASON = "Gladi: sistem percobaan"


async def open_registration(system: System, stage: Stage) -> None:
    """Load the programme and sign off its opening. Raises CommandFailed."""
    with tempfile.TemporaryDirectory(prefix="gelombang-programme-") as directory:
        file = Path(directory) / "programme.toml"
        file.write_text(stage.text, encoding="utf-8")
        await gelombang("programme", "load", str(file), environment=system.environment)
    await sign_off(system)


async def sign_off(system: System) -> None:
    """Sign off the opening although a rehearsal has no backups and no rehearsal before it."""
