-- SPDX-License-Identifier: Apache-2.0
-- Purchases and what payment providers say about them. Whoever changes a purchase has locked its user's row
-- first (bricks_user_lock), then the purchase, then the event.

-- define: purchase_columns(p) p.purchase_id, p.user_id, p.package, p.bricks, p.price_minor, p.currency,
--     p.provider, p.session_id, p.payment_id, p.charge_id, p.checkout_url, p.status, p.processing_at,
--     p.paid_at, p.failed_at, p.expired_at, p.problem, p.problem_at, p.refunded_minor, p.disputed_minor,
--     p.dispute, p.bricks_net, p.bookings, p.payment_method, p.receipt_number, p.checks, p.closed_at,
--     p.closed_note, p.created_at, p.expires_at

-- As administrators see it; u is the buyer, c who closed it.
-- define: case_columns(p, u, c) p.purchase_id, p.user_id AS `buyer.user_id`,
--     u.username AS `buyer.username`, u.display_name AS `buyer.display_name`,
--     u.account_state = 'erased' AS erased, p.package, p.bricks, p.price_minor, p.currency, p.status,
--     p.problem, p.problem_at, p.said_minor, p.said_currency, p.refunded_minor, p.disputed_minor, p.dispute,
--     p.bricks_net, p.provider, p.session_id, p.payment_id, p.charge_id, p.receipt_number, p.processing_at,
--     p.paid_at, p.failed_at, p.expired_at, p.created_at, p.closed_at,
--     c.user_id AS `closed_by.user_id`, c.username AS `closed_by.username`,
--     c.display_name AS `closed_by.display_name`, p.closed_note

-- The provider is asked what became of it if it has not said so in ten minutes.
-- name: purchases_add(user_id i64, package str, bricks i64, price_minor i64, currency str, provider str, key str, seconds i64)
INSERT INTO purchases (user_id, package, bricks, price_minor, currency, provider, idempotency_key,
                       expires_at, next_check_at)
VALUES (:user_id, :package, :bricks, :price_minor, :currency, :provider, :key,
        NOW(6) + INTERVAL :seconds SECOND, NOW(6) + INTERVAL 600 SECOND);

-- name: purchases_by_key(user_id i64, key str)
SELECT {purchase_columns(p)} FROM purchases p
WHERE p.user_id = :user_id AND p.idempotency_key = :key LIMIT 1;

-- name: purchases_get(purchase_id i64, user_id i64)
SELECT {purchase_columns(p)} FROM purchases p
WHERE p.purchase_id = :purchase_id AND p.user_id = :user_id LIMIT 1;

-- name: purchases_any(purchase_id i64)
SELECT {purchase_columns(p)} FROM purchases p WHERE p.purchase_id = :purchase_id LIMIT 1;

-- name: purchases_list(user_id i64, before i64, count i64)
SELECT {purchase_columns(p)} FROM purchases p
WHERE p.user_id = :user_id AND p.purchase_id < :before
ORDER BY p.purchase_id DESC LIMIT :count;

-- Who tries again after a while gets the whole time: providers open no checkout that closes within half an
-- hour. Changes nothing once there is one.
-- name: purchases_prolong(seconds i64, purchase_id i64)
UPDATE purchases SET expires_at = NOW(6) + INTERVAL :seconds SECOND
WHERE purchase_id = :purchase_id AND checkout_url IS NULL AND status = 'pending'
    AND expires_at < NOW(6) + INTERVAL 2700 SECOND;

-- The first who has talked to the provider; others find what they would write.
-- name: purchases_opened(session_id str, checkout_url str, purchase_id i64)
UPDATE purchases SET session_id = :session_id, checkout_url = :checkout_url
WHERE purchase_id = :purchase_id AND checkout_url IS NULL;

-- Which purchases an event is about, by whatever it names: one, or it contradicts itself. 0 and '' name
-- nothing. A checkout and a payment belong to one purchase; who names another than ours is not ours.
-- name: purchases_find(purchase_id i64, provider str, session_id str, payment_id str, charge_id str)
SELECT purchase_id, user_id, session_id, payment_id FROM purchases
WHERE provider = :provider AND (purchase_id = :purchase_id OR session_id = :session_id
    OR payment_id = :payment_id OR charge_id = :charge_id)
ORDER BY purchase_id LIMIT 2;

-- name: purchases_lock(purchase_id i64)
SELECT {purchase_columns(p)} FROM purchases p WHERE p.purchase_id = :purchase_id LIMIT 1 FOR UPDATE;

-- name: purchases_learn(session_id str?, payment_id str?, charge_id str?, payment_method str?, purchase_id i64)
UPDATE purchases SET session_id = COALESCE(session_id, :session_id),
    payment_id = COALESCE(payment_id, :payment_id), charge_id = COALESCE(charge_id, :charge_id),
    payment_method = COALESCE(:payment_method, payment_method)
WHERE purchase_id = :purchase_id;

