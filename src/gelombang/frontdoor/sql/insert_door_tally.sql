-- What this process did since its last tally: for operators, and so that all processes know how
-- many share the admission.
INSERT INTO door_tally (
    process, at, offered, accepted, ticketed, shed, paced, refused, queue_depth, batches, rows,
    commit_ms, latency
)
VALUES (
    $1::text, $2::timestamptz, $3::int, $4::int, $5::int, $6::int, $7::int, $8::int, $9::int,
    $10::int, $11::int, $12::int, $13::int[]
)
