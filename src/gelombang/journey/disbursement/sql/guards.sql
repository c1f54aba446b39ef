-- Whose an account is stands in one row of disbursement_accountowner; a linked account names it.
ALTER TABLE disbursement_accountowner
    ADD CONSTRAINT disbursement_owner_pair UNIQUE (account_index, person_id);
ALTER TABLE disbursement_payoutaccount
    ADD CONSTRAINT disbursement_account_of_owner FOREIGN KEY (held_index, person_id)
    REFERENCES disbursement_accountowner (account_index, person_id);

-- What a payout pays, to which account and under which reference is never written again, and it is
-- the instalment's own amount, to a linked account of the instalment's own person.
CREATE FUNCTION disbursement_refuse_misfit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM made
        JOIN disbursement_instalment AS instalment ON instalment.id = made.instalment_id
        JOIN disbursement_payoutaccount AS account ON account.id = made.account_id
        WHERE account.person_id <> instalment.person_id
           OR account.state <> 'linked'
           OR account.partner <> made.partner
           OR instalment.amount <> made.amount
    ) THEN
        RAISE EXCEPTION 'a payout does not fit its instalment or account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disbursement_payout_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER disbursement_payout_fits AFTER INSERT ON disbursement_payout
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION disbursement_refuse_misfit();

CREATE FUNCTION disbursement_refuse_second_thoughts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.instalment_id, OLD.batch_id, OLD.account_id, OLD.partner, OLD.reference, OLD.amount)
        IS DISTINCT FROM (NEW.instalment_id, NEW.batch_id, NEW.account_id, NEW.partner,
        NEW.reference, NEW.amount)
    THEN
        RAISE EXCEPTION 'a payout cannot be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disbursement_payout_permanent';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER disbursement_payout_permanent BEFORE UPDATE ON disbursement_payout
    FOR EACH ROW EXECUTE FUNCTION disbursement_refuse_second_thoughts();

-- Nothing leaves but from a batch that three people released and nobody stopped, and what may have
-- left before leaves again only when the partner certainly did not carry it out.
CREATE FUNCTION disbursement_refuse_blind_sending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'unknown' AND NOT OLD.may_resend THEN
        RAISE EXCEPTION 'a payout whose fate is unknown cannot be sent again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disbursement_never_resend_blindly';
    END IF;
    IF NOT EXISTS (
        SELECT FROM disbursement_payoutbatch WHERE id = NEW.batch_id AND state = 'released'
    ) THEN
        RAISE EXCEPTION 'a payout leaves from a released batch only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disbursement_sent_once_released';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER disbursement_payout_leaves BEFORE UPDATE OF state ON disbursement_payout
    FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION disbursement_refuse_blind_sending();
