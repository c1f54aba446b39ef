"""The catalogue, purchases and their progress, read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When

from gelombang import store
from gelombang.journey.learning.models import Attendance, Category, Course, Purchase
from gelombang.journey.learning.rules import (
    FINAL,
    MODE_NAMES,
    UNFINISHED,
    Mode,
    PurchaseState,
    show_redeem_code,
)
from gelombang.kit.words import Text

LARGEST_PAGE = 100
LONGEST_SEARCH = 80  # letters of a search that are looked for
MOST_PURCHASES = 200  # of one person that a page shows
MOST_COURSES = 2_000  # that the desk's list shows
_TENTH = Decimal("0.1")
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("category__position", "title_id", "code"),
    "price": ("price", "code"),
    "-price": ("-price", "code"),
    "rating": ("-rating", "-rating_count", "code"),
    "hours": ("hours", "code"),
}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class CategoryView:
    """What courses are sorted by, with how many of them are on sale."""

    code: str
    name: Text
    courses: int


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as it is offered now; `price` in whole rupiah, `rating` from 1.0 to 5.0."""

    code: str
    title: Text
    about: Text
    category_code: str
    category: Text
    mode: str
    price: int
    hours: int
    sessions: int
    schedule_code: str
    schedule: Text
    provider_code: str
    provider_name: str
    is_on_sale: bool
    cancelled_at: datetime | None
    cancel_reason: str
    rating: Decimal | None
    rating_count: int

    @property
    def mode_name(self) -> Text:
        """The mode in words."""
        return MODE_NAMES[Mode(self.mode)]


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A page of the catalogue, and how many courses the filters let through."""

    courses: Sequence[CourseView]
    total: int


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase: the price as it was agreed, instants virtual, sessions attended so far."""

    id: int
    award_id: int
    course: CourseView
    price: int
    state: str
    redeem_code: str
    bought_at: datetime
    redeemed_at: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    attended: int

    @property
    def shown_code(self) -> str:
        """The redeem code as people read it: `PK-4G7T-XW2M-9QZE`."""
        return show_redeem_code(self.redeem_code)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether its buyer may still give it back."""
        return self.state == PurchaseState.HELD


@dataclass(frozen=True, slots=True)
class DeskCourse:
    """A course as the office sees it, with its purchases by state."""

    course: CourseView
    purchases: Mapping[str, int]

    @property
    def unfinished(self) -> int:
        """Purchases that a cancelled class would give back."""
        return sum(self.purchases.get(state, 0) for state in UNFINISHED)


def catalogue(
    *,
    category: str = "",
    mode: str = "",
    text: str = "",
    most_price: int | None = None,
    sort: str = "",
    offset: int = 0,
    limit: int = 30,
) -> CataloguePage:
    """The courses on sale that fit every filter; an unknown `sort` is the usual order.

    `text` is looked for in titles, descriptions and the provider's name, every word of it.
    """
    rows = _on_sale()
    if category:
        rows = rows.filter(category_id=category)
    if mode:
        rows = rows.filter(mode=mode)
    if most_price is not None:
        rows = rows.filter(price__lte=most_price)
    for word in text[:LONGEST_SEARCH].replace("\0", "").split():
        rows = rows.filter(_mentions(word))
    start = max(offset, 0)
    page = rows.order_by(*_ORDERS.get(sort, _ORDERS[""]))
    return CataloguePage(
        courses=[_course_view(row) for row in page[start : start + min(limit, LARGEST_PAGE)]],
        total=rows.count(),
    )


def _on_sale() -> QuerySet[Course]:
    """Courses that can be bought now, with their mean rating in thousandths for sorting."""
    mean = F("rating_sum") * 1_000 / F("rating_count")
    rated = Case(When(rating_count__gt=0, then=mean), default=0, output_field=BigIntegerField())
    rows = Course.objects.select_related("provider", "category").annotate(rating=rated)
    return rows.filter(is_on_sale=True, provider__is_approved=True)


def _mentions(word: str) -> Q:
    columns = ("title_id", "title_en", "about_id", "about_en", "provider__name")
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found


def categories() -> Sequence[CategoryView]:
    """Every category in the order of the catalogue's file."""
    on_sale = store.fetch(store.statement(__package__, "on_sale_by_category"))
    counted = {row["category_id"]: int(row["courses"]) for row in on_sale}
    return [
        CategoryView(row.code, Text(id=row.name_id, en=row.name_en), counted.get(row.code, 0))
        for row in Category.objects.order_by("position")
    ]


