-- A review is written by the holder of a certificate that holds.
CREATE FUNCTION feedback_refuse_stranger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviewed
        LEFT JOIN certificate_facts AS certificate
            ON certificate.certificate_id = reviewed.certificate_id
        WHERE certificate.state IS DISTINCT FROM 'valid'
           OR certificate.person_id IS DISTINCT FROM reviewed.person_id
           OR certificate.award_id IS DISTINCT FROM reviewed.award_id
           OR certificate.course_code IS DISTINCT FROM reviewed.course_code
    ) THEN
        RAISE EXCEPTION 'a review does not fit its certificate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_review_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER feedback_review_fits AFTER INSERT ON feedback_review
    REFERENCING NEW TABLE AS reviewed FOR EACH STATEMENT
    EXECUTE FUNCTION feedback_refuse_stranger();

-- A survey is answered by somebody who has reviewed a course under the same award.
CREATE FUNCTION feedback_refuse_early_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM answered
        WHERE NOT EXISTS (
            SELECT FROM feedback_review AS review
            WHERE review.award_id = answered.award_id AND review.person_id = answered.person_id
        )
    ) THEN
        RAISE EXCEPTION 'a survey is answered after the first review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_survey_after_review';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER feedback_survey_after_review AFTER INSERT ON feedback_surveyanswer
    REFERENCING NEW TABLE AS answered FOR EACH STATEMENT
    EXECUTE FUNCTION feedback_refuse_early_answer();
