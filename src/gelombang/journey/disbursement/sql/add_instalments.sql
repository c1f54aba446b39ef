-- All instalments of some awards. Whoever planned them first stays.
INSERT INTO disbursement_instalment (
    award_id, person_id, kind, number, times, amount, state, held_reason, due_at, planned_at
)
SELECT plan.award_id, plan.person_id, plan.kind, plan.number, plan.times, plan.amount,
    'planned', '', plan.due_at, %(now)s::timestamptz
FROM unnest(
    %(awards)s::bigint[], %(people)s::uuid[], %(kinds)s::text[], %(numbers)s::int[],
    %(times)s::int[], %(amounts)s::bigint[], %(due)s::timestamptz[]
) AS plan (award_id, person_id, kind, number, times, amount, due_at)
ON CONFLICT (award_id, kind, number) DO NOTHING
