-- Use or release the held claims of a set of bases. The rows are locked in the order of their
-- numbers, so that two sets with common claims wait for each other.
WITH held AS (
    SELECT id FROM people_lifetimeclaim
    WHERE basis = ANY (%(bases)s::text[]) AND state = 'held'
    ORDER BY id
    FOR UPDATE
)
UPDATE people_lifetimeclaim AS claim SET state = %(state)s, settled_at = %(now)s::timestamptz
FROM held WHERE claim.id = held.id
