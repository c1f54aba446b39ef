-- Numbers of awards to come: their claims and promises name them.
SELECT nextval(pg_get_serial_sequence('selection_award', 'id')) AS id
FROM generate_series(1, %(count)s)
