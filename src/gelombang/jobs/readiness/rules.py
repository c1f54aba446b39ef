"""What the figures that were found mean: one judgement for each check, without looking anywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gelombang.kit.money import show_count
from gelombang.kit.words import Text
from gelombang.records.programme.readiness import Check, State

OLDEST_POSTGRES = 15
FEWEST_CONNECTIONS = 20
"""Connections that must be free: a house, a worker and a door each open some more under load."""
FULL_BYTES, TIGHT_BYTES = 1 << 30, 10 << 30
CLOCK_SECONDS = 1.0
FEWEST_REHEARSED = 1_000
"""People of a rehearsal that says something about an opening."""
RECENT = timedelta(hours=24)
WORKER_SECONDS = 60.0
"""The worker writes the public figures every ten seconds."""


@dataclass(frozen=True, slots=True)
class Server:
    """What PostgreSQL says of itself."""

    version: int
    """Its major version."""
    is_writable: bool
    fsync: bool
    synchronous_commit: str
    connections_left: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something was done last, as a file says; a rehearsal's also says how it went."""

    at: datetime
    clean: bool = True
    """Whether it ended with nothing off."""
    name: str = ""
    people: int = 0
    """How many came."""


def unseen(name: str, *, kind: str) -> Check:
    """A check that could not be made; `kind` is the class of what came in between."""
    return Check(
        name,
        State.UNKNOWN,
        Text(
            id="Tidak dapat diperiksa dari sini ({kind}). Periksa sendiri.",
            en="Cannot be checked from here ({kind}). Look for yourself.",
        ).fill(kind=kind),
    )


def database_away(*, kind: str) -> Check:
    """The database does not answer, so nothing that asks it was checked."""
    sentence = Text(
        id="Basis data tidak menjawab ({kind}).", en="The database does not answer ({kind})."
    )
    return Check("database", State.FAILED, sentence.fill(kind=kind))


def judge_database(server: Server) -> Check:
    """Whether PostgreSQL keeps what it confirms, and has room for more processes."""
    for holds, sentence in (
        (
            server.version >= OLDEST_POSTGRES,
            Text(
                id="PostgreSQL {version} terlalu tua; perlu {oldest} atau lebih baru.",
                en="PostgreSQL {version} is too old; it takes {oldest} or newer.",
            ).fill(version=server.version, oldest=OLDEST_POSTGRES),
        ),
        (
            server.is_writable,
            Text(
                id="Basis data hanya dapat dibaca.",
                en="The database can only be read.",
            ),
        ),
        (
            server.fsync and server.synchronous_commit not in {"off", "local"},
            Text(
                id="fsync atau synchronous_commit dimatikan: tanda terima bukan janji.",
                en="fsync or synchronous_commit is off: a receipt would promise nothing.",
            ),
        ),
    ):
        if not holds:
            return Check("database", State.FAILED, sentence)
    state = State.OK if server.connections_left >= FEWEST_CONNECTIONS else State.WARNING
    sentence = Text(
        id="PostgreSQL {version} menyimpan setiap tanda terima; sisa koneksi {left}.",
        en="PostgreSQL {version} keeps every receipt; {left} connections are left.",
    )
    return Check(
        "database", state, sentence.fill(version=server.version, left=server.connections_left)
    )


def judge_disk(name: str, *, free: int) -> Check:
    """Whether a disk has room; `free` in bytes."""
    state = State.OK
    if free < TIGHT_BYTES:
        state = State.FAILED if free < FULL_BYTES else State.WARNING
    sentence = Text(id="Ruang kosong {gib} GiB.", en="{gib} GiB are free.")
    return Check(name, state, sentence.fill(gib=f"{free / (1 << 30):.1f}"))


