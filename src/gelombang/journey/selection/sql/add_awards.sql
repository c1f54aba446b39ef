-- Give the places of one batch to the people who won them.
INSERT INTO selection_award
    (id, candidate_id, place_id, person_id, state, scheme, programme_version_id, amount,
     awarded_at)
SELECT id, candidate_id, place_id, person_id, 'open', %(scheme)s, %(version)s, %(amount)s, %(now)s
FROM unnest(%(ids)s::bigint[], %(candidates)s::bigint[], %(places)s::bigint[], %(people)s::uuid[])
    AS given (id, candidate_id, place_id, person_id)
