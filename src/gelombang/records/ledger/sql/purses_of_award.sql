-- What the purses of an award and of its purchases hold, as the database adds them up.
SELECT balance.kind, balance.holder, balance.balance::bigint AS balance
FROM unnest(%(kinds)s::text[], %(holders)s::text[]) AS purse (kind, holder)
JOIN ledger_balance_facts AS balance USING (kind, holder)
