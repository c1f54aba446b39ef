-- The claims of this set that bar now, made just now or by an earlier run of the same set.
SELECT claim.basis
FROM unnest(%(indexes)s::bytea[], %(bases)s::text[]) AS wanted (lifetime_index, basis)
INNER JOIN people_lifetimeclaim AS claim
    ON claim.basis = wanted.basis AND claim.lifetime_index = wanted.lifetime_index
WHERE claim.state IN ('held', 'used')
