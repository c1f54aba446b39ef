"""Load the catalogue: providers with their sealed keys, courses with their prices of now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.journey.learning.catalogue import (
    Catalogue,
    Course as FileCourse,
    Provider as FileProvider,
)
from gelombang.journey.learning.models import Category, Course, Provider
from gelombang.journey.learning.signing import KEY_PURPOSE
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.audit import actions as audit

COURSE_COLUMNS = (
    "provider_id", "category_id", "title_id", "title_en", "about_id", "about_en", "mode", "price",
    "hours", "sessions", "schedule_code", "schedule_id", "schedule_en", "is_on_sale",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """What a load changed: codes of providers and courses, new or other than before."""

    providers: tuple[str, ...]
    courses: tuple[str, ...]
    taken_off_sale: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.providers or self.courses or self.taken_off_sale)


class KeyMissing(ValueError):
    """A provider of the catalogue has no key to sign with: the caller must bring one for each."""


def load_catalogue(
    *,
    catalogue: Catalogue,
    keys: Mapping[str, str],
    keyring: Keyring,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> LoadedCatalogue:
    """Bring the stored catalogue to what the file says; loading it again changes nothing.

    `keys` maps each provider's client code to the key it signs with. What was bought keeps its
    price. A course that the file no longer has is off sale; a class that the office called off
    stays off whatever the file says. Raises KeyMissing.
    """
    missing = {each.client_code for each in catalogue.providers} - keys.keys()
    if missing:
        raise KeyMissing(f"no key for {', '.join(sorted(missing))}")
    with store.transaction():
        store.lock("learning.catalogue")
        known = _lock_courses()
        _save_categories(catalogue)
        providers = _save_providers(catalogue, keys, keyring, now=now)
        courses = _save_courses(catalogue.courses, known, now=now)
        loaded = LoadedCatalogue(providers, courses, _take_off_sale(catalogue, now=now))
        if loaded.changed:
            audit.note(actor=actor, action="learning.load_catalogue", subject="catalogue",
                       detail={"providers": list(loaded.providers),
                               "courses": list(loaded.courses),
                               "taken_off_sale": list(loaded.taken_off_sale)},
                       now=now, real_now=real_now)  # fmt: skip
    return loaded


def _lock_courses() -> dict[str, Course]:
    """Every course by its code. Courses before providers, as a buyer takes them: no deadlock."""
    rows = Course.objects.select_for_update(no_key=True).order_by("id")
    return {row.code: row for row in rows}


def _save_categories(catalogue: Catalogue) -> None:
    """Categories are only ever added or renamed: courses of before may still have one."""
    Category.objects.bulk_create(
        [
            Category(code=each.code, position=place, name_id=each.name.id, name_en=each.name.en)
            for place, each in enumerate(catalogue.categories)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["position", "name_id", "name_en"],
    )


def _save_providers(
    catalogue: Catalogue, keys: Mapping[str, str], keyring: Keyring, *, now: datetime
) -> tuple[str, ...]:
    """Write the providers that are new or other than before, their keys sealed; their codes."""
    known = {row.code: row for row in Provider.objects.all()}
    changed = []
    for each in catalogue.providers:
        key = keys[each.client_code]
        if _is_same(known.get(each.code), each, key, keyring):
            continue
        changed.append(
            Provider(
                code=each.code, name=each.name, client_code=each.client_code,
                is_approved=each.is_approved, loaded_at=now,
                sign_key_sealed=seal(keyring, key, purpose=KEY_PURPOSE),
            )
        )  # fmt: skip
    Provider.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "client_code", "sign_key_sealed", "is_approved", "loaded_at"],
    )
    return tuple(row.code for row in changed)


def _is_same(row: Provider | None, wished: FileProvider, key: str, keyring: Keyring) -> bool:
    if row is None:
        return False
    return (row.name, row.client_code, row.is_approved, _key(row, keyring)) == (
        wished.name,
        wished.client_code,
        wished.is_approved,
        key,
    )


def _key(row: Provider, keyring: Keyring) -> str:
    return unseal(keyring, bytes(row.sign_key_sealed), purpose=KEY_PURPOSE)


def _save_courses(
    courses: Iterable[FileCourse], known: Mapping[str, Course], *, now: datetime
) -> tuple[str, ...]:
    """Write the courses that are new or other than before; their codes."""
    changed = []
    for each in courses:
        row, wished = known.get(each.code), _columns(each)
        if row is not None and row.cancelled_at is not None:
            wished["is_on_sale"] = False
        if row is None or any(getattr(row, name) != wish for name, wish in wished.items()):
            changed.append(Course(code=each.code, loaded_at=now, **wished))
    Course.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*COURSE_COLUMNS, "loaded_at"],
    )
    return tuple(row.code for row in changed)


def _columns(course: FileCourse) -> dict[str, Any]:
    values = (
        course.provider, course.category, course.title.id, course.title.en, course.about.id,
        course.about.en, course.mode, course.price, course.hours, course.sessions,
        course.schedule_code, course.schedule.id, course.schedule.en, course.is_on_sale,
    )  # fmt: skip
    return dict(zip(COURSE_COLUMNS, values, strict=True))


def _take_off_sale(catalogue: Catalogue, *, now: datetime) -> tuple[str, ...]:
    """Courses that the file no longer has can no longer be bought."""
    listed = [each.code for each in catalogue.courses]
    gone = Course.objects.filter(is_on_sale=True).exclude(code__in=listed)
    codes = tuple(gone.order_by("code").values_list("code", flat=True))
    gone.update(is_on_sale=False, loaded_at=now)
    return codes
