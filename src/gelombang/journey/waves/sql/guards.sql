-- A carried entry goes on as its own person's entry in a later wave, and that is fixed once.
CREATE FUNCTION waves_refuse_false_continuation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.continues_as_id IS NOT NULL AND NEW.continues_as_id IS DISTINCT FROM OLD.continues_as_id
        OR NOT EXISTS (
            SELECT FROM waves_entry AS following
            JOIN waves_wave AS later ON later.id = following.wave_id
            JOIN waves_wave AS earlier ON earlier.id = NEW.wave_id
            WHERE following.id = NEW.continues_as_id AND following.person_id = NEW.person_id
              AND later.number > earlier.number
        )
    THEN
        RAISE EXCEPTION 'an entry does not go on like this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'waves_entry_continues';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER waves_entry_continues BEFORE INSERT OR UPDATE OF continues_as_id ON waves_entry
    FOR EACH ROW WHEN (NEW.continues_as_id IS NOT NULL)
    EXECUTE FUNCTION waves_refuse_false_continuation();
