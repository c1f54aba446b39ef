"""What the invented partners hold of the synthetic people: the other side of every check."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from gelombang.rehearsal.names import other_name
from gelombang.rehearsal.people import SyntheticPerson, Way
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.winners import PARTNERS, Account, Fault, Winner

_STATUS = {Way.DECEASED: "deceased", Way.INACTIVE: "inactive", Way.DUPLICATE: "duplicate"}
_PAYMENT_FAULTS = {Fault.TIMED_OUT: "accept_then_timeout", Fault.WALLET_FULL: "limit"}
_GRADUATES_SHARE = 0.05  # known to the education registry, and finished
_AID_PROGRAMMES = ("PKH", "BPNT", "PKH,BPNT")


def civil_registry_book(population: Population) -> Iterator[dict[str, Any]]:
    """The rows of the civil registry's book; rivals share one."""
    seen: set[str] = set()
    for person in population.people:
        if person.card is None or person.way is Way.UNKNOWN_NIK or person.card.nik in seen:
            continue
        seen.add(person.card.nik)
        yield _civil_record(person, population.seed)


def education_book(population: Population) -> Iterator[dict[str, Any]]:
    """Pupils and students, and some who finished, which must not count."""
    for person in population.verified():
        if person.card is None:
            continue
        chance = _chance(population.seed, "education", person.number)
        if person.enrolled or chance.random() < _GRADUATES_SHARE:
            yield {
                "nik": person.card.nik,
                "level": chance.choice(("SMA", "S1")),
                "institution_code": f"9900{chance.randrange(10_000):04d}",
                "status": "active" if person.enrolled else "graduated",
            }


def social_aid_book(population: Population) -> Iterator[dict[str, Any]]:
    """Households that receive social aid now."""
    for person in population.verified():
        if person.card is not None and person.aided:
            chance = _chance(population.seed, "aid", person.number)
            yield {
                "nik": person.card.nik,
                "programmes": chance.choice(_AID_PROGRAMMES).split(","),
                "decile": chance.randint(1, 4),
            }


def payment_books(winners: Sequence[Winner]) -> dict[str, list[dict[str, Any]]]:
    """The accounts of the winners by payment partner, with the faults that wait in them."""
    listed: dict[str, list[dict[str, Any]]] = {partner: [] for partner in PARTNERS}
    for winner in winners:
        listed[winner.account.partner].append(
            _holding(winner.account, fault=_PAYMENT_FAULTS.get(winner.fault, ""))
        )
        if winner.second_account is not None:
            listed[winner.second_account.partner].append(_holding(winner.second_account))
    return listed


def healed_accounts(winners: Sequence[Winner]) -> list[Winner]:
    """Those whose account answers honestly from now on: a fault shows once."""
    return [
        replace(winner, fault=Fault.NONE) for winner in winners if winner.fault is Fault.TIMED_OUT
    ]


def _holding(account: Account, *, fault: str = "") -> dict[str, Any]:
    return {"account_no": account.number, "name": account.holder, "fault": fault}


def _civil_record(person: SyntheticPerson, seed: int) -> dict[str, Any]:
    if person.card is None:
        raise ValueError("a person without a card is in no book")
    record: dict[str, Any] = {**person.card.as_json(), "status": _STATUS.get(person.way, "active")}
    chance = _chance(seed, "civil", person.number)
    if person.way is Way.NAME_DIFFERS:
        record["name"] = other_name(chance, person.card.name)
    elif person.way is Way.BIRTH_DATE_DIFFERS:
        record["birth_date"] = (person.card.birth_date + timedelta(days=31)).isoformat()
    elif person.way is Way.PROVINCE_DIFFERS:
        record["province"] = "35" if person.card.province != "35" else "33"
    elif person.way is Way.FAMILY_CARD_DIFFERS:
        record["family_card_no"] = _other_family_card(person.card.family_card_no)
    return record


def _other_family_card(number: str) -> str:
    serial = 9900 + (int(number[-4:]) - 9900 + 1) % 100
    return f"{number[:-4]}{serial}"


def _chance(seed: int, subject: str, number: int) -> Random:
    return Random(f"{subject} {seed} {number}")  # noqa: S311 repeatable on purpose
