"""Rupiah: whole numbers only, written as Indonesians write them."""


def show_idr(amount: int) -> str:
    """`Rp600.000`; a negative amount keeps its sign before the symbol."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{show_count(abs(amount))}"


def show_count(count: int, language: str = "id") -> str:
    """`1.432.133` in Indonesian, `1,432,133` in English."""
    grouped = f"{count:,}"
    return grouped if language == "en" else grouped.replace(",", ".")
