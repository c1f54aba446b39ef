-- Every column of sealed values, with the size of its table.
SELECT class.relname::text AS table, attribute.attname::text AS column,
       (pg_relation_size(class.oid) / current_setting('block_size')::bigint)::int AS pages
FROM pg_attribute AS attribute
JOIN pg_class AS class ON class.oid = attribute.attrelid
WHERE class.relnamespace = 'public'::regnamespace AND class.relkind = 'r'
  AND attribute.attname LIKE '%\_sealed' AND attribute.atttypid = 'bytea'::regtype
  AND NOT attribute.attisdropped
ORDER BY 1, 2
