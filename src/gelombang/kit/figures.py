"""Figures as people read them; exact arithmetic, no floats."""


def show_percent(part: int, whole: int, language: str = "id") -> str:
    """`74,2%` in Indonesian, `74.2%` in English, rounded half up; `–` of nothing."""
    if whole <= 0:
        return "–"
    tenths = (part * 1000 * 2 + whole) // (2 * whole)
    mark = "." if language == "en" else ","
    return f"{tenths // 10}{mark}{tenths % 10}%"
