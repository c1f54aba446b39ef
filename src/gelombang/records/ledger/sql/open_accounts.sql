-- Make the accounts of a set that do not exist yet, in one order for everybody.
INSERT INTO ledger_account (kind, holder, currency)
SELECT DISTINCT kind, holder, %(currency)s
FROM unnest(%(kinds)s::text[], %(holders)s::text[]) AS wish (kind, holder)
ORDER BY kind, holder
ON CONFLICT (kind, holder, currency) DO NOTHING