-- name: purchases_fact_processing(purchase_id i64)
UPDATE purchases SET processing_at = COALESCE(processing_at, NOW(6)) WHERE purchase_id = :purchase_id;

-- name: purchases_fact_paid(purchase_id i64)
UPDATE purchases SET paid_at = COALESCE(paid_at, NOW(6)) WHERE purchase_id = :purchase_id;

-- name: purchases_fact_failed(purchase_id i64)
UPDATE purchases SET failed_at = COALESCE(failed_at, NOW(6)) WHERE purchase_id = :purchase_id;

-- name: purchases_fact_expired(purchase_id i64)
UPDATE purchases SET expired_at = COALESCE(expired_at, NOW(6)) WHERE purchase_id = :purchase_id;

-- The first that was wrong stays, until another payment is (again).
-- name: purchases_fact_problem(again i64, minor i64, currency str?, problem str, purchase_id i64)
UPDATE purchases SET
    said_minor = IF(problem IS NULL OR :again <> 0, :minor, said_minor),
    said_currency = IF(problem IS NULL OR :again <> 0, :currency, said_currency),
    problem_at = IF(problem IS NULL OR :again <> 0, NOW(6), problem_at),
    problem = IF(problem IS NULL OR :again <> 0, :problem, problem)
WHERE purchase_id = :purchase_id;

-- Refunds are told as the sum so far, so of two that overtook each other the larger is the later.
-- name: purchases_fact_refunded(amount_minor i64, purchase_id i64)
UPDATE purchases SET refunded_minor = GREATEST(refunded_minor, :amount_minor)
WHERE purchase_id = :purchase_id;

-- A dispute that has ended does not begin again when the message of its beginning comes late.
-- name: purchases_dispute_set(provider str, dispute_id str, purchase_id i64, amount_minor i64, state str)
INSERT INTO purchase_disputes (provider, dispute_id, purchase_id, amount_minor, state)
VALUES (:provider, :dispute_id, :purchase_id, :amount_minor, :state)
ON DUPLICATE KEY UPDATE amount_minor = IF(:state = 'open', amount_minor, VALUES(amount_minor)),
    state = IF(:state = 'open', state, VALUES(state));

-- name: purchases_fact_disputed(purchase_id i64)
UPDATE purchases SET
    disputed_minor = (SELECT COALESCE(SUM(d.amount_minor), 0) FROM purchase_disputes d
                      WHERE d.purchase_id = :purchase_id AND d.state <> 'won'),
    dispute = (SELECT IF(SUM(d.state = 'open') > 0, 'open', IF(SUM(d.state = 'lost') > 0, 'lost', 'won'))
               FROM purchase_disputes d WHERE d.purchase_id = :purchase_id)
WHERE purchase_id = :purchase_id;

-- name: purchases_fact_closed(actor_id i64, note str, purchase_id i64)
UPDATE purchases SET closed_at = NOW(6), closed_by = :actor_id, closed_note = :note
WHERE purchase_id = :purchase_id;

-- The record says who, when and which; the words stay with the purchase, so that they can go with the account.
-- name: purchases_closing_note(actor_id i64, user_id i64, which str)
INSERT INTO admin_actions (actor_id, user_id, action, old_value, new_value, reason)
VALUES (:actor_id, :user_id, 'purchase', 'held', 'closed', :which);

-- What the facts add up to. Who is not waiting any more is not asked about either.
-- name: purchases_settle(status str, bricks_net i64, bookings i64, receipt_number i64?, purchase_id i64)
UPDATE purchases SET status = :status, bricks_net = :bricks_net, bookings = :bookings,
    receipt_number = COALESCE(receipt_number, :receipt_number),
    next_check_at = IF(:status = 'pending', next_check_at, NULL)
WHERE purchase_id = :purchase_id;

-- Numbers without gaps: the row stays locked until the transaction ends, one way or the other.
-- name: counters_next(name str)
UPDATE counters SET value = value + 1 WHERE name = :name;

-- name: counters_value(name str)
SELECT value FROM counters WHERE name = :name LIMIT 1 FOR UPDATE;

-- ---- administrators ----

-- Reads the table from its end until the page is full: fine for the few who may ask.
-- name: purchases_cases(before i64, status str?, username str?, max_rows i64)
SELECT {case_columns(p, u, c)}
FROM purchases p
JOIN users u ON u.user_id = p.user_id
LEFT JOIN users c ON c.user_id = p.closed_by
WHERE p.purchase_id < :before
  AND (:status IS NULL OR p.status = :status)
  AND (:username IS NULL OR u.username = CONVERT(:username USING ascii))
ORDER BY p.purchase_id DESC
LIMIT :max_rows;

-- name: purchases_case(purchase_id i64)
SELECT {case_columns(p, u, c)}
FROM purchases p
JOIN users u ON u.user_id = p.user_id
LEFT JOIN users c ON c.user_id = p.closed_by
WHERE p.purchase_id = :purchase_id
LIMIT 1;

