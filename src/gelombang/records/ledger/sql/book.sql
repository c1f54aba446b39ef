-- Book a set of transfers whose accounts exist. A reference that is there already books nothing.
INSERT INTO ledger_transfer
    (debit_account_id, credit_account_id, amount, kind, reference, resolves_id, happened_at, xid)
SELECT debit.id, credit.id, wish.amount, wish.kind, wish.reference, reserved.id, %(now)s,
       pg_current_xact_id()
FROM unnest(
    %(debit_kinds)s::text[], %(debit_holders)s::text[],
    %(credit_kinds)s::text[], %(credit_holders)s::text[],
    %(amounts)s::bigint[], %(kinds)s::text[], %(references)s::text[], %(resolves)s::text[]
) WITH ORDINALITY AS wish (debit_kind, debit_holder, credit_kind, credit_holder,
                           amount, kind, reference, resolves, position)
JOIN ledger_account AS debit
    ON (debit.kind, debit.holder, debit.currency) = (debit_kind, debit_holder, %(currency)s)
JOIN ledger_account AS credit
    ON (credit.kind, credit.holder, credit.currency) = (credit_kind, credit_holder, %(currency)s)
LEFT JOIN ledger_transfer AS reserved ON reserved.reference = wish.resolves
ORDER BY wish.reference -- two sets with common references wait for each other in one order
ON CONFLICT (reference) DO NOTHING
