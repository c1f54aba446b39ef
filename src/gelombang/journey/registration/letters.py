"""The letters of registration: plain text, short, in the reader's language.

A subject never holds personal data or a code: it is what a lock screen shows.
"""

from dataclasses import dataclass
from datetime import datetime

from gelombang.kit.ids import show_receipt
from gelombang.kit.instants import show_instant
from gelombang.kit.words import Text


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter in both languages."""

    subject: Text
    body: Text

    def in_language(self, language: str) -> tuple[str, str]:
        """Subject and body as the reader gets them."""
        return self.subject.in_language(language), self.body.in_language(language)


_FOOT = Text(
    id="""\
Alamat resmi kami hanya satu: {base_url}

Semua layanan ini gratis. Kami tidak pernah meminta uang, kata sandi, atau kode masuk Anda,
baik lewat surel, telepon, maupun pesan. Jika ada yang memintanya, itu bukan kami.

Salam hangat dari pelaksana program
""",
    en="""\
We have one official address only: {base_url}

Everything here is free of charge. We never ask for money, a password or your sign-in code,
neither by e-mail nor by phone or message. If somebody does, it is not us.

With kind regards from the programme office
""",
)


def _letter(subject: Text, body: Text) -> Draft:
    whole = Text(id=_flow(f"{body.id}\n{_FOOT.id}"), en=_flow(f"{body.en}\n{_FOOT.en}"))
    return Draft(subject=subject, body=whole)


def _flow(text: str) -> str:
    """One line a paragraph: a phone and a wide screen break it where they want."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraphs) + "\n"


_CONFIRM = _letter(
    Text(id="Konfirmasi alamat surel Anda", en="Confirm your e-mail address"),
    Text(
        id="""\
Halo,

Terima kasih sudah mendaftar. Tinggal satu langkah lagi: buka tautan ini dan tekan tombol
"Ya, ini surel saya", supaya kami tahu bahwa surel kami sampai kepada Anda.

{link}

Tautan ini berlaku tujuh hari. Tidak perlu terburu-buru: peserta dipilih dengan undian,
bukan siapa cepat dia dapat.

Nomor tanda terima Anda: {receipt}

Anda tidak merasa mendaftar? Abaikan saja surel ini. Tanpa konfirmasi, tidak terjadi apa-apa.
""",
        en="""\
Hello,

Thank you for registering. One step is left: open this link and press the button
"Yes, this is my address", so that we know our mail reaches you.

{link}

The link works for seven days. There is no need to hurry: people are chosen by a draw,
not by who comes first.

Your receipt number: {receipt}

You did not register? Just ignore this e-mail. Without a confirmation nothing happens.
""",
    ),
)

_CONFIRM_AGAIN = _letter(
    Text(id="Tautan baru untuk konfirmasi surel Anda", en="A fresh link to confirm your e-mail"),
    Text(
        id="""\
Halo,

Anda sudah terdaftar, jadi tidak perlu mendaftar lagi. Yang belum ada hanya konfirmasi
alamat surel Anda. Ini tautan baru; buka dan tekan tombol
"Ya, ini surel saya".

{link}

Tautan ini berlaku tujuh hari. Mendaftar beberapa kali tidak menambah dan tidak mengurangi
peluang Anda.

Nomor tanda terima Anda: {receipt}

Anda tidak merasa mendaftar? Abaikan saja surel ini. Tanpa konfirmasi, tidak terjadi apa-apa.
""",
        en="""\
Hello,

You are already registered, so there is no need to register again. All that is missing is
the confirmation of your e-mail address. Here is a fresh link; open it and press
"Yes, this is my address".

{link}

The link works for seven days. Registering several times makes your chance neither better
nor worse.

Your receipt number: {receipt}

You did not register? Just ignore this e-mail. Without a confirmation nothing happens.
""",
    ),
)

_SIGN_IN = _letter(
    Text(id="Anda sudah terdaftar", en="You are already registered"),
    Text(
        id="""\
Halo,

Anda sudah terdaftar dan alamat surel Anda sudah dikonfirmasi. Tidak perlu mendaftar lagi.
Untuk melihat keadaan Anda atau melanjutkan, masuk di sini dengan alamat surel ini:

{link}

Kami akan mengirim kode enam angka; Anda tidak memerlukan kata sandi.

Nomor tanda terima untuk kiriman tadi: {receipt}

Bukan Anda yang mengisi formulir? Tidak ada yang berubah pada pendaftaran Anda.
""",
        en="""\
Hello,

You are already registered and your e-mail address is confirmed. There is no need to
register again. To see where you stand or to go on, sign in here with this address:

{link}

We will send you a code of six digits; you need no password.

The receipt number of what was just sent: {receipt}

It was not you who filled in the form? Nothing changes about your registration.
""",
    ),
)

_CODE = _letter(
    Text(id="Kode masuk Anda", en="Your sign-in code"),
    Text(
        id="""\
Halo,

Ini kode untuk masuk:

{code}

Ketik kode ini di halaman yang masih terbuka. Kode berlaku sepuluh menit, untuk satu kali
masuk, dan hanya kode terbaru yang berlaku. Jangan berikan kepada siapa pun.

Anda tidak meminta kode? Abaikan surel ini; tanpa kode, tidak ada yang bisa masuk.
""",
        en="""\
Hello,

This is your code to sign in:

{code}

Type it on the page that is still open. It works for ten minutes and for one sign-in, and
only the newest code works. Do not give it to anybody.

You did not ask for a code? Ignore this e-mail; without the code nobody gets in.
""",
    ),
)


