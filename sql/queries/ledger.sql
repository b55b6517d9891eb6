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
