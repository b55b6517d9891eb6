-- SPDX-License-Identifier: Apache-2.0
-- Proofs about the ledger: each statement gives one row for every breach. Run them in one
-- transaction, which sees one instant, so that they may run beside live traffic.

-- name: ledger_counts()
SELECT (SELECT COUNT(*) FROM bricks_transactions) AS transactions,
       (SELECT COUNT(*) FROM bricks_entries) AS entries,
       (SELECT COUNT(*) FROM users) AS users,
       (SELECT COUNT(*) FROM bricks_holds WHERE status = 'held') AS open_holds
FROM DUAL;

-- name: ledger_total()
SELECT 'all entries' AS subject, COALESCE(SUM(amount), 0) AS found, 0 AS expected
FROM bricks_entries HAVING found <> expected LIMIT 1;

-- name: ledger_transaction_sums()
SELECT CONCAT('transaction ', transaction_id) AS subject, SUM(amount) AS found, 0 AS expected
FROM bricks_entries GROUP BY transaction_id HAVING found <> expected
ORDER BY transaction_id LIMIT 100;

-- name: ledger_transaction_entries()
SELECT CONCAT('transaction ', t.transaction_id) AS subject, COUNT(e.entry_id) AS found,
       2 AS expected
FROM bricks_transactions t LEFT JOIN bricks_entries e ON e.transaction_id = t.transaction_id
GROUP BY t.transaction_id HAVING found < expected ORDER BY t.transaction_id LIMIT 100;

-- name: ledger_transaction_amounts()
SELECT CONCAT('transaction ', t.transaction_id) AS subject, t.amount AS found,
       COALESCE(SUM(IF(a.user_id = t.user_id AND a.kind = 'available', e.amount, 0)), 0) AS expected
FROM bricks_transactions t
LEFT JOIN bricks_entries e ON e.transaction_id = t.transaction_id
LEFT JOIN bricks_accounts a ON a.account_id = e.account_id
GROUP BY t.transaction_id, t.amount HAVING found <> expected
ORDER BY t.transaction_id LIMIT 100;

-- name: ledger_cache(kind str)
SELECT CONCAT('user ', u.user_id) AS subject,
       IF(:kind = 'held', u.bricks_held, u.bricks_balance) AS found,
       COALESCE(SUM(e.amount), 0) AS expected
FROM users u
LEFT JOIN bricks_accounts a ON a.user_id = u.user_id AND a.kind = :kind
LEFT JOIN bricks_entries e ON e.account_id = a.account_id
GROUP BY u.user_id, u.bricks_held, u.bricks_balance HAVING found <> expected
ORDER BY u.user_id LIMIT 100;

-- name: ledger_negative()
SELECT CONCAT('account ', a.account_id, ' (', a.kind, ' of user ', a.user_id, ')') AS subject,
       SUM(e.amount) AS found, 0 AS expected
FROM bricks_accounts a JOIN bricks_entries e ON e.account_id = a.account_id
WHERE a.user_id IS NOT NULL
GROUP BY a.account_id, a.kind, a.user_id HAVING found < expected
ORDER BY a.account_id LIMIT 100;

-- name: ledger_open_holds()
SELECT CONCAT('user ', u.user_id) AS subject,
       (SELECT COALESCE(SUM(e.amount), 0) FROM bricks_accounts a
        JOIN bricks_entries e ON e.account_id = a.account_id
        WHERE a.user_id = u.user_id AND a.kind = 'held') AS found,
       (SELECT COALESCE(SUM(h.amount), 0) FROM bricks_holds h
        WHERE h.user_id = u.user_id AND h.status = 'held') AS expected
FROM users u HAVING found <> expected ORDER BY u.user_id LIMIT 100;

-- name: ledger_resolutions()
SELECT CONCAT('hold ', h.hold_id, ' (', h.status, ') of job ', h.job_id) AS subject,
       COUNT(t.transaction_id) AS found, IF(h.status = 'held', 0, 1) AS expected
FROM bricks_holds h
LEFT JOIN bricks_transactions t ON t.job_id = h.job_id
    AND t.transaction_type IN ('spent', 'refunded')
GROUP BY h.hold_id, h.status, h.job_id HAVING found <> expected ORDER BY h.hold_id LIMIT 100;

-- name: ledger_captures()
SELECT CONCAT('hold ', h.hold_id, ' of job ', h.job_id) AS subject,
       COALESCE(h.captured, 0) AS found, COALESCE(SUM(e.amount), 0) AS expected
FROM bricks_holds h
LEFT JOIN bricks_transactions t ON t.job_id = h.job_id
LEFT JOIN bricks_entries e ON e.transaction_id = t.transaction_id AND e.account_id = 2
GROUP BY h.hold_id, h.job_id, h.captured HAVING found <> expected ORDER BY h.hold_id LIMIT 100;

-- name: ledger_balances()
SELECT CONCAT('transaction ', transaction_id) AS subject, balance_after AS found, so_far AS expected
FROM (SELECT transaction_id, balance_after,
             SUM(amount) OVER (PARTITION BY user_id ORDER BY transaction_id) AS so_far
      FROM bricks_transactions) AS running
WHERE balance_after <> so_far ORDER BY transaction_id LIMIT 100;

