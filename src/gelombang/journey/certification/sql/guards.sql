-- A certificate is issued for a completed purchase, to the person who made it.
CREATE FUNCTION certification_refuse_misfit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM issued
        LEFT JOIN purchase_facts AS purchase ON purchase.purchase_id = issued.purchase_id
        WHERE purchase.state IS DISTINCT FROM 'completed'
           OR purchase.person_id IS DISTINCT FROM issued.person_id
           OR purchase.award_id IS DISTINCT FROM issued.award_id
           OR purchase.course_code IS DISTINCT FROM issued.course_code
    ) THEN
        RAISE EXCEPTION 'a certificate does not fit its purchase'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certification_fits_purchase';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER certification_fits_purchase AFTER INSERT ON certification_certificate
    REFERENCING NEW TABLE AS issued FOR EACH STATEMENT
    EXECUTE FUNCTION certification_refuse_misfit();

-- What a certificate says is never written again; the holder's name may only be erased.
CREATE FUNCTION certification_refuse_second_thoughts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.number, OLD.purchase_id, OLD.award_id, OLD.person_id, OLD.course_code, OLD.title_id,
        OLD.title_en, OLD.provider_name, OLD.hours, OLD.completed_at, OLD.issued_at)
        IS DISTINCT FROM (NEW.number, NEW.purchase_id, NEW.award_id, NEW.person_id,
        NEW.course_code, NEW.title_id, NEW.title_en, NEW.provider_name, NEW.hours,
        NEW.completed_at, NEW.issued_at)
        OR (NEW.holder_sealed IS NOT NULL
            AND NEW.holder_sealed IS DISTINCT FROM OLD.holder_sealed)
        OR (OLD.state = 'revoked'
            AND (OLD.revoked_at, OLD.revoked_by, OLD.revoke_reason)
            IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by, NEW.revoke_reason))
    THEN
        RAISE EXCEPTION 'a certificate cannot be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certification_as_issued';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER certification_as_issued BEFORE UPDATE ON certification_certificate
    FOR EACH ROW EXECUTE FUNCTION certification_refuse_second_thoughts();

-- A certificate stays for ever: people outside hold its number.
CREATE TRIGGER certification_stays BEFORE DELETE OR TRUNCATE ON certification_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
