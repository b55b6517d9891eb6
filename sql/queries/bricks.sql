-- SPDX-License-Identifier: Apache-2.0
-- The ledger. Rows of bricks_transactions and bricks_entries are only ever added. The balance
-- cache in users changes in the same transaction, always by a conditional UPDATE.
-- Locking reads (FOR UPDATE) open no snapshot, so a waiting transaction continues on what the one
-- before it wrote instead of failing with 1020.

-- name: bricks_account_add(user_id i64, kind str)
INSERT INTO bricks_accounts (user_id, kind) VALUES (:user_id, :kind);

-- name: bricks_user_lock(user_id i64)
SELECT bricks_balance AS available FROM users WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- name: bricks_balance_get(user_id i64)
SELECT bricks_balance AS available, bricks_held AS held FROM users WHERE user_id = :user_id LIMIT 1;

-- name: bricks_change(amount i64, user_id i64)
UPDATE users SET bricks_balance = bricks_balance + :amount
WHERE user_id = :user_id AND bricks_balance + :amount >= 0;

-- name: bricks_reserve(amount i64, user_id i64)
UPDATE users SET bricks_balance = bricks_balance - :amount, bricks_held = bricks_held + :amount
WHERE user_id = :user_id AND bricks_balance >= :amount;

-- name: bricks_unreserve(amount i64, returned i64, user_id i64)
UPDATE users SET bricks_held = bricks_held - :amount, bricks_balance = bricks_balance + :returned
WHERE user_id = :user_id AND bricks_held >= :amount;

-- name: bricks_hold_add(user_id i64, job_id str, amount i64, seconds i64)
INSERT INTO bricks_holds (user_id, job_id, amount, expires_at)
VALUES (:user_id, :job_id, :amount, NOW(6) + INTERVAL :seconds SECOND);

-- name: bricks_hold_lock(job_id str)
SELECT user_id, amount, status FROM bricks_holds WHERE job_id = :job_id LIMIT 1 FOR UPDATE;

-- name: bricks_hold_resolve(status str, captured i64?, job_id str)
UPDATE bricks_holds SET status = :status, captured = :captured, resolved_at = NOW(6)
WHERE job_id = :job_id AND status = 'held';

-- balance_after is what is there now and @pending, which the cache gets later in the transaction. The
-- balance is read with the lock that will be needed: a shared one that is raised later deadlocks.
-- name: bricks_transaction_add(type str, source str, amount i64, pending i64, key str, job_id str?, purchase_id i64?, actor_id i64?, description str?, metadata str?, user_id i64)
INSERT INTO bricks_transactions
    (user_id, transaction_type, source, amount, balance_after, idempotency_key, job_id, purchase_id,
     actor_id, description, metadata)
SELECT user_id, :type, :source, :amount, bricks_balance + :pending, :key, :job_id, :purchase_id,
       :actor_id, :description, :metadata
FROM users WHERE user_id = :user_id FOR UPDATE;

-- The row that took a key first, as it is now and not as a snapshot had it.
-- name: bricks_transaction_of_key(key str)
SELECT transaction_id, user_id, transaction_type AS type, source, amount, balance_after AS balance
FROM bricks_transactions WHERE idempotency_key = :key LIMIT 1 LOCK IN SHARE MODE;

-- A movement's entries: zero amounts are left out. `account` is one of the system's.
-- name: bricks_entries_add(transaction_id i64, user_id i64, available i64, held i64, account i64, other i64)
INSERT INTO bricks_entries (transaction_id, account_id, amount)
SELECT :transaction_id, account_id, :available FROM bricks_accounts
WHERE user_id = :user_id AND kind = 'available' AND :available <> 0
UNION ALL
SELECT :transaction_id, account_id, :held FROM bricks_accounts
WHERE user_id = :user_id AND kind = 'held' AND :held <> 0
UNION ALL
SELECT :transaction_id, :account, :other FROM DUAL WHERE :other <> 0;