def judge_keys(*, broken: Collection[str], missing: Collection[int], held: int) -> Check:
    """Whether every key works, and opens what the database holds.

    `broken` names keys that do not open what they sealed, `missing` the ids of keys that sealed
    values in the database and are not in the environment.
    """
    if missing:
        sentence = Text(
            id="Basis data memuat nilai yang disegel dengan kunci {ids}, yang tidak ada di sini.",
            en="The database holds values sealed with key {ids}, which is not here.",
        ).fill(ids=", ".join(map(str, sorted(missing))))
        return Check("keys", State.FAILED, sentence)
    if broken:
        sentence = Text(
            id="Kunci ini tidak membuka atau menandatangani: {names}.",
            en="These keys do not open or sign: {names}.",
        ).fill(names=", ".join(sorted(broken)))
        return Check("keys", State.FAILED, sentence)
    sentence = Text(
        id="Semua {held} kunci membuka dan menandatangani; nilai di basis data memakai kunci yang "
        "ada (contoh dari setiap tabel).",
        en="All {held} keys open and sign; values in the database use keys that are here (a sample "
        "of every table).",
    )
    return Check("keys", State.OK, sentence.fill(held=held))


def judge_mail(*, code: int) -> Check:
    """Whether the mail server greets us; `code` is its answer to EHLO, 0 for none."""
    if 200 <= code < 300:  # noqa: PLR2004 - the class of SMTP answers that mean yes
        return Check(
            "mail",
            State.OK,
            Text(id="Peladen surel menjawab.", en="The mail server answers."),
        )
    sentence = Text(
        id="Peladen surel tidak menjawab sapaan kami (kode {code}).",
        en="The mail server does not answer our greeting (code {code}).",
    )
    return Check("mail", State.FAILED, sentence.fill(code=code))


def judge_partner(code: str, *, answers: bool, stopped: bool, parked: bool, resting: bool) -> Check:
    """Whether a partner may be asked, and its address takes a connection."""
    name = f"partner:{code}"
    if stopped or parked:
        return Check(
            name,
            State.FAILED,
            Text(
                id="Dihentikan: tidak ditanya sampai seseorang melanjutkannya.",
                en="Stopped: it is not asked until somebody resumes it.",
            )
            if stopped
            else Text(
                id="Diparkir: kuota hari ini habis atau di luar jam layanan.",
                en="Parked: its quota of the day is used up, or it is outside its hours.",
            ),
        )
    if not answers:
        sentence = Text(
            id="Alamatnya tidak menerima sambungan.", en="Its address takes no connection."
        )
        return Check(name, State.FAILED, sentence)
    if resting:
        sentence = Text(
            id="Alamatnya menerima sambungan, tetapi jawabannya gangguan; kami menunggu sebentar.",
            en="Its address takes connections, but its answers fail; we wait for a while.",
        )
        return Check(name, State.WARNING, sentence)
    return Check(
        name,
        State.OK,
        Text(id="Alamatnya menerima sambungan.", en="Its address takes connections."),
    )


def judge_clocks(*, apart: float, virtual_rate: float | None, is_demo: bool) -> Check:
    """Whether the clocks agree; `apart` in seconds, `virtual_rate` None where time is real."""
    if apart > CLOCK_SECONDS:
        sentence = Text(
            id="Jam basis data dan jam mesin ini berbeda {apart} detik; paling banyak 1.",
            en="The database's clock and this machine's are {apart} seconds apart; at most 1.",
        )
        return Check("clocks", State.FAILED, sentence.fill(apart=f"{apart:.1f}"))
    if virtual_rate is not None and not is_demo:
        sentence = Text(
            id="GELOMBANG_CLOCK dipasang: program berjalan menurut jam buatan.",
            en="GELOMBANG_CLOCK is set: the programme runs by a made-up clock.",
        )
        return Check("clocks", State.FAILED, sentence)
    if virtual_rate == 0:
        sentence = Text(
            id="Jam virtual sedang ditahan: pembukaan tidak akan tiba sampai jam berjalan.",
            en="The virtual clock is held: the opening will not come until it runs.",
        )
        return Check("clocks", State.WARNING, sentence)
    return Check(
        "clocks",
        State.OK,
        Text(id="Jam basis data dan jam mesin ini cocok.", en="The clocks agree."),
    )


def judge_backup(stamp: Stamp | None, *, real_now: datetime, is_demo: bool) -> Check:
    """Whether a backup was made within a day."""
    lacking = State.WARNING if is_demo else State.FAILED
    if stamp is None:
        sentence = Text(
            id="Tidak ada cadangan yang diketahui (GELOMBANG_BACKUP_STAMP).",
            en="No backup is known (GELOMBANG_BACKUP_STAMP).",
        )
        return Check("backups", lacking, sentence)
    sentence = Text(
        id="Cadangan terakhir {hours} jam yang lalu.", en="The latest backup is {hours} hours old."
    ).fill(hours=_hours(stamp, real_now))
    return Check("backups", State.OK if _is_recent(stamp, real_now) else lacking, sentence)


