-- The first reference of a set under which something else, or nothing, is booked.
SELECT wish.reference
FROM unnest(
    %(debit_kinds)s::text[], %(debit_holders)s::text[],
    %(credit_kinds)s::text[], %(credit_holders)s::text[],
    %(amounts)s::bigint[], %(kinds)s::text[], %(references)s::text[], %(resolves)s::text[]
) AS wish (debit_kind, debit_holder, credit_kind, credit_holder,
           amount, kind, reference, resolves)
LEFT JOIN ledger_transfer AS booked ON booked.reference = wish.reference
LEFT JOIN ledger_account AS debit ON debit.id = booked.debit_account_id
LEFT JOIN ledger_account AS credit ON credit.id = booked.credit_account_id
LEFT JOIN ledger_transfer AS reserved ON reserved.id = booked.resolves_id
WHERE (booked.amount, booked.kind, debit.kind, debit.holder, credit.kind, credit.holder,
       reserved.reference)
    IS DISTINCT FROM (wish.amount, wish.kind, wish.debit_kind, wish.debit_holder,
                      wish.credit_kind, wish.credit_holder, wish.resolves)
ORDER BY wish.reference
LIMIT 1
