-- The sketch of one process for one day, as it stands: a later row of the same process replaces it.
INSERT INTO visitor_sketch (day, registers, recorded_at, process)
VALUES ($1::date, $2::bytea, $3::timestamptz, $4::text)
