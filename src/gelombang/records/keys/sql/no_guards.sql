-- The guards go, and append-only tables are so without exception again.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
DROP FUNCTION refuse_all_but_new_keys();
DROP FUNCTION keys_are_rotating();
DROP FUNCTION keys_is_renewed(text, bytea, bytea);
DROP FUNCTION keys_refuse_former(text);
DROP FUNCTION keys_is_former(bytea, smallint, smallint, bigint);
DROP FUNCTION keys_of_index(bytea);
DROP FUNCTION keys_hold_frontier();
DROP VIEW index_key_facts;
