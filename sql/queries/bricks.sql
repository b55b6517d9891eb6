-- SPDX-License-Identifier: Apache-2.0
-- The ledger. Rows of bricks_transactions and bricks_entries are only ever added. The balance
-- cache in users changes in the same transaction, always by a conditional UPDATE.
-- Locking reads (FOR UPDATE) open no snapshot, so a waiting transaction continues on what the one
-- before it wrote instead of failing with 1020.

-- Numbered as bricks_move() takes it for granted and a constraint has it.
-- name: bricks_accounts_add(user_id i64)
INSERT INTO bricks_accounts (account_id, user_id, kind)
VALUES (2 * :user_id + 2, :user_id, 'available'), (2 * :user_id + 3, :user_id, 'held');

-- name: bricks_user_lock(user_id i64)
SELECT bricks_balance AS available FROM users WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- name: bricks_balance_get(user_id i64)
SELECT bricks_balance AS available, bricks_held AS held FROM users WHERE user_id = :user_id LIMIT 1;

-- name: bricks_hold_add(user_id i64, job_id str, amount i64, seconds i64)
INSERT INTO bricks_holds (user_id, job_id, amount, expires_at)
VALUES (:user_id, :job_id, :amount, NOW(6) + INTERVAL :seconds SECOND);

-- name: bricks_hold_lock(job_id str)
SELECT user_id, amount, status FROM bricks_holds WHERE job_id = :job_id LIMIT 1 FOR UPDATE;

-- name: bricks_hold_resolve(status str, captured i64?, job_id str)
UPDATE bricks_holds SET status = :status, captured = :captured, resolved_at = NOW(6)
WHERE job_id = :job_id AND status = 'held';

-- See migration 0009: one round trip for the cache, the transaction and its entries.
-- name: bricks_move(user_id i64, type str, source str, available i64, held i64, account i64, unlimited i64, key str, job_id str?, purchase_id i64?, actor_id i64?, description str?, metadata str?)
SELECT bricks_move(:user_id, :type, :source, :available, :held, :account, :unlimited, :key, :job_id,
                   :purchase_id, :actor_id, :description, :metadata) AS moved;

-- name: bricks_low_told(told i64, user_id i64)
UPDATE users SET bricks_low_told = :told WHERE user_id = :user_id;

-- The row that took a key first, as it is now and not as a snapshot had it.
-- name: bricks_transaction_of_key(key str)
SELECT transaction_id, user_id, transaction_type AS type, source, amount, balance_after AS balance
FROM bricks_transactions WHERE idempotency_key = :key LIMIT 1 LOCK IN SHARE MODE;

-- ---- terms ----

-- name: bricks_terms(model str, user_id i64)
SELECT u.bricks_balance AS available, {premium(u.is_premium, u.premium_until)} AS is_premium,
       r.samples, r.low_permille, r.mean_permille, r.high_permille, r.mean_bricks
FROM users u LEFT JOIN bricks_rates r ON r.model = :model
WHERE u.user_id = :user_id LIMIT 1;

-- name: bricks_rate(model str)
SELECT COALESCE(MAX(samples), 0) AS samples, COALESCE(MAX(mean_bricks), 0) AS mean_bricks
FROM bricks_rates WHERE model = :model;

-- The latest finished apps that say what was expected of them.
-- name: bricks_samples(limit i64)
SELECT a.generation_model AS model,
       CAST(j.completion_tokens * 1000 DIV j.expected_tokens AS SIGNED) AS permille,
       j.actual_bricks_cost AS bricks
FROM ai_generation_jobs j
JOIN ai_applications a ON a.app_id = j.app_id
WHERE j.status = 'completed' AND j.expected_tokens > 0 AND j.completion_tokens > 0
  AND a.generation_model IS NOT NULL
ORDER BY j.created_at DESC LIMIT :limit;

-- name: bricks_rate_set(model str, samples i64, low i64, mean i64, high i64, bricks i64)
INSERT INTO bricks_rates (model, samples, low_permille, mean_permille, high_permille, mean_bricks)
VALUES (:model, :samples, :low, :mean, :high, :bricks)
ON DUPLICATE KEY UPDATE samples = VALUES(samples), low_permille = VALUES(low_permille),
    mean_permille = VALUES(mean_permille), high_permille = VALUES(high_permille),
    mean_bricks = VALUES(mean_bricks);

-- ---- the day's bricks ----

-- name: bricks_daily_state(user_id i64)
SELECT {premium(u.is_premium, u.premium_until)} AS is_premium, NOW(6) AS now,
       c.local_day AS last_day, c.streak_days
FROM users u
LEFT JOIN bricks_daily_claims c ON c.user_id = u.user_id AND c.local_day =
    (SELECT MAX(l.local_day) FROM bricks_daily_claims l WHERE l.user_id = :user_id)
WHERE u.user_id = :user_id LIMIT 1;

-- name: bricks_claim_add(user_id i64, day str, streak_days i64, amount i64, streak_bonus i64)
INSERT INTO bricks_daily_claims (user_id, local_day, streak_days, amount, streak_bonus)
VALUES (:user_id, :day, :streak_days, :amount, :streak_bonus);

-- name: bricks_claims_since(user_id i64, day str)
SELECT local_day FROM bricks_daily_claims
WHERE user_id = :user_id AND local_day >= :day ORDER BY local_day LIMIT 14;

-- ---- the personal limit ----

-- name: bricks_limit_get(user_id i64)
SELECT bricks_monthly_limit AS monthly_limit, NOW(6) AS now FROM users WHERE user_id = :user_id LIMIT 1;

-- name: bricks_limit_lock(user_id i64)
SELECT bricks_balance AS available, bricks_monthly_limit AS monthly_limit, NOW(6) AS now
FROM users WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- name: bricks_limit_set(monthly_limit i64, user_id i64)
UPDATE users SET bricks_monthly_limit = :monthly_limit WHERE user_id = :user_id;

-- Used, or still to be used, by what was asked for since then.
-- name: bricks_spent_since(user_id i64, since str)
SELECT COALESCE(SUM(CASE status WHEN 'held' THEN amount WHEN 'captured' THEN captured ELSE 0 END), 0)
       AS spent
FROM bricks_holds WHERE user_id = :user_id AND created_at >= :since;
