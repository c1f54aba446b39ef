-- A verdict has its instant, an open identity has none, and a verified one has its area.
-- over verification_identity
SELECT 'identity:' || id AS offender,
    CASE WHEN state = 'verified' AND area !~ '^[0-9]{2}$' THEN 'is verified without an area'
         WHEN state = 'pending' THEN 'is pending with the instant of a verdict'
         ELSE 'is ' || state || ' without the instant of the verdict' END AS problem
FROM verification_identity
WHERE (state = 'verified' AND area !~ '^[0-9]{2}$')
   OR (state IN ('verified', 'refuted') AND decided_at IS NULL)
   OR (state = 'pending' AND decided_at IS NOT NULL)
