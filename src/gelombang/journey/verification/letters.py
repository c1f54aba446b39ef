"""What we write to people about the check of their identity. No letter carries personal data."""

from dataclasses import dataclass

from gelombang.journey.verification.rules import WaitPhase
from gelombang.kit.words import Text


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body in both languages."""

    subject: Text
    body: Text


_VERIFIED = Letter(
    subject=Text(id="Identitas Anda terverifikasi", en="Your identity is verified"),
    body=Text(
        id=(
            "Halo,\n\n"
            "Dukcapil membenarkan data yang Anda isi. Identitas Anda terverifikasi.\n\n"
            "Bila Anda belum bergabung: bergabunglah ke gelombang selama masih dibuka. Kecepatan "
            "tidak menentukan; peserta dipilih lewat undian setelah gelombang ditutup.\n\n"
            "Bila Anda sudah bergabung: keikutsertaan Anda tetap berlaku, dan tidak ada yang perlu "
            "Anda lakukan.\n\n"
            "Buka halaman Anda: {address}\n"
        ),
        en=(
            "Hello,\n\n"
            "The civil registry confirmed the details you gave. Your identity is verified.\n\n"
            "If you have not joined yet: join the wave while it is open. Speed does not matter; "
            "people are chosen by a draw after the wave has closed.\n\n"
            "If you have joined: you stay in the wave, and there is nothing that you need to "
            "do.\n\n"
            "Open your page: {address}\n"
        ),
    ),
)
_REFUTED = Letter(
    subject=Text(
        id="Data Anda belum cocok dengan Dukcapil",
        en="Your details do not match the civil registry yet",
    ),
    body=Text(
        id=(
            "Halo,\n\n"
            "Dukcapil belum membenarkan data yang Anda isi. Pendaftaran Anda tidak hilang.\n\n"
            "Halaman Anda menyebut sebabnya dan jalan keluarnya. Perbaiki bila salah ketik; bila "
            "catatan Dukcapil yang keliru, kantor Dukcapil dapat membetulkannya.\n\n"
            "Buka halaman Anda: {address}\n"
        ),
        en=(
            "Hello,\n\n"
            "The civil registry has not confirmed the details you gave. Your registration is not "
            "lost.\n\n"
            "Your page says why, and what helps. Correct what was mistyped; if the civil "
            "registry's record is wrong, a Dukcapil office can correct it.\n\n"
            "Open your page: {address}\n"
        ),
    ),
)

_UNPROCESSED = Letter(
    subject=Text(
        id="Dukcapil belum dapat memproses NIK Anda",
        en="The civil registry cannot process your NIK yet",
    ),
    body=Text(
        id=(
            "Halo,\n\n"
            "Kami sudah bertanya beberapa kali, dan Dukcapil menjawab bahwa NIK Anda belum dapat "
            "diproses. Ini bukan penolakan, dan pendaftaran Anda tidak hilang.\n\n"
            "Petugas kami memeriksanya dan bertanya lagi. Anda dapat menanyakan NIK Anda di "
            "kantor Dukcapil; bawa KTP dan kartu keluarga.\n\n"
            "Buka halaman Anda: {address}\n"
        ),
        en=(
            "Hello,\n\n"
            "We have asked several times, and the civil registry answers that it cannot process "
            "your NIK yet. This is no refusal, and your registration is not lost.\n\n"
            "Our staff look into it and ask again. You can ask about your NIK at a Dukcapil "
            "office; bring your identity card and your family card.\n\n"
            "Open your page: {address}\n"
        ),
    ),
)


def unprocessed(*, base_url: str) -> Letter:
    """The letter when the registry could not process a NIK, asked as often as we ask."""
    return _addressed(_UNPROCESSED, base_url)


_WAITS = Letter(
    subject=Text(id="Pemeriksaan Anda menunggu {source}", en="Your check is waiting for {source}"),
    body=Text(
        id=(
            "Halo,\n\n"
            "Layanan {source} sudah lama tidak dapat kami tanyai, sehingga pemeriksaan data Anda "
            "menunggu. Tempat Anda dalam antrean tidak hilang, dan Anda tidak perlu berbuat "
            "apa-apa.\n\n"
            "Kami menulis lagi satu kali bila pemeriksaan berlanjut atau selesai.\n\n"
            "Lihat perkiraannya: {address}\n"
        ),
        en=(
            "Hello,\n\n"
            "We have not been able to ask {source} for long, so the check of your details waits. "
            "Your place in the queue is not lost, and there is nothing that you need to do.\n\n"
            "We write once more when the check goes on or is done.\n\n"
            "See the estimate: {address}\n"
        ),
    ),
)
_GOES_ON = Letter(
    subject=Text(id="Pemeriksaan Anda berlanjut", en="Your check goes on"),
    body=Text(
        id=(
            "Halo,\n\n"
            "Layanan {source} menjawab lagi, dan pemeriksaan data Anda berlanjut. Hasilnya kami "
            "kirim begitu ada.\n\n"
            "Lihat perkiraannya: {address}\n"
        ),
        en=(
            "Hello,\n\n"
            "{source} answers again, and the check of your details goes on. We send you the result "
            "as soon as there is one.\n\n"
            "See the estimate: {address}\n"
        ),
    ),
)


def of_wait(*, phase: WaitPhase, source: str, base_url: str) -> Letter:
    """The letter about a check that waits for a partner for long, or goes on after that."""
    letter = _WAITS if phase is WaitPhase.WAITS else _GOES_ON
    return Letter(
        letter.subject.fill(source=source),
        letter.body.fill(source=source, address=f"{base_url}/saya"),
    )


def verified(*, base_url: str) -> Letter:
    """The letter after the registry confirmed a person."""
    return _addressed(_VERIFIED, base_url)


def refuted(*, base_url: str) -> Letter:
    """The letter after the registry contradicted a statement."""
    return _addressed(_REFUTED, base_url)


def _addressed(letter: Letter, base_url: str) -> Letter:
    return Letter(letter.subject, letter.body.fill(address=f"{base_url}/saya"))