def judge_rehearsal(stamps: Sequence[Stamp], *, real_now: datetime, is_demo: bool) -> Check:
    """Whether a rehearsal of the last day ended clean, and enough people came in it.

    The largest one counts that no later one of its kind and at least its size spoils.
    """
    lacking = State.WARNING if is_demo else State.FAILED
    if not stamps:
        sentence = Text(
            id="Tidak ada gladi yang diketahui (GELOMBANG_REHEARSAL_STAMP).",
            en="No rehearsal is known (GELOMBANG_REHEARSAL_STAMP).",
        )
        return Check("rehearsal", lacking, sentence)
    taken = _taken(stamps, real_now)
    if not taken.clean:
        sentence = Text(
            id="{rehearsal} berakhir dengan kesalahan.", en="{rehearsal} ended with something off."
        )
    elif taken.people < FEWEST_REHEARSED:
        sentence = Text(
            id="{rehearsal} terlalu kecil: perlu {fewest} orang atau lebih.",
            en="{rehearsal} was too small: it takes {fewest} people or more.",
        )
    else:
        sentence = Text(id="{rehearsal} berakhir bersih.", en="{rehearsal} ended clean.")
        lacking = State.OK if _is_recent(taken, real_now) else lacking
    words = sentence.fill_from(
        rehearsal=_in_words(taken, real_now), fewest=_count(FEWEST_REHEARSED)
    )
    return Check("rehearsal", lacking, words)


def _taken(stamps: Sequence[Stamp], real_now: datetime) -> Stamp:
    """The rehearsal that is judged: the largest good one, else the one that says most.

    Of those of the last day that is the largest, and of older ones the latest.
    """
    recent = [each for each in stamps if _is_recent(each, real_now)]
    good = [each for each in recent if _is_good(each, recent)]
    if recent:
        return max(good or recent, key=lambda each: (each.people, each.at))
    return max(stamps, key=lambda each: each.at)


def _is_good(rehearsal: Stamp, others: Sequence[Stamp]) -> bool:
    """Whether it was large enough and clean, and none like it went wrong since."""
    spoilt = any(
        not other.clean
        and other.name == rehearsal.name
        and other.people >= rehearsal.people
        and other.at >= rehearsal.at
        for other in others
    )
    return rehearsal.clean and rehearsal.people >= FEWEST_REHEARSED and not spoilt


def _in_words(rehearsal: Stamp, real_now: datetime) -> Text:
    said = Text(
        id="Gladi {name} dengan {people} orang, {hours} jam yang lalu,",
        en="The rehearsal {name} of {people} people, {hours} hours ago,",
    )
    hours = str(_hours(rehearsal, real_now))
    return said.fill_from(
        name=Text(id=rehearsal.name, en=rehearsal.name),
        people=_count(rehearsal.people),
        hours=Text(id=hours, en=hours),
    )


def _count(count: int) -> Text:
    return Text(id=show_count(count), en=show_count(count, "en"))


def judge_workers(stamp: Stamp | None, *, real_now: datetime) -> Check:
    """Whether a worker sweeps: it writes the public figures again and again."""
    if stamp is None:
        sentence = Text(
            id="Tidak ada pekerja: angka publik belum pernah ditulis.",
            en="No worker: the public figures were never written.",
        )
        return Check("workers", State.FAILED, sentence)
    seconds = max((real_now - stamp.at).total_seconds(), 0.0)
    sentence = Text(
        id="Pekerja menulis angka publik {seconds} detik yang lalu.",
        en="A worker wrote the public figures {seconds} seconds ago.",
    ).fill(seconds=f"{seconds:.0f}")
    return Check("workers", State.OK if seconds <= WORKER_SECONDS else State.FAILED, sentence)


def _is_recent(stamp: Stamp, real_now: datetime) -> bool:
    return real_now - stamp.at <= RECENT


def _hours(stamp: Stamp, real_now: datetime) -> int:
    return max(int((real_now - stamp.at) / timedelta(hours=1)), 0)
