-- A proof reads 32 bytes of a level: stored plain, the database fetches only the piece it needs.
ALTER TABLE selection_merklelevel ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- A wave never has more places than its quota.
CREATE FUNCTION selection_refuse_oversale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT draw_id FROM made) AS touched
        JOIN selection_draw AS draw ON draw.id = touched.draw_id
        JOIN wave_facts AS wave ON wave.wave_id = draw.wave_id
        WHERE (SELECT count(*) FROM selection_place WHERE draw_id = draw.id) > wave.quota
    ) THEN
        RAISE EXCEPTION 'more places than the quota'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_place_quota';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER selection_place_quota AFTER INSERT ON selection_place
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION selection_refuse_oversale();

-- An award goes to the candidate's own person, for a place of the candidate's own draw, to
-- somebody who was eligible and drawn, or who waited for a place that has returned.
CREATE FUNCTION selection_refuse_misfit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM given
        JOIN selection_candidate AS candidate ON candidate.entry_id = given.candidate_id
        JOIN selection_place AS place ON place.id = given.place_id
        WHERE candidate.person_id <> given.person_id
           OR candidate.draw_id <> place.draw_id
           OR NOT candidate.eligible
           OR candidate.outcome = ''
           OR (candidate.outcome = 'selected' AND candidate.place_id IS DISTINCT FROM place.id)
           OR (candidate.outcome = 'waiting' AND NOT EXISTS (
                   SELECT FROM selection_award AS earlier
                   WHERE earlier.place_id = place.id AND earlier.id <> given.id
                     AND earlier.state IN ('declined', 'lapsed', 'revoked')))
    ) THEN
        RAISE EXCEPTION 'an award does not fit its candidate and place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_award_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER selection_award_fits AFTER INSERT ON selection_award
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT
    EXECUTE FUNCTION selection_refuse_misfit();

-- What was committed stays committed: once frozen, the list, the rules, the round and the files
-- cannot be written again, and once drawn, neither can the randomness. There is no second draw.
CREATE FUNCTION selection_refuse_second_thoughts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.rules_sha256 <> '' AND (OLD.wave_id, OLD.rules_file, OLD.rules_sha256)
        IS DISTINCT FROM (NEW.wave_id, NEW.rules_file, NEW.rules_sha256)
    OR OLD.list_sha256 <> '' AND (OLD.list_sha256, OLD.merkle_root, OLD.candidates,
            OLD.published_at, OLD.beacon_chain, OLD.beacon_round, OLD.beacon_at,
            OLD.commitment_file)
        IS DISTINCT FROM (NEW.list_sha256, NEW.merkle_root, NEW.candidates,
            NEW.published_at, NEW.beacon_chain, NEW.beacon_round, NEW.beacon_at,
            NEW.commitment_file)
    OR OLD.randomness <> '' AND (OLD.randomness, OLD.signature, OLD.cutoffs_file)
        IS DISTINCT FROM (NEW.randomness, NEW.signature, NEW.cutoffs_file)
    THEN
        RAISE EXCEPTION 'a committed draw cannot be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_draw_frozen';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER selection_draw_frozen BEFORE UPDATE ON selection_draw
    FOR EACH ROW EXECUTE FUNCTION selection_refuse_second_thoughts();
