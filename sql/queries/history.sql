-- SPDX-License-Identifier: Apache-2.0
-- A user's own movements, newest first. Every list is a range of (user_id, transaction_id), so nobody's rows but
-- the asker's are ever touched; of those at most :scan are looked at, whatever the filters are.

-- What a movement did to the balance. A hold and its end are one movement, unless they are wanted as
-- steps: then the end brought back what was not used, and the hold took all.
-- define: history_amount(steps) IF(steps = 0 AND h.hold_id IS NOT NULL AND t.transaction_type IN ('spent', 'refunded'),
--     t.amount - h.amount, t.amount)

-- define: history_columns(steps) t.transaction_id, t.transaction_type, t.source, {history_amount(steps)} AS amount,
--     t.balance_after, t.description, t.created_at, h.amount AS `hold.held`, h.captured AS `hold.used`,
--     IF(h.status = 'held', NULL, h.amount - COALESCE(h.captured, 0)) AS `hold.returned`,
--     h.created_at AS `hold.held_at`, h.resolved_at AS `hold.resolved_at`,
--     x.app_id AS `app.app_id`, x.post_id AS `app.post_id`, x.title AS `app.title`,
--     x.status AS `app.status`, j.job_id AS `app.job_id`, j.total_tokens AS `app.total_tokens`,
--     IF(x.app_id IS NULL, NULL, p.deleted_at IS NOT NULL) AS `app.is_gone`,
--     CAST(JSON_VALUE(t.metadata, '$.streak_days') AS SIGNED) AS `claim.streak_days`,
--     CAST(JSON_VALUE(t.metadata, '$.streak_bonus') AS SIGNED) AS `claim.streak_bonus`,
--     b.purchase_id AS `purchase.purchase_id`, b.package AS `purchase.package`,
--     b.receipt_number AS `purchase.receipt_number`, b.price_minor AS `purchase.price_minor`,
--     b.currency AS `purchase.currency`, b.payment_method AS `purchase.payment_method`,
--     b.status AS `purchase.status`

-- What a search finds. Words of the page itself ("daily bricks") are in the reader's language and found by kind.
-- define: history_words() CONCAT_WS(' ', x.title, t.description, b.package, b.receipt_number, b.payment_method)

-- define: history_joins() LEFT JOIN bricks_holds h ON h.job_id = t.job_id
--     LEFT JOIN ai_generation_jobs j ON j.job_id = t.job_id
--     LEFT JOIN ai_applications x ON x.app_id = j.app_id
--     LEFT JOIN posts p ON p.post_id = x.post_id
--     LEFT JOIN purchases b ON b.purchase_id = t.purchase_id

-- name: history_page(user_id i64, before i64, since_id i64, scan i64, steps i64, type str, source str, direction i64, word1 str, word2 str, word3 str, max_rows i64)
SELECT {history_columns(:steps)}
FROM (SELECT transaction_id, transaction_type, source, amount, balance_after, job_id,
             purchase_id, description, metadata, created_at
      FROM bricks_transactions
      WHERE user_id = :user_id AND transaction_id < :before AND transaction_id >= :since_id
      ORDER BY transaction_id DESC LIMIT :scan) t
{history_joins()}
WHERE (:steps = 1 OR t.transaction_type <> 'held' OR h.hold_id IS NULL OR h.status = 'held')
  AND :type IN ('all', t.transaction_type) AND :source IN ('', t.source)
  AND :direction IN (0, SIGN({history_amount(:steps)}))
  AND {history_words()} LIKE :word1
  AND {history_words()} LIKE :word2
  AND {history_words()} LIKE :word3
ORDER BY t.transaction_id DESC LIMIT :max_rows;

-- How far history_page looked: the index alone answers.
-- name: history_looked(user_id i64, before i64, since_id i64, scan i64)
SELECT COUNT(*) AS rows_seen, COALESCE(MIN(transaction_id), 0) AS last_id
FROM (SELECT transaction_id FROM bricks_transactions
      WHERE user_id = :user_id AND transaction_id < :before AND transaction_id >= :since_id
      ORDER BY transaction_id DESC LIMIT :scan) t LIMIT 1;

