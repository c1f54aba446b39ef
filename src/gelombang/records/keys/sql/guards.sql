-- Where the indexes of the database begin: all are of the first key.
INSERT INTO keys_indexfrontier (id, settled, coming, reached) VALUES (true, 0, 0, 0);

-- What the front door may know: the key that it makes the indexes of its intake with.
CREATE VIEW index_key_facts AS SELECT settled FROM keys_indexfrontier;

-- The frontier as it stays until this transaction ends. Whoever writes indexes holds the lock with
-- the others; a step of a rotation holds it alone. The row is read after the lock was got, and
-- since the function is volatile, with a snapshot of that moment.
CREATE FUNCTION keys_hold_frontier(
    OUT settled smallint, OUT coming smallint, OUT reached bigint, OUT coming_print text
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('keys.frontier', 0));
    SELECT frontier.settled, frontier.coming, frontier.reached, frontier.coming_print
    INTO settled, coming, reached, coming_print
    FROM keys_indexfrontier AS frontier;
END $$;

-- The id of the key that made an index: 0 for the first one. Null for what is no index.
CREATE FUNCTION keys_of_index(value bytea) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE octet_length(value) WHEN 32 THEN 0 WHEN 33 THEN get_byte(value, 0) END
$$;

-- Whether an index is not the representation that its value has now. That of a value is decided by
-- the first four bytes of its settled digest, so what has moved on already is recognised without
-- any key.
CREATE FUNCTION keys_is_former(
    value bytea, settled smallint, coming smallint, reached bigint
) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(
        keys_of_index(value) NOT IN (settled, coming)
        OR (
            coming <> settled AND keys_of_index(value) = settled
            AND ('x' || encode(substring(value FROM octet_length(value) - 31 FOR 4), 'hex'))::bit(32)::bigint
                < reached
        )
        OR (coming <> settled AND keys_of_index(value) = coming AND reached = 0),
        false
    )
$$;

-- Code that did not hold the frontier meets a rotation: it tries again and finds the new place.
CREATE FUNCTION keys_refuse_former(table_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: an index of a former key', table_name
        USING ERRCODE = 'serialization_failure', CONSTRAINT = 'keys_index_of_now';
END $$;

-- Whether a value differs from the one before by its key alone, as far as that can be seen without
-- keys: a sealed value keeps version and length, an index keeps being one.
CREATE FUNCTION keys_is_renewed(column_name text, old bytea, new bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(
        CASE WHEN column_name LIKE '%\_sealed' THEN
            octet_length(old) = octet_length(new) AND octet_length(old) > 2
            AND get_byte(old, 0) = get_byte(new, 0) AND get_byte(old, 1) <> get_byte(new, 1)
        ELSE
            keys_of_index(old) <> keys_of_index(new) AND octet_length(new) = 33
        END,
        false
    )
$$;

-- Whether this transaction is one of a rotation (SET LOCAL gelombang.new_keys = 'on').
CREATE FUNCTION keys_are_rotating() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('gelombang.new_keys', true) = 'on', false)
$$;

-- Of an append-only table whose trigger says so, a rotation may update rows; the guard below looks
-- at each of them.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND keys_are_rotating() THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE FUNCTION refuse_all_but_new_keys() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := to_jsonb(NEW);
    name text;
    refused boolean := old_row - TG_ARGV IS DISTINCT FROM new_row - TG_ARGV;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        refused := refused OR (
            old_row ->> name IS DISTINCT FROM new_row ->> name
            AND NOT keys_is_renewed(name, (old_row ->> name)::bytea, (new_row ->> name)::bytea)
        );
    END LOOP;
    IF refused OR NOT keys_are_rotating() THEN
        RAISE EXCEPTION '% is append-only: more than its keys would change', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
