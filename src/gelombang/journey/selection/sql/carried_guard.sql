-- Only who is in the wave is judged: nobody who left it or was carried out of it.
CREATE FUNCTION selection_refuse_absent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM made
        JOIN wave_entry_facts AS entry ON entry.entry_id = made.entry_id
        WHERE entry.state <> 'joined'
    ) THEN
        RAISE EXCEPTION 'a candidate is not in the wave'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_candidate_joined';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER selection_candidate_joined AFTER INSERT ON selection_candidate
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION selection_refuse_absent();
