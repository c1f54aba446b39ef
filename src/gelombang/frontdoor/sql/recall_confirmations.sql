-- Which of these receipts were confirmed before, and for which address.
SELECT receipt, email_index
FROM email_confirmation
WHERE receipt = ANY($1::text[])
