from gelombang.journey.nominations.reading import ErrorFile, read
from gelombang.kit.nik import parse_nik
from gelombang.rehearsal.lists import nomination_file, served_list


def test_the_products_reader_finds_as_many_good_and_bad_rows_as_the_file_promises(population):
    listed = nomination_file(population)
    rows = list(read(listed.text, ErrorFile()))
    good = [row for row in rows if row.nominee is not None]
    assert (len(good), len(rows) - len(good)) == (listed.validated, listed.rejected)
    known = {p.card.nik for p in population.people if p.card}
    nominated = {p.card.nik for p in population.verified() if p.nominated}
    listed_niks = {row.nominee.nik for row in good}
    assert nominated <= listed_niks
    assert listed_niks - known, "some are nominated and never register"


def test_the_served_list_names_the_served_and_some_strangers(population):
    header, *niks = served_list(population).split()
    assert header == "nik"
    assert all(parse_nik(nik)[0] == nik for nik in niks)
    served = {p.card.nik for p in population.verified() if p.served}
    others = {p.card.nik for p in population.people if p.card} - served
    assert served < set(niks)
    assert not others & set(niks)