def course(*, code: str) -> CourseView | None:
    """One course, also when it is off sale; None for a code that was never offered."""
    row = Course.objects.select_related("provider", "category").filter(code=code).first()
    return _course_view(row) if row else None


def _course_view(row: Course) -> CourseView:
    return CourseView(
        code=row.code,
        title=Text(id=row.title_id, en=row.title_en),
        about=Text(id=row.about_id, en=row.about_en),
        category_code=row.category.code,
        category=Text(id=row.category.name_id, en=row.category.name_en),
        mode=row.mode,
        price=row.price,
        hours=row.hours,
        sessions=row.sessions,
        schedule_code=row.schedule_code,
        schedule=Text(id=row.schedule_id, en=row.schedule_en),
        provider_code=row.provider.code,
        provider_name=row.provider.name,
        is_on_sale=row.is_on_sale and row.provider.is_approved,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        rating=_mean(row.rating_sum, row.rating_count),
        rating_count=row.rating_count,
    )


def _mean(total: int, count: int) -> Decimal | None:
    """One decimal, as a page shows it."""
    if not count:
        return None
    return (Decimal(total) / count).quantize(_TENTH, rounding=ROUND_HALF_UP)


def purchases_of(*, person_id: UUID) -> Sequence[PurchaseView]:
    """What somebody bought, latest first."""
    rows = _purchases().filter(person_id=person_id).order_by("-id")[:MOST_PURCHASES]
    return _views(rows)


def purchase(*, person_id: UUID, purchase_id: int) -> PurchaseView | None:
    """One purchase of somebody; None when there is none or it is somebody else's."""
    return next(iter(_views(_purchases().filter(person_id=person_id, id=purchase_id))), None)


def _purchases() -> QuerySet[Purchase]:
    return Purchase.objects.select_related("course__provider", "course__category")


def _views(rows: QuerySet[Purchase]) -> list[PurchaseView]:
    """A bounded set of purchases with the sessions attended of each."""
    found = list(rows)
    numbers = [row.id for row in found]
    attended: dict[int, int] = {}
    reported = Attendance.objects.filter(purchase_id__in=numbers).exclude(sequence=FINAL)
    for number in reported.values_list("purchase_id", flat=True):
        attended[number] = attended.get(number, 0) + 1
    return [_purchase_view(row, attended.get(row.id, 0)) for row in found]


def _purchase_view(row: Purchase, attended: int) -> PurchaseView:
    return PurchaseView(
        id=row.id,
        award_id=row.award_id,
        course=_course_view(row.course),
        price=row.price,
        state=row.state,
        redeem_code=row.redeem_code,
        bought_at=row.bought_at,
        redeemed_at=row.redeemed_at,
        completed_at=row.completed_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        attended=attended,
    )


def courses_for_desk() -> Sequence[DeskCourse]:
    """Every course, on sale or not, with how many purchases of it stand in which state."""
    counted: dict[int, dict[str, int]] = {}
    for row in store.fetch(store.statement(__package__, "purchases_by_course")):
        counted.setdefault(row["course_id"], {})[row["state"]] = int(row["purchases"])
    rows = Course.objects.select_related("provider", "category").order_by("provider_id", "code")
    return [DeskCourse(_course_view(row), counted.get(row.id, {})) for row in rows[:MOST_COURSES]]


def counts() -> Mapping[str, int]:
    """Purchases by state (every state, also those with none), people and rupiah.

    `people` are those who ever bought, `people_finished` those who completed a course, and
    `earned_idr` the rupiah that providers have earned.
    """
    found = store.fetch(store.statement(__package__, "counts"))[0]
    return {name: int(number) for name, number in found.items()}
