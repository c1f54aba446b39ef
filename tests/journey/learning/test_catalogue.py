"""The catalogue: every mistake of a file by its key path, loading it twice, finding courses."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from tests.journey.learning import world

from gelombang.journey.learning import actions, queries
from gelombang.journey.learning.actions.loading import KeyMissing
from gelombang.journey.learning.catalogue import CatalogueInvalid, check, parse
from gelombang.journey.learning.models import Course, Provider
from gelombang.journey.learning.rules import CourseRating
from gelombang.journey.learning.signing import KEY_PURPOSE
from gelombang.kit.sealing import unseal
from gelombang.records.audit.models import Entry

TEXT = world.CATALOGUE.read_text(encoding="utf-8")


# The file


def test_the_catalogue_of_2020_has_no_mistake_and_fits_the_balance():
    found = parse(TEXT)
    assert len(found.providers) == 4
    assert len(found.courses) >= 12
    assert {each.mode for each in found.courses} == {"self_paced", "webinar", "face_to_face"}
    prices = sorted(each.price for each in found.courses)
    assert (prices[0], prices[-1]) == (50_000, 1_000_000)
    assert len([price for price in prices if price > 600_000]) >= 2
    assert sum(prices[:5]) <= world.AID
    for each in found.courses:
        for text in (each.title, each.about, each.schedule):
            assert text.id != text.en, each.code


MISTAKES = (
    ('code = "digital"', 'code = "Digital"', "categories[0].code"),
    ('code = "usaha"', 'code = "digital"', "categories[1].code"),
    ('client_code = "lp-sanggar-karya"', 'client_code = "lp-pijar-ilmu"',
     "providers[2].client_code"),
    ("approved = true", 'approved = "ya"', "providers[0].approved"),
    ("approved = true", "aproved = true", "providers[0].aproved"),
    ("price = 150_000", "price = 1_000_001", "courses[0].price"),
    ("price = 150_000", "price = 0", "courses[0].price"),
    ("price = 150_000", "price = 150_000.5", "courses[0].price"),
    ('mode = "self_paced"', 'mode = "selfpaced"', "courses[0].mode"),
    ('provider = "pijar-ilmu"', 'provider = "pijar"', "courses[0].provider"),
    ('category = "digital"', 'category = "digitall"', "courses[0].category"),
    ('code = "PI-DESAIN-02"', 'code = "PI-LEMBAR-01"', "courses[1].code"),
    ("hours = 10\nsessions = 1", "hours = 20\nsessions = 11", "courses[1].sessions"),
    ("hours = 6\nsessions = 2", "hours = 1\nsessions = 2", "courses[6].sessions"),
    (', en = "Spreadsheets for Beginners"', "", "courses[0].title.en"),
    ("on_sale = true", "", "courses[0].on_sale"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "place"), MISTAKES, ids=lambda each: str(each)[:24])
def test_a_mistake_is_named_with_its_place_in_both_languages(right, wrong, place):
    assert right in TEXT
    checked = check(TEXT.replace(right, wrong, 1))
    assert checked.catalogue is None
    (named,) = [each for each in checked.problems if each.key_path == place]
    assert named.message.id
    assert named.message.en
    assert named.message.id != named.message.en


def test_all_mistakes_are_named_at_once_and_broken_toml_with_its_line():
    text = TEXT
    for right, wrong in (("price = 150_000", "price = 0"), ("hours = 8", 'hours = "8"')):
        text = text.replace(right, wrong, 1)
    with pytest.raises(CatalogueInvalid) as refused:
        parse(text)
    assert [each.key_path for each in refused.value.problems] == [
        "courses[0].price", "courses[0].hours",
    ]  # fmt: skip
    assert "courses[0].price" in refused.value.text.id
    (broken,) = check("[[categories]]\ncode = \n").problems
    assert broken.line == 2
    assert check("").catalogue is None


# Loading


@pytest.fixture
def loaded(transactional_db, keyring):
    """What the first load of the catalogue changed."""
    return world.load_courses(keyring)


def test_loading_writes_everything_once_and_seals_the_keys(loaded, keyring):
    assert (len(loaded.providers), len(loaded.courses)) == (4, Course.objects.count())
    again = world.load_courses(keyring)
    assert not again.changed
    assert Entry.objects.filter(action="learning.load_catalogue").count() == 1
    row = Provider.objects.get(code="pijar-ilmu")
    assert b"kunci" not in bytes(row.sign_key_sealed)
    opened = unseal(keyring, bytes(row.sign_key_sealed), purpose=KEY_PURPOSE)
    assert opened == world.KEYS["lp-pijar-ilmu"]
    assert "kunci" not in str(Entry.objects.get(action="learning.load_catalogue").detail)


def test_a_changed_file_changes_what_it_says_and_nothing_else(loaded, keyring):
    before = Course.objects.get(code="PI-LEMBAR-01")
    text = TEXT.replace("price = 150_000", "price = 175_000")
    assert world.load_courses(keyring, text=text).courses == ("PI-LEMBAR-01",)
    after = Course.objects.get(code="PI-LEMBAR-01")
    assert (after.id, after.price) == (before.id, 175_000)
    other = world.KEYS | {"lp-pijar-ilmu": "kunci lain"}
    assert world.load_courses(keyring, text=text, keys=other).providers == ("pijar-ilmu",)
    with pytest.raises(KeyMissing, match="lp-pijar-ilmu"):
        world.load_courses(keyring, keys={"lp-bina-terampil": "x"})


def test_what_the_file_no_longer_has_is_off_sale_until_it_comes_back(loaded, keyring):
    start = TEXT.index('[[courses]]\ncode = "SK-LANSIA-14"')
    gone = world.load_courses(keyring, text=TEXT[:start])
    assert gone.taken_off_sale == ("SK-LANSIA-14",)
    assert not queries.course(code="SK-LANSIA-14").is_on_sale
    assert not world.load_courses(keyring, text=TEXT[:start]).changed
    assert world.load_courses(keyring).courses == ("SK-LANSIA-14",)
    assert queries.course(code="SK-LANSIA-14").is_on_sale


def test_a_new_price_is_for_later_purchases_only(transactional_db, keyring):
    one, other = world.recipients(keyring, 2)
    earlier = world.buy(one)
    world.load_courses(keyring, text=TEXT.replace("price = 50_000", "price = 60_000"))
    assert world.buy(other).price == 60_000
    assert queries.purchase(person_id=one, purchase_id=earlier.id).price == 50_000
    world.finish(keyring, earlier)
    assert world.balance(one) == world.AID - 50_000


def test_two_loads_at_once_write_one_catalogue(transactional_db, keyring):
    changed = []

    def load():
        try:
            changed.append(world.load_courses(keyring).changed)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(changed) == [False, False, True]


# Finding courses


def test_the_catalogue_is_filtered_sorted_and_paged(loaded):
    everything = queries.catalogue()
    assert everything.total == len(everything.courses) == Course.objects.count()
    assert {each.category_code for each in queries.catalogue(category="keuangan").courses} == {
        "keuangan"
    }
    assert queries.catalogue(mode="face_to_face").total == 2
    assert {each.price for each in queries.catalogue(most_price=100_000).courses} == {
        50_000, 100_000,
    }  # fmt: skip
    assert [each.code for each in queries.catalogue(text="utang keluarga").courses] == [world.SHORT]
    assert queries.catalogue(text="SPREADSHEETS").total == 2  # title of one, words of another
    assert queries.catalogue(text="sinar timur").total == 2  # by the provider's name
    assert queries.catalogue(text="100% \0_").total == 0
    prices = [each.price for each in queries.catalogue(sort="price").courses]
    assert prices == sorted(prices)
    dearest = queries.catalogue(sort="-price", limit=1)
    assert (dearest.courses[0].price, dearest.total) == (1_000_000, everything.total)
    second = queries.catalogue(offset=10, limit=10).courses
    assert [each.code for each in second] == [each.code for each in everything.courses[10:]]
    assert queries.catalogue(sort="'; DROP", offset=-5, limit=10_000).total == everything.total
    assert [each.courses for each in queries.categories()][:2] == [4, 3]


def test_what_cannot_be_bought_is_not_in_the_catalogue_but_can_be_looked_up(loaded):
    Course.objects.filter(code=world.SHORT).update(is_on_sale=False)
    Provider.objects.filter(code="balai-sinar").update(is_approved=False)
    codes = {each.code for each in queries.catalogue(limit=100).courses}
    assert codes.isdisjoint({world.SHORT, "BS-MOTOR-12", "BS-JAHIT-13"})
    assert not queries.course(code=world.SHORT).is_on_sale
    assert not queries.course(code="BS-MOTOR-12").is_on_sale
    assert queries.course(code="TIDAK-ADA") is None


def test_ratings_are_taken_over_as_they_are_counted(loaded, now):
    later = now + timedelta(days=1)
    ratings = [CourseRating(world.SHORT, 13, 3), CourseRating(world.LONG, 10, 2),
               CourseRating("TIDAK-ADA", 5, 1)]  # fmt: skip
    assert actions.take_ratings(ratings=ratings, now=now) == 2
    assert actions.take_ratings(ratings=ratings, now=later) == 0
    assert actions.take_ratings(ratings=[], now=later) == 0
    course = queries.course(code=world.SHORT)
    assert (course.rating, course.rating_count) == (Decimal("4.3"), 3)
    assert queries.course(code="PI-JUAL-05").rating is None
    best = queries.catalogue(sort="rating", limit=2).courses
    assert [each.code for each in best] == [world.LONG, world.SHORT]


def test_the_desk_sees_every_course_with_its_purchases(transactional_db, keyring):
    people = world.recipients(keyring, 3)
    first, *_ = [world.buy(each) for each in people]
    world.finish(keyring, first)
    (row,) = [each for each in queries.courses_for_desk() if each.course.code == world.SHORT]
    assert (dict(row.purchases), row.unfinished) == ({"held": 2, "completed": 1}, 2)
    assert queries.counts() == {
        "held": 2, "redeemed": 0, "attending": 0, "completed": 1, "failed": 0, "cancelled": 0,
        "people": 3, "people_finished": 1, "earned_idr": 50_000,
    }  # fmt: skip
