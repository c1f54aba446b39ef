-- What a certificate says is never written again; the holder's name may be erased, and a rotation
-- may seal it with another key.
CREATE OR REPLACE FUNCTION certification_refuse_second_thoughts() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.number, OLD.purchase_id, OLD.award_id, OLD.person_id, OLD.course_code, OLD.title_id,
        OLD.title_en, OLD.provider_name, OLD.hours, OLD.completed_at, OLD.issued_at)
        IS DISTINCT FROM (NEW.number, NEW.purchase_id, NEW.award_id, NEW.person_id,
        NEW.course_code, NEW.title_id, NEW.title_en, NEW.provider_name, NEW.hours,
        NEW.completed_at, NEW.issued_at)
        OR (NEW.holder_sealed IS NOT NULL
            AND NEW.holder_sealed IS DISTINCT FROM OLD.holder_sealed
            AND NOT (keys_are_rotating()
                     AND keys_is_renewed('holder_sealed', OLD.holder_sealed, NEW.holder_sealed)))
        OR (OLD.state = 'revoked'
            AND (OLD.revoked_at, OLD.revoked_by, OLD.revoke_reason)
            IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by, NEW.revoke_reason))
    THEN
        RAISE EXCEPTION 'a certificate cannot be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certification_as_issued';
    END IF;
    RETURN NEW;
END $$
