-- A purchase is made by the person of an award that was accepted, of a course of its own provider.
CREATE FUNCTION learning_refuse_misfit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM bought
        LEFT JOIN award_facts AS award ON award.award_id = bought.award_id
        LEFT JOIN learning_course AS course ON course.id = bought.course_id
        WHERE award.person_id IS DISTINCT FROM bought.person_id
           OR award.state IS DISTINCT FROM 'accepted'
           OR course.provider_id IS DISTINCT FROM bought.provider_id
    ) THEN
        RAISE EXCEPTION 'a purchase does not fit its award or course'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'learning_purchase_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER learning_purchase_fits AFTER INSERT ON learning_purchase
    REFERENCING NEW TABLE AS bought FOR EACH STATEMENT
    EXECUTE FUNCTION learning_refuse_misfit();

-- What was agreed at the purchase is never written again.
CREATE FUNCTION learning_refuse_second_thoughts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.award_id, OLD.person_id, OLD.course_id, OLD.provider_id, OLD.price, OLD.redeem_code,
        OLD.bought_at)
        IS DISTINCT FROM (NEW.award_id, NEW.person_id, NEW.course_id, NEW.provider_id, NEW.price,
        NEW.redeem_code, NEW.bought_at)
    THEN
        RAISE EXCEPTION 'a purchase cannot be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'learning_purchase_agreed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER learning_purchase_agreed BEFORE UPDATE ON learning_purchase
    FOR EACH ROW EXECUTE FUNCTION learning_refuse_second_thoughts();