-- name: payment_events_of(purchase_id i64)
SELECT event_type, kind, amount_minor, currency, received_at, applied_at FROM payment_events
WHERE purchase_id = :purchase_id ORDER BY received_at, event_id LIMIT 200;

-- ---- events ----

-- Changes no row when the event is known; the row is then locked all the same.
-- name: payment_events_add(provider str, event_id str, event_type str, kind str, session_id str?, payment_id str?, charge_id str?, dispute_id str?, amount_minor i64, currency str?, payment_method str?, body_digest str)
INSERT INTO payment_events (provider, event_id, event_type, kind, session_id, payment_id, charge_id,
                            dispute_id, amount_minor, currency, payment_method, body_digest)
VALUES (:provider, :event_id, :event_type, :kind, :session_id, :payment_id, :charge_id, :dispute_id,
        :amount_minor, :currency, :payment_method, :body_digest)
ON DUPLICATE KEY UPDATE event_id = VALUES(event_id);

-- name: payment_events_waits(provider str, event_id str)
SELECT applied_at IS NULL AS waits FROM payment_events
WHERE provider = :provider AND event_id = :event_id LIMIT 1 FOR UPDATE;

-- name: payment_events_applied(purchase_id i64, provider str, event_id str)
UPDATE payment_events SET applied_at = NOW(6), purchase_id = :purchase_id
WHERE provider = :provider AND event_id = :event_id AND applied_at IS NULL;

-- Those that came before their purchase was known by what they name.
-- name: payment_events_waiting(count i64)
SELECT e.event_id, e.event_type, e.kind, e.provider, e.session_id, e.payment_id, e.charge_id, e.dispute_id,
       e.amount_minor, e.currency, e.payment_method, e.body_digest, p.purchase_id, p.user_id
FROM payment_events e
JOIN purchases p ON p.provider = e.provider AND p.payment_id = e.payment_id
WHERE e.applied_at IS NULL AND e.received_at > NOW(6) - INTERVAL 90 DAY
ORDER BY e.received_at LIMIT :count;

-- name: payment_events_waiting_for(provider str, payment_id str)
SELECT event_id, event_type, kind, provider, session_id, payment_id, charge_id, dispute_id,
       amount_minor, currency, payment_method, body_digest, 0 AS purchase_id, 0 AS user_id
FROM payment_events
WHERE provider = :provider AND payment_id = :payment_id AND applied_at IS NULL
ORDER BY received_at LIMIT 100 FOR UPDATE;

-- name: payment_events_forget(count i64)
DELETE FROM payment_events WHERE received_at < NOW(6) - INTERVAL 90 DAY LIMIT :count;

-- ---- asking the provider ----

-- name: purchases_due(count i64)
SELECT {purchase_columns(p)} FROM purchases p
WHERE p.next_check_at <= NOW(6) ORDER BY p.next_check_at LIMIT :count;

-- Whoever raises checks asks. Ten minutes, twenty, forty … six hours.
-- name: purchases_check(purchase_id i64, checks i64)
UPDATE purchases SET checks = checks + 1,
    next_check_at = NOW(6) + INTERVAL LEAST(21600, 600 << LEAST(checks, 6)) SECOND
WHERE purchase_id = :purchase_id AND checks = :checks AND next_check_at <= NOW(6);

-- What nobody paid for a day after its checkout closed, and nothing is on its way, is not waited for.
-- name: purchases_overdue(purchase_id i64)
SELECT COUNT(*) AS overdue FROM purchases
WHERE purchase_id = :purchase_id AND status = 'pending' AND NOW(6) > expires_at
    + INTERVAL IF(processing_at IS NULL, 1, 21) DAY;

-- ---- debts ----

-- name: bricks_debt_add(user_id i64, purchase_id i64?, source str, amount i64)
INSERT INTO bricks_debts (user_id, purchase_id, source, amount)
VALUES (:user_id, :purchase_id, :source, :amount);

-- name: bricks_debt_raise(amount i64, user_id i64)
UPDATE users SET bricks_debt = bricks_debt + :amount WHERE user_id = :user_id;

-- name: bricks_debt_lower(amount i64, user_id i64)
UPDATE users SET bricks_debt = bricks_debt - :amount
WHERE user_id = :user_id AND bricks_debt >= :amount;

-- name: bricks_debt_of(user_id i64)
SELECT bricks_debt FROM users WHERE user_id = :user_id LIMIT 1;

-- name: bricks_debt_owed(user_id i64)
SELECT bricks_balance AS available, bricks_debt AS debt FROM users
WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- name: bricks_debts_open(user_id i64)
SELECT debt_id, COALESCE(purchase_id, 0) AS purchase_id, amount, settled FROM bricks_debts
WHERE user_id = :user_id AND settled_at IS NULL ORDER BY debt_id LIMIT 100 FOR UPDATE;

-- name: bricks_debt_settle(amount i64, debt_id i64)
UPDATE bricks_debts SET settled = settled + :amount,
    settled_at = IF(settled = amount, NOW(6), NULL)
WHERE debt_id = :debt_id AND settled + :amount <= amount;