_NEW_ADDRESS = _letter(
    Text(id="Kode untuk alamat surel baru Anda", en="A code for your new e-mail address"),
    Text(
        id="""\
Halo,

Seseorang ingin memakai alamat ini untuk akunnya. Jika itu Anda, ketik kode ini di halaman yang
masih terbuka:

{code}

Kode berlaku sepuluh menit. Jangan berikan kepada siapa pun.

Bukan Anda? Abaikan surel ini; tanpa kode, tidak ada yang berubah.
""",
        en="""\
Hello,

Somebody wants to use this address for their account. If that is you, type this code on the page
that is still open:

{code}

It works for ten minutes. Do not give it to anybody.

It was not you? Ignore this e-mail; without the code nothing changes.
""",
    ),
)

_IN_USE = _letter(
    Text(id="Alamat surel ini sudah terdaftar", en="This e-mail address is registered already"),
    Text(
        id="""\
Halo,

Seseorang ingin memakai alamat ini untuk akun lain, padahal alamat ini sudah terdaftar. Satu alamat
hanya untuk satu akun, jadi tidak ada yang berubah.

Jika itu Anda, masuk saja dengan alamat ini, atau pilih alamat lain.
""",
        en="""\
Hello,

Somebody wants to use this address for another account, but it is registered already. One address
is for one account only, so nothing changes.

If that was you, just sign in with this address, or choose another one.
""",
    ),
)

_WAITS = _letter(
    Text(id="Permintaan mengganti kontak Anda", en="A request to change your contact"),
    Text(
        id="""\
Halo,

Ada permintaan untuk mengganti kontak akun Anda menjadi {new}. Karena tidak ada kode dari alamat
ini, perubahan baru berlaku pada {at}.

Jika itu Anda, tidak perlu melakukan apa-apa.

Bukan Anda? Masuk di {base_url}/saya/kontak dan batalkan sebelum waktu itu.
""",
        en="""\
Hello,

Somebody asked to change the contact of your account to {new}. As no code of this address was given,
the change counts from {at} only.

If that was you, there is nothing to do.

It was not you? Sign in at {base_url}/saya/kontak and cancel it before then.
""",
    ),
)

_BY_TEXT = _letter(
    Text(id="Ada yang masuk ke akun Anda", en="Somebody signed in to your account"),
    Text(
        id="""\
Halo,

Ada yang masuk ke akun Anda dengan kode yang dikirim ke ponsel, pada {at}.

Jika itu Anda, tidak perlu melakukan apa-apa.

Bukan Anda? Masuk dengan surel di {base_url}/saya/kontak, keluarkan semua perangkat lain, lalu ganti
nomor ponsel.
""",
        en="""\
Hello,

Somebody signed in to your account with a code that was sent to your phone, at {at}.

If that was you, there is nothing to do.

It was not you? Sign in by e-mail at {base_url}/saya/kontak, sign every other device out, and change
the mobile number.
""",
    ),
)

_CHANGED = _letter(
    Text(id="Kontak akun Anda sudah diganti", en="The contact of your account was changed"),
    Text(
        id="""\
Halo,

Kontak akun Anda sudah diganti menjadi {new}. Surat dan kode berikutnya dikirim ke sana.

Bukan Anda yang menggantinya? Segera hubungi kami lewat {base_url}/bantuan.
""",
        en="""\
Hello,

The contact of your account was changed to {new}. Letters and codes go there from now on.

It was not you? Tell us at once by {base_url}/bantuan.
""",
    ),
)


def confirm(*, link: str, receipt: str, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body of the first letter: please confirm."""
    return _written(_CONFIRM, language, link=link, receipt=show_receipt(receipt), base_url=base_url)


def confirm_again(*, link: str, receipt: str, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body for somebody who is registered but did not confirm yet."""
    return _written(
        _CONFIRM_AGAIN, language, link=link, receipt=show_receipt(receipt), base_url=base_url
    )


def already_confirmed(*, link: str, receipt: str, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body for somebody who is registered and confirmed and sent the form again."""
    return _written(_SIGN_IN, language, link=link, receipt=show_receipt(receipt), base_url=base_url)


def sign_in_code(*, code: str, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body that bring a sign-in code, alone on its line."""
    return _written(_CODE, language, code=code, base_url=base_url)


def new_address_code(*, code: str, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body that bring the code by which a new address proves itself."""
    return _written(_NEW_ADDRESS, language, code=code, base_url=base_url)


def address_in_use(*, base_url: str, language: str) -> tuple[str, str]:
    """Subject and body for an address that somebody wants who cannot have it."""
    return _written(_IN_USE, language, base_url=base_url)


def change_waits(*, base_url: str, language: str, at: datetime, new: str) -> tuple[str, str]:
    """Subject and body for the old address: a change counts from `at` (real) unless cancelled."""
    shown = show_instant(at).in_language(language)
    return _written(_WAITS, language, base_url=base_url, at=shown, new=new)


def signed_in_by_text(*, base_url: str, language: str, at: datetime) -> tuple[str, str]:
    """Subject and body for the address: a code to the phone let somebody in at `at` (real)."""
    shown = show_instant(at).in_language(language)
    return _written(_BY_TEXT, language, base_url=base_url, at=shown)


def contact_changed(*, base_url: str, language: str, new: str) -> tuple[str, str]:
    """Subject and body for the old address: letters go elsewhere now."""
    return _written(_CHANGED, language, base_url=base_url, new=new)


def _written(draft: Draft, language: str, **slots: str) -> tuple[str, str]:
    subject, body = draft.in_language(language)
    return subject, body.format(**slots)
