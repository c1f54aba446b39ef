-- One chunk of a list. A rejected row keeps its number and its problem, and nothing about anybody.
INSERT INTO nominations_nomination (
    list_id, row_number, nomination_index, nik_sealed, name_sealed, phone_sealed,
    agency_type, sector, employment_status, area, reason, state, problem
)
SELECT %(list_id)s::bigint, line.row_number, line.nomination_index, line.nik_sealed, line.name_sealed,
    line.phone_sealed, line.agency_type, line.sector, line.employment_status, line.area,
    line.reason, line.state, line.problem
FROM unnest(
    %(row_numbers)s::int[], %(indexes)s::bytea[], %(niks)s::bytea[], %(names)s::bytea[],
    %(phones)s::bytea[], %(agency_types)s::text[], %(sectors)s::text[], %(statuses)s::text[],
    %(areas)s::text[], %(reasons)s::text[], %(states)s::text[], %(problems)s::text[]
) AS line (
    row_number, nomination_index, nik_sealed, name_sealed, phone_sealed, agency_type, sector,
    employment_status, area, reason, state, problem
)
