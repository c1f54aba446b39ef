"""The letters that this step owes. No letter carries a name."""

from gelombang.kit.words import Language, Text

ISSUED_SUBJECT = Text(id="Sertifikat Anda terbit", en="Your certificate is here")
ISSUED = Text(
    id="""Anda menyelesaikan pelatihan {title}. Sertifikat Anda sudah terbit.

Nomor sertifikat: {number}
Lihat dan unduh: {page}

Langkah berikutnya: beri ulasan tentang pelatihan ini. Insentif Anda dijadwalkan setelah ulasan Anda
masuk:
{review}

Siapa pun yang Anda beri nomor itu dapat memeriksa sertifikat ini di:
{check}
""",
    en="""You finished the course {title}. Your certificate has been issued.

Certificate number: {number}
See and download it: {page}

Next step: review the course. Your incentive is scheduled once your review is in:
{review}

Anyone to whom you give the number can check this certificate at:
{check}
""",
)
REVOKED_SUBJECT = Text(id="Sertifikat Anda dicabut", en="Your certificate was revoked")
REVOKED = Text(
    id="""Sertifikat Anda untuk pelatihan {title} dicabut oleh kantor program.

Nomor sertifikat: {number}

Pembayaran yang menyangkut sertifikat ini ditahan. Bila pencabutan ini keliru, Anda dapat mengajukan
keberatan. Caranya ada di:
{help}
""",
    en="""The programme office revoked your certificate for the course {title}.

Certificate number: {number}

Payments that depend on this certificate are held. If the revocation is a mistake, you can object.
How to do so:
{help}
""",
)


def issued(
    *, language: Language, title: Text, number: str, page: str, check: str
) -> tuple[str, str]:
    """Subject and body for somebody whose certificate is issued; the next step is the review."""
    body = ISSUED.in_language(language)
    return ISSUED_SUBJECT.in_language(language), body.format(
        title=title.in_language(language),
        number=number,
        page=page,
        review=f"{page}/ulasan",
        check=check,
    )


def revoked(*, language: Language, title: Text, number: str, help_page: str) -> tuple[str, str]:
    """Subject and body for somebody whose certificate was taken back, and how to object."""
    body = REVOKED.in_language(language)
    return REVOKED_SUBJECT.in_language(language), body.format(
        title=title.in_language(language), number=number, help=help_page
    )