-- Housekeeping gives back what nobody resolved; a job that is being written has its lease instead.
-- name: ledger_overdue_holds()
SELECT CONCAT('hold ', h.hold_id, ' of job ', h.job_id) AS subject,
       TIMESTAMPDIFF(MINUTE, h.expires_at, NOW(6)) AS found, 0 AS expected
FROM bricks_holds h JOIN ai_generation_jobs j ON j.job_id = h.job_id
WHERE h.status = 'held' AND h.expires_at < NOW(6) - INTERVAL 1 HOUR AND j.status <> 'processing'
ORDER BY h.hold_id LIMIT 100;

-- ---- the chain of days ----

-- One line an entry (one without, should a transaction have none); chain.h says what becomes of them. Left
-- to itself the server reads half the ledger by its key for each part of a busy day.
-- name: ledger_day_lines(day str, after_transaction i64, after_entry i64, limit i64)
SELECT t.transaction_id AS after_transaction, IFNULL(e.entry_id, 0) AS after_entry,
       t.transaction_id, t.user_id, t.transaction_type, t.source, t.amount, t.balance_after,
       t.idempotency_key, COALESCE(t.job_id, '') AS job_id,
       COALESCE(t.purchase_id, '') AS purchase_id, COALESCE(t.actor_id, '') AS actor_id,
       COALESCE(t.description, '') AS description, COALESCE(t.metadata, '') AS metadata,
       DATE_FORMAT(t.created_at, '%Y-%m-%d %H:%i:%s.%f') AS created_at,
       COALESCE(e.entry_id, '') AS entry_id, COALESCE(e.account_id, '') AS account_id,
       COALESCE(e.amount, '') AS entry_amount
FROM bricks_transactions t FORCE INDEX (transactions_created)
LEFT JOIN bricks_entries e ON e.transaction_id = t.transaction_id
WHERE t.created_at >= CAST(:day AS DATE) AND t.created_at < CAST(:day AS DATE) + INTERVAL 1 DAY
  AND (t.transaction_id > :after_transaction
       OR (t.transaction_id = :after_transaction AND IFNULL(e.entry_id, 0) > :after_entry))
ORDER BY t.transaction_id, e.entry_id LIMIT :limit;

-- name: ledger_day_add(day str, first_id i64, last_id i64, transactions i64, entries i64, hash str)
INSERT INTO bricks_days (day, first_id, last_id, transactions, entries, hash)
VALUES (:day, :first_id, :last_id, :transactions, :entries, :hash);

-- name: ledger_day_last()
SELECT day, hash FROM bricks_days ORDER BY day DESC LIMIT 1;

-- name: ledger_day_before_first()
SELECT DATE(created_at) - INTERVAL 1 DAY AS day FROM bricks_transactions ORDER BY created_at LIMIT 1;

-- name: ledger_days_after(day str, limit i64)
SELECT day, first_id, last_id, transactions, entries, hash FROM bricks_days
WHERE day > :day ORDER BY day LIMIT :limit;

-- name: ledger_before_day(day str)
SELECT COUNT(*) AS n FROM bricks_transactions WHERE created_at < CAST(:day AS DATE);

-- name: ledger_now_us()
SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) AS now_us;

-- ---- the proof of each night ----

-- name: ledger_night()
SELECT TO_DAYS({night(NOW(6))}) AS night;

-- One of several workers gets it, and one that was broken off whoever asks six hours later.
-- name: ledger_night_begin(night i64)
INSERT INTO bricks_checks (check_day) VALUES (FROM_DAYS(:night))
ON DUPLICATE KEY UPDATE started_at =
  IF(took_ms IS NULL AND started_at < NOW(6) - INTERVAL 6 HOUR, NOW(6), started_at);

-- name: ledger_night_leave(night i64)
DELETE FROM bricks_checks WHERE check_day = FROM_DAYS(:night) AND took_ms IS NULL;

-- name: ledger_night_end(night i64, ok i64, transactions i64, entries i64, users i64, open_holds i64, days i64, breaches i64, first_breach str?)
UPDATE bricks_checks
SET took_ms = TIMESTAMPDIFF(MICROSECOND, started_at, NOW(6)) DIV 1000, ok = :ok,
    transactions = :transactions, entries = :entries, users = :users, open_holds = :open_holds,
    days = :days, breaches = :breaches, first_breach = :first_breach
WHERE check_day = FROM_DAYS(:night);

-- ---- purchases ----

-- name: ledger_debts()
SELECT CONCAT('user ', u.user_id) AS subject, u.bricks_debt AS found,
       COALESCE(SUM(d.amount - d.settled), 0) AS expected
FROM users u LEFT JOIN bricks_debts d ON d.user_id = u.user_id
GROUP BY u.user_id, u.bricks_debt HAVING found <> expected ORDER BY u.user_id LIMIT 100;

-- name: ledger_purchases()
SELECT CONCAT('purchase ', p.purchase_id) AS subject, p.bricks_net AS found,
       (SELECT COALESCE(SUM(t.amount), 0) FROM bricks_transactions t WHERE t.purchase_id = p.purchase_id)
       - (SELECT COALESCE(SUM(d.amount - d.settled), 0) FROM bricks_debts d
          WHERE d.purchase_id = p.purchase_id) AS expected
FROM purchases p HAVING found <> expected ORDER BY p.purchase_id LIMIT 100;
