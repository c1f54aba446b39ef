-- One link per entry of the batch.
INSERT INTO audit_link (entry_id, position, previous_hash, hash)
SELECT * FROM unnest(
    %(entry_ids)s::bigint[], %(positions)s::bigint[], %(previous_hashes)s::bytea[], %(hashes)s::bytea[]
)
