-- Balances, exactly and without adding up a hot account from its first day.
--
-- A snapshot counts the transfers whose transaction id lies below S, where S was
-- pg_snapshot_xmin(pg_current_snapshot()) when it was taken: every transaction below S had ended
-- then, so the set of rows below S was complete and can never grow or shrink (the table is
-- append-only). Hence balance = snapshot + every visible transfer with xid >= S, whatever is
-- being written at this moment, our own uncommitted rows included.
CREATE FUNCTION ledger_balance(account bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    WITH closed AS (
        SELECT balance, before_xid::xid8 AS before_xid
        FROM ledger_snapshot WHERE account_id = account ORDER BY id DESC LIMIT 1
    ), since AS (
        SELECT COALESCE((SELECT before_xid FROM closed), '0'::xid8) AS xid
    )
    SELECT COALESCE((SELECT balance FROM closed), 0)
         + COALESCE((SELECT sum(amount) FROM ledger_transfer
                     WHERE credit_account_id = account AND xid >= (SELECT xid FROM since)), 0)
         - COALESCE((SELECT sum(amount) FROM ledger_transfer
                     WHERE debit_account_id = account AND xid >= (SELECT xid FROM since)), 0)
$$;

-- No account that must not is ever below zero. The accounts that a statement takes money from are
-- locked in the order of their numbers before they are added up: whoever comes second waits, and
-- then sees the first one's rows, because each query of a plpgsql function takes a new snapshot
-- under READ COMMITTED. Under the stricter levels it would not, so those are refused. Accounts
-- that only receive are not locked: money that arrives unseen makes the answer too strict, never
-- too lax.
CREATE FUNCTION ledger_refuse_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    debited bigint[];
    offender bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'transfers are booked under READ COMMITTED only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    SELECT array_agg(DISTINCT debit_account_id) INTO debited FROM booked;
    PERFORM id FROM ledger_account
        WHERE id = ANY (debited) AND NOT may_be_negative ORDER BY id FOR NO KEY UPDATE;
    SELECT id INTO offender FROM ledger_account
        WHERE id = ANY (debited) AND NOT may_be_negative AND ledger_balance(id) < 0
        ORDER BY id LIMIT 1;
    IF offender IS NOT NULL THEN
        RAISE EXCEPTION 'account % would be below zero', offender
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_not_below_zero';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_no_overdraft AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS booked FOR EACH STATEMENT
    EXECUTE FUNCTION ledger_refuse_overdraft();

-- A transfer that resolves moves the reserved amount out of the account that holds it, and a
-- transfer never crosses currencies.
CREATE FUNCTION ledger_refuse_misfit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM booked b JOIN ledger_transfer r ON r.id = b.resolves_id
        WHERE r.amount <> b.amount OR r.credit_account_id <> b.debit_account_id
    ) THEN
        RAISE EXCEPTION 'a resolving transfer differs from its reservation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_resolves_fits';
    END IF;
    IF EXISTS (
        SELECT FROM booked b
        JOIN ledger_account d ON d.id = b.debit_account_id
        JOIN ledger_account c ON c.id = b.credit_account_id
        WHERE d.currency <> c.currency
    ) THEN
        RAISE EXCEPTION 'a transfer stays within one currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_one_currency';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_fits AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS booked FOR EACH STATEMENT
    EXECUTE FUNCTION ledger_refuse_misfit();
