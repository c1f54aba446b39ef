"""The questions of the employment survey (survei kebekerjaan, R088): closed, one answer each.

A changed question or option is a new version; stored answers name the version they were given to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gelombang.journey.feedback.rules import (
    EMPLOYMENT_SURVEY,
    AnswersIncomplete,
    AnswerUnknown,
    SurveyUnknown,
)
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a question offers."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers, of which a person chooses exactly one."""

    code: str
    text: Text
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that is answered once, all of it."""

    code: str
    version: int
    title: Text
    questions: tuple[Question, ...]


def _options(*rows: tuple[str, str, str]) -> tuple[Option, ...]:
    return tuple(
        Option(code, Text(id=indonesian, en=english)) for code, indonesian, english in rows
    )


_WORK = _options(
    ("employee", "Karyawan atau buruh bergaji", "Employed, with a wage"),
    ("day_labour", "Pekerja harian atau lepas", "Day labour or freelance"),
    ("own_business", "Usaha sendiri", "Own business"),
    ("family_business", "Membantu usaha keluarga tanpa upah", "Unpaid help in a family business"),
    ("furloughed", "Dirumahkan, belum dipanggil kembali", "Sent home, not called back yet"),
    ("job_seeker", "Tidak bekerja dan mencari kerja", "Out of work and looking for it"),
    ("not_seeking", "Tidak bekerja dan tidak mencari kerja", "Out of work and not looking"),
)
_HOURS = _options(
    ("none", "Tidak bekerja", "I do not work"),
    ("1_to_14", "1 sampai 14 jam", "1 to 14 hours"),
    ("15_to_34", "15 sampai 34 jam", "15 to 34 hours"),
    ("35_to_48", "35 sampai 48 jam", "35 to 48 hours"),
    ("49_or_more", "49 jam atau lebih", "49 hours or more"),
)
_INCOME = _options(
    ("none", "Belum ada penghasilan", "No income yet"),
    ("below_1m", "Di bawah Rp1 juta", "Below Rp1 million"),
    ("1m_to_2m", "Rp1 juta sampai di bawah Rp2 juta", "Rp1 million to below Rp2 million"),
    ("2m_to_4m", "Rp2 juta sampai di bawah Rp4 juta", "Rp2 million to below Rp4 million"),
    ("4m_or_more", "Rp4 juta atau lebih", "Rp4 million or more"),
    ("not_said", "Tidak ingin menjawab", "I would rather not say"),
)
_DEGREE = _options(
    ("very", "Sangat", "Very much"),
    ("fairly", "Cukup", "Fairly"),
    ("little", "Sedikit", "A little"),
    ("not", "Tidak sama sekali", "Not at all"),
)

EMPLOYMENT = Survey(
    code=EMPLOYMENT_SURVEY,
    version=1,
    title=Text(id="Survei kebekerjaan", en="Employment survey"),
    questions=(
        Question(
            "work_before",
            Text(
                id="Apa pekerjaan utama Anda sebelum mengikuti pelatihan?",
                en="What was your main work before the training?",
            ),
            _WORK,
        ),
        Question(
            "work_now",
            Text(id="Apa pekerjaan utama Anda sekarang?", en="What is your main work now?"),
            _WORK,
        ),
        Question(
            "hours_before",
            Text(
                id="Berapa jam seminggu Anda biasa bekerja sebelum pelatihan?",
                en="How many hours a week did you usually work before the training?",
            ),
            _HOURS,
        ),
        Question(
            "hours_now",
            Text(
                id="Berapa jam seminggu Anda biasa bekerja sekarang?",
                en="How many hours a week do you usually work now?",
            ),
            _HOURS,
        ),
        Question(
            "income_before",
            Text(
                id="Berapa penghasilan Anda sebulan sebelum pelatihan?",
                en="What was your monthly income before the training?",
            ),
            _INCOME,
        ),
        Question(
            "income_now",
            Text(
                id="Berapa penghasilan Anda sebulan sekarang?",
                en="What is your monthly income now?",
            ),
            _INCOME,
        ),
        Question(
            "search",
            Text(
                id="Bagaimana Anda mencari kerja atau pesanan sejak pelatihan?",
                en="How have you looked for work or orders since the training?",
            ),
            _options(
                ("applied", "Melamar ke perusahaan", "I applied to companies"),
                ("online", "Lewat situs atau aplikasi", "Through websites or apps"),
                ("relations", "Lewat keluarga atau kenalan", "Through family or people I know"),
                ("started", "Memulai usaha sendiri", "I started a business of my own"),
                ("none", "Belum mencari", "I have not looked yet"),
            ),
        ),
        Question(
            "useful",
            Text(
                id="Seberapa berguna pelatihan itu untuk pekerjaan Anda?",
                en="How useful was the training for your work?",
            ),
            _DEGREE,
        ),
        Question(
            "used_skill",
            Text(
                id="Apakah keterampilan dari pelatihan sudah Anda pakai?",
                en="Have you used what the training taught you?",
            ),
            _options(
                ("daily", "Ya, hampir setiap hari", "Yes, almost every day"),
                ("sometimes", "Ya, sesekali", "Yes, now and then"),
                ("soon", "Belum, tetapi segera", "Not yet, but soon"),
                ("no", "Tidak", "No"),
            ),
        ),
        Question(
            "used_certificate",
            Text(
                id="Apakah sertifikatnya sudah Anda tunjukkan kepada seseorang?",
                en="Have you shown the certificate to anybody?",
            ),
            _options(
                ("employer", "Ya, kepada pemberi kerja", "Yes, to an employer"),
                ("customer", "Ya, kepada pelanggan atau mitra", "Yes, to a customer or partner"),
                ("other", "Ya, kepada orang lain", "Yes, to somebody else"),
                ("no", "Belum", "Not yet"),
            ),
        ),
        Question(
            "incentive_use",
            Text(
                id="Untuk apa terutama insentif akan Anda pakai?",
                en="What will you mainly use the incentive for?",
            ),
            _options(
                ("needs", "Kebutuhan sehari-hari", "Daily needs"),
                ("capital", "Modal usaha", "Capital for a business"),
                ("debt", "Membayar utang atau cicilan", "Debts or instalments"),
                ("education", "Pendidikan atau pelatihan lain", "School or further training"),
                ("savings", "Ditabung", "Savings"),
            ),
        ),
        Question(
            "recommend",
            Text(
                id="Seberapa ingin Anda menyarankan program ini kepada teman?",
                en="How much would you recommend this programme to a friend?",
            ),
            _DEGREE,
        ),
    ),
)
SURVEYS: Mapping[str, Survey] = {EMPLOYMENT.code: EMPLOYMENT}


def survey_called(code: str) -> Survey:
    """The survey of this code. Raises SurveyUnknown."""
    if code not in SURVEYS:
        raise SurveyUnknown
    return SURVEYS[code]


def problems_of(survey: Survey, answers: Mapping[str, object]) -> dict[str, Refusal]:
    """What is wrong with the answers, by question; empty when every question has one of its own."""
    problems: dict[str, Refusal] = {}
    for question in survey.questions:
        given = answers.get(question.code)
        if given is None or given == "":
            problems[question.code] = AnswersIncomplete(field=question.code)
        elif not any(option.code == given for option in question.options):
            problems[question.code] = AnswerUnknown(field=question.code)
    if set(answers) - {question.code for question in survey.questions}:
        problems.setdefault("answers", AnswerUnknown(field="answers"))
    return problems


def check_answers(survey: Survey, answers: Mapping[str, object]) -> dict[str, str]:
    """The answers, question by question in order; the first problem is raised.

    Raises AnswersIncomplete or AnswerUnknown.
    """
    for problem in problems_of(survey, answers).values():
        raise problem
    return {question.code: str(answers[question.code]) for question in survey.questions}
