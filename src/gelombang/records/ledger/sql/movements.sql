-- Every transfer with the purses it went between, for steps that ask what an account has seen.
CREATE VIEW ledger_movement_facts AS
SELECT transfer.id AS transfer_id, transfer.kind, transfer.reference, transfer.amount,
    transfer.happened_at, debited.kind AS debit_kind, debited.holder AS debit_holder,
    credited.kind AS credit_kind, credited.holder AS credit_holder,
    transfer.resolves_id
FROM ledger_transfer AS transfer
JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id;

-- What each purse holds now, to be asked for some purses at a time.
CREATE VIEW ledger_balance_facts AS
SELECT kind, holder, ledger_balance(id) AS balance
FROM ledger_account;
