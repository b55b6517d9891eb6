-- SPDX-License-Identifier: Apache-2.0
-- Totals for /metrics and the administrator's page. They look at whole indexes, so nobody asks more often than
-- once a minute (mod_wall/app/admin/numbers.c).

-- name: numbers_jobs()
SELECT COALESCE(SUM(status = 'queued'), 0) AS queued, COALESCE(SUM(status = 'processing'), 0) AS processing,
       COALESCE(SUM(status = 'completed'), 0) AS completed, COALESCE(SUM(status = 'failed'), 0) AS failed,
       COALESCE(SUM(status = 'cancelled'), 0) AS cancelled
FROM ai_generation_jobs LIMIT 1;

-- name: numbers_bricks()
SELECT u.available, u.held, u.debt, u.users, e.treasury, e.revenue, e.sales,
       (SELECT COUNT(*) FROM bricks_holds WHERE status = 'held') AS holds_open
FROM (SELECT COALESCE(SUM(bricks_balance), 0) AS available, COALESCE(SUM(bricks_held), 0) AS held,
             COALESCE(SUM(bricks_debt), 0) AS debt, COUNT(*) AS users FROM users) u,
     (SELECT COALESCE(SUM(IF(account_id = 1, amount, 0)), 0) AS treasury,
             COALESCE(SUM(IF(account_id = 2, amount, 0)), 0) AS revenue,
             COALESCE(SUM(IF(account_id = 3, amount, 0)), 0) AS sales
      FROM bricks_entries WHERE account_id IN (1, 2, 3)) e LIMIT 1;

-- name: numbers_purchases()
SELECT status, COUNT(*) AS purchases, COALESCE(SUM(bricks_net), 0) AS bricks
FROM purchases GROUP BY status ORDER BY status LIMIT 20;

-- The last proof that came to its end.
-- name: numbers_check()
SELECT started_at, took_ms, ok, transactions, entries, users, open_holds, days, breaches, first_breach
FROM bricks_checks WHERE took_ms IS NOT NULL ORDER BY check_day DESC LIMIT 1;

-- The proof of this night runs now, or is still to come.
-- name: numbers_check_state()
SELECT IF(COUNT(*) = 0, 'queued', IF(SUM(took_ms IS NULL) > 0, 'running', 'done')) AS state
FROM bricks_checks WHERE check_day = {night(NOW(6))} LIMIT 1;

-- Without its row this night's proof is made again by whichever worker finds it missing first. One that was broken
-- off an hour ago is taken for lost.
-- name: numbers_check_again()
DELETE FROM bricks_checks
WHERE check_day = {night(NOW(6))} AND (took_ms IS NOT NULL OR started_at < NOW(6) - INTERVAL 1 HOUR);
