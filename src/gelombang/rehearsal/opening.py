"""Opening the registration as people do: the programme is loaded and the opening signed off."""

import tempfile
from pathlib import Path

from gelombang.rehearsal.commands import gelombang, sign_off_the_opening
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.system import System


async def open_registration(system: System, stage: Stage, *, reason: str) -> None:
    """Load the programme and sign off its opening. Raises CommandFailed."""
    with tempfile.TemporaryDirectory(prefix="gelombang-programme-") as directory:
        file = Path(directory) / "programme.toml"
        file.write_text(stage.text, encoding="utf-8")
        await gelombang("programme", "load", str(file), environment=system.environment)
    await sign_off_the_opening(environment=system.environment, reason=reason)
