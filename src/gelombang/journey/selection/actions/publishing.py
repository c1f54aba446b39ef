"""Writing the publication directory of a wave from the rows."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from gelombang import store
from gelombang.journey.selection import drawing, publication
from gelombang.journey.selection.actions.freezing import list_lines
from gelombang.journey.selection.actions.lots import lines_of_result
from gelombang.journey.selection.models import Draw


def publish(*, wave_id: str, publications: Path, real_now: datetime) -> list[str]:
    """Write every file that the draw's state allows; the names of the files.

    The rows are the truth and the files follow from them to the byte, so writing again, after a
    crash or a lost disk, changes nothing for anybody who compares digests.
    """
    with store.transaction():
        draw = Draw.objects.get(wave_id=wave_id)
        directory = publication.directory_of(publications, wave_id)
        publication.write(directory, "rules.json", [draw.rules_file])
        if not draw.list_sha256:
            return ["rules.json"]
        publication.write(directory, "candidates.csv", _list(draw.id))
        publication.write(directory, "commitment.json", [draw.commitment_file])
        written = list(publication.LIST_FILES)
        if draw.randomness:
            publication.write(directory, "reveal.json", [_reveal(draw)])
            publication.write(directory, "result.csv", lines_of_result(draw))
            publication.write(directory, "cutoffs.json", [draw.cutoffs_file])
            written += publication.RESULT_FILES
            draw.result_written_at = real_now
        draw.list_written_at = real_now
        draw.save(update_fields=["list_written_at", "result_written_at"])
    return written


def _list(draw_id: int) -> Iterator[str]:
    yield drawing.LIST_HEADER
    for line in list_lines(draw_id):
        yield f"{line}\n"


def _reveal(draw: Draw) -> str:
    return drawing.reveal_file(
        chain=draw.beacon_chain,
        number=draw.beacon_round or 0,
        randomness=draw.randomness,
        signature=draw.signature,
    )
