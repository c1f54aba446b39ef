-- The state list is that of the partial unique index, so that the planner can use it.
SELECT lifetime_index
FROM people_lifetimeclaim
WHERE lifetime_index = ANY(%(indexes)s::bytea[]) AND state IN ('held', 'used')
