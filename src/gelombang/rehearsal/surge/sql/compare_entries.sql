-- The same as compare_registrations, for the entry requests of a wave.
WITH acknowledged AS MATERIALIZED (
    SELECT key, receipt
    FROM unnest(%(keys)s::text[], %(receipts)s::text[]) AS each (key, receipt)
), met AS MATERIALIZED (
    SELECT request.id, request.receipt = acknowledged.receipt AS fits
    FROM acknowledged
    LEFT JOIN wave_entry_request AS request ON request.idempotency_key = acknowledged.key
)
SELECT
    (SELECT count(*) FROM met WHERE id IS NULL OR NOT fits) AS lost,
    (SELECT count(*) - count(DISTINCT receipt) FROM acknowledged) AS given_twice,
    (SELECT count(*) - count(DISTINCT receipt) FROM wave_entry_request) AS stored_twice,
    (SELECT count(*) FROM wave_entry_request AS request
     WHERE NOT EXISTS (SELECT FROM acknowledged WHERE acknowledged.key = request.idempotency_key))
        AS unannounced,
    (SELECT greatest(0, (SELECT count(*) FROM wave_entry_facts) - count(DISTINCT (wave_id, person_id)))
     FROM wave_entry_request) AS people_twice
