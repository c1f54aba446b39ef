-- A purchase gets one certificate, whoever else issues: what another worker wrote stays. A course
-- that was completed after the sweep had read the clock is not certified before its completion.
INSERT INTO certification_certificate (
    number, purchase_id, award_id, person_id, holder_sealed, course_code, title_id, title_en,
    provider_name, hours, completed_at, issued_at, state
)
SELECT
    given.number, purchase.purchase_id, purchase.award_id, purchase.person_id, given.holder,
    purchase.course_code, purchase.title_id, purchase.title_en, purchase.provider_name,
    purchase.hours, purchase.completed_at,
    greatest(%(now)s::timestamptz, purchase.completed_at), 'valid'
FROM unnest(
    %(purchases)s::bigint[], %(numbers)s::text[], %(holders)s::bytea[]
) AS given (purchase_id, number, holder)
JOIN purchase_facts AS purchase ON purchase.purchase_id = given.purchase_id
WHERE purchase.state = 'completed'
ORDER BY purchase.purchase_id
ON CONFLICT DO NOTHING
RETURNING number, purchase_id, person_id, title_id, title_en