-- A user's movements are written one after the other (each holds the lock on the user's row), so their
-- ids rise with their times.
-- name: history_first_since(user_id i64, since str)
SELECT transaction_id FROM bricks_transactions
WHERE user_id = :user_id AND created_at >= :since
ORDER BY created_at, transaction_id LIMIT 1;

-- name: history_get(user_id i64, transaction_id i64)
SELECT {history_columns(0)},
       x.generation_model AS `cost.model`, j.prompt_tokens AS `cost.prompt_tokens`,
       j.completion_tokens AS `cost.completion_tokens`, j.total_tokens AS `cost.total_tokens`,
       IF(j.actual_bricks_cost IS NULL, NULL, j.tokens_per_brick) AS `cost.tokens_per_brick`,
       j.actual_bricks_cost AS `cost.bricks`,
       IF(j.actual_bricks_cost IS NULL, NULL,
          TIMESTAMPDIFF(MICROSECOND, j.created_at, j.started_at) DIV 1000) AS `cost.waited_ms`,
       x.generation_time AS `cost.writing_ms`
FROM bricks_transactions t
{history_joins()}
WHERE t.transaction_id = :transaction_id AND t.user_id = :user_id
LIMIT 1;

-- name: history_steps(user_id i64, job_id str)
SELECT transaction_id, transaction_type, amount, balance_after, created_at
FROM bricks_transactions WHERE job_id = :job_id AND user_id = :user_id
ORDER BY transaction_id LIMIT 20;

-- What was used and what came in, a row for each span of :spans (JSON, pairs of instants), cause and kind.
-- Bricks that were held and came back are neither; what was taken back with money that went back was not
-- used, it is missing from what came in.
-- name: history_spending(user_id i64, spans str)
SELECT s.span, t.source, t.transaction_type,
       CAST(SUM(CASE WHEN t.transaction_type IN ('spent', 'refunded') AND h.hold_id IS NOT NULL
                     THEN COALESCE(h.captured, 0)
                     WHEN t.transaction_type IN ('held', 'refunded') THEN 0
                     ELSE GREATEST(-t.amount, 0) END) AS SIGNED) AS used,
       CAST(SUM(CASE WHEN t.transaction_type = 'held' OR h.hold_id IS NOT NULL THEN 0
                     WHEN t.transaction_type = 'refunded' THEN t.amount
                     ELSE GREATEST(t.amount, 0) END) AS SIGNED) AS received
FROM JSON_TABLE(:spans, '$[*]' COLUMNS (span FOR ORDINALITY, since DATETIME(6) PATH '$[0]',
                                        until DATETIME(6) PATH '$[1]')) s
JOIN bricks_transactions t ON t.user_id = :user_id AND t.created_at >= s.since AND t.created_at < s.until
LEFT JOIN bricks_holds h ON h.job_id = t.job_id
GROUP BY s.span, t.source, t.transaction_type
HAVING used <> 0 OR received <> 0
ORDER BY s.span, t.source, t.transaction_type LIMIT 2000;

-- What apps cost here: the latest 500 that were finished, by model.
-- name: rates_models()
SELECT x.generation_model AS model, COUNT(*) AS apps,
       CAST(CEILING(AVG(j.actual_bricks_cost)) AS SIGNED) AS bricks,
       MIN(j.actual_bricks_cost) AS least, MAX(j.actual_bricks_cost) AS most,
       CAST(AVG(j.total_tokens) AS SIGNED) AS tokens, CAST(AVG(x.generation_time) AS SIGNED) AS writing_ms
FROM (SELECT app_id, actual_bricks_cost, total_tokens FROM ai_generation_jobs
      WHERE status = 'completed' ORDER BY created_at DESC LIMIT 500) j
JOIN ai_applications x ON x.app_id = j.app_id
WHERE j.actual_bricks_cost IS NOT NULL
GROUP BY x.generation_model ORDER BY apps DESC, model LIMIT 20;
