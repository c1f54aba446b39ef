-- A purchase says which transaction moved it last: later steps pull what was completed in commit
-- order, and never look at the same million again.
CREATE FUNCTION learning_note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;

CREATE TRIGGER learning_purchase_moved BEFORE UPDATE OF state ON learning_purchase
    FOR EACH ROW EXECUTE FUNCTION learning_note_move();

CREATE OR REPLACE VIEW purchase_facts AS
SELECT purchase.id AS purchase_id, purchase.award_id, purchase.person_id, purchase.price,
    purchase.state, purchase.bought_at, purchase.completed_at,
    course.code AS course_code, course.title_id, course.title_en, course.hours, course.mode,
    provider.code AS provider_code, provider.name AS provider_name, purchase.xid
FROM learning_purchase AS purchase
JOIN learning_course AS course ON course.id = purchase.course_id
JOIN learning_provider AS provider ON provider.code = purchase.provider_id;
