-- Whose award a transfer moved money of: by its purses, by the purchase that it resolves or holds,
-- or, for a partner's float, by the payment that it followed.
WITH asked AS (
    SELECT kind, reference, debit_holder, credit_holder FROM ledger_movement_facts
    WHERE reference = %(reference)s
), followed AS (
    SELECT payment.debit_holder, payment.credit_holder
    FROM asked JOIN ledger_movement_facts AS payment
        ON payment.reference IN ('payout_post:' || split_part(asked.reference, ':', 2),
                                 'late_paid:' || split_part(asked.reference, ':', 2))
    WHERE asked.kind = 'float_out'
), holders AS (
    SELECT debit_holder AS holder FROM asked UNION SELECT credit_holder FROM asked
    UNION SELECT debit_holder FROM followed UNION SELECT credit_holder FROM followed
), awards AS (
    SELECT holder FROM holders WHERE starts_with(holder, 'award:')
    UNION
    SELECT held.debit_holder FROM holders JOIN ledger_movement_facts AS held
        ON held.credit_kind = 'provider_held' AND held.credit_holder = holders.holder
        AND held.kind = 'purchase_hold'
    WHERE starts_with(holders.holder, 'purchase:')
)
SELECT split_part(holder, ':', 2)::bigint FROM awards ORDER BY 1 LIMIT 1
