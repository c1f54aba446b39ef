-- Give the places of one batch to the people who won them, with the deadlines of their scheme.
INSERT INTO selection_award
    (id, candidate_id, place_id, person_id, state, scheme, programme_version_id, amount,
     awarded_at, purchase_by, spend_by)
SELECT id, candidate_id, place_id, person_id, 'open', %(scheme)s, %(version)s, %(amount)s, %(now)s,
       %(purchase_by)s::timestamptz, %(spend_by)s::timestamptz
FROM unnest(%(ids)s::bigint[], %(candidates)s::bigint[], %(places)s::bigint[], %(people)s::uuid[])
    AS given (id, candidate_id, place_id, person_id)
