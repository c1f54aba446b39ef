-- What providers have earned, paid out to them or not.
SELECT COALESCE(sum(balance), 0)::bigint AS amount FROM ledger_balance_facts
WHERE kind IN ('provider_payable', 'provider_paid')
