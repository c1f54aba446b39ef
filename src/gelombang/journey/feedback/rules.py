"""Reviews and surveys: what is asked, what is taken, and what is refused."""

from typing import ClassVar

from gelombang.journey.learning.rules import LONG_NUMBER
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

LOWEST_RATING, HIGHEST_RATING = 1, 5
SHORTEST_REVIEW, LONGEST_REVIEW = 10, 1000
"""Letters of a review. Ten say something; a thousand are read."""
EMPLOYMENT_SURVEY = "employment"
"""The survey whose answer earns the survey incentive (survei kebekerjaan, R088)."""


class CertificateNotYours(Refusal):
    """The person holds no certificate of this number."""

    sentence: ClassVar[Text] = Text(
        id="Sertifikat ini tidak ada di antara sertifikat Anda.",
        en="This certificate is not among yours.",
    )
    status: ClassVar[int] = 404


class ReviewNeedsCertificate(Refusal):
    """The certificate was revoked: it carries no review."""

    sentence: ClassVar[Text] = Text(
        id="Sertifikat ini sudah dicabut, jadi pelatihannya tidak dapat diulas.",
        en="This certificate has been revoked, so the course cannot be reviewed.",
    )
    status: ClassVar[int] = 409


class AlreadyReviewed(Refusal):
    """A certificate carries one review."""

    sentence: ClassVar[Text] = Text(
        id="Anda sudah mengulas pelatihan ini. Terima kasih.",
        en="You have reviewed this course already. Thank you.",
    )
    status: ClassVar[int] = 409


class RatingUnknown(Refusal):
    """A rating that is no whole number from 1 to 5."""

    sentence: ClassVar[Text] = Text(
        id="Pilih nilai dari 1 sampai 5.", en="Choose a rating from 1 to 5."
    )


class ReviewTooShort(Refusal):
    """Fewer letters than say anything."""

    sentence: ClassVar[Text] = Text(
        id="Tulis ulasan Anda, paling sedikit {least} huruf.",
        en="Write your review, at least {least} letters.",
    )


class ReviewTooLong(Refusal):
    """More letters than anybody reads."""

    sentence: ClassVar[Text] = Text(
        id="Ulasan paling banyak {most} huruf. Ulasan Anda {count} huruf.",
        en="A review has at most {most} letters. Yours has {count}.",
    )


class ReviewHoldsNumber(Refusal):
    """Words with a number so long that it may be a NIK, a telephone or an account."""

    sentence: ClassVar[Text] = Text(
        id="Jangan tulis NIK, nomor telepon, atau nomor panjang lain di ulasan.",
        en="Leave out NIK, telephone and other long numbers.",
    )


class SurveyUnknown(Refusal):
    """There is no survey of this name."""

    sentence: ClassVar[Text] = Text(id="Survei ini tidak ada.", en="There is no such survey.")
    status: ClassVar[int] = 404


class SurveyNotOpen(Refusal):
    """The survey opens with the first review."""

    sentence: ClassVar[Text] = Text(
        id="Survei dibuka setelah Anda mengulas pelatihan pertama Anda.",
        en="The survey opens once you have reviewed your first course.",
    )
    status: ClassVar[int] = 409


class SurveyAnswered(Refusal):
    """A survey is answered once."""

    sentence: ClassVar[Text] = Text(
        id="Anda sudah mengisi survei ini. Terima kasih.",
        en="You have answered this survey already. Thank you.",
    )
    status: ClassVar[int] = 409


class AnswersIncomplete(Refusal):
    """A question without an answer; the field names it."""

    sentence: ClassVar[Text] = Text(
        id="Pertanyaan ini belum dijawab. Pilih satu jawaban.",
        en="This question has no answer yet. Choose one.",
    )


class AnswerUnknown(Refusal):
    """An answer that the question does not offer, or a question that is not asked."""

    sentence: ClassVar[Text] = Text(
        id="Jawaban ini tidak ada di antara pilihannya. Pilih satu dari daftar.",
        en="This answer is not among the choices. Choose one from the list.",
    )


def check_rating(rating: int) -> int:
    """A rating from 1 to 5. Raises RatingUnknown."""
    is_whole = isinstance(rating, int) and not isinstance(rating, bool)
    if not is_whole or not LOWEST_RATING <= rating <= HIGHEST_RATING:
        raise RatingUnknown(field="rating")
    return rating


def check_words(typed: str) -> str:
    """The words of a review without blanks around them and without signs that nobody sees.

    Raises ReviewTooShort, ReviewTooLong or ReviewHoldsNumber.
    """
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = ("".join(sign for sign in line if sign.isprintable()) for line in lines)
    words = "\n".join(line.strip() for line in seen).strip()
    if LONG_NUMBER.search(words):
        raise ReviewHoldsNumber(field="words")
    if sum(map(str.isalnum, words)) < SHORTEST_REVIEW:
        raise ReviewTooShort(field="words", least=SHORTEST_REVIEW)
    if len(words) > LONGEST_REVIEW:
        raise ReviewTooLong(field="words", most=LONGEST_REVIEW, count=len(words))
    return words
