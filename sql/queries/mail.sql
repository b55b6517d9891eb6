-- SPDX-License-Identifier: Apache-2.0
-- The queue of mails. As with jobs, each write of the worker carries the fence of its claim, and all
-- times are the database's.

-- Whose account was erased has no address any more, though money may still move for them.
-- name: mail_person(user_id i64)
SELECT email AS address, COALESCE(language, mail_language) AS language FROM users
WHERE user_id = :user_id AND account_state <> 'erased' LIMIT 1;

-- name: mail_add(kind str, user_id i64?, address str, language str?, content str)
INSERT INTO mails (kind, user_id, address, language, content)
VALUES (:kind, :user_id, :address, :language, :content);

-- What a claim of the mail that is due next would get.
-- name: mail_due()
SELECT m.mail_id, m.kind, m.address, m.language, m.content, m.fence + 1 AS fence, m.attempts + 1 AS attempts,
       m.created_at, u.display_name
FROM mails m LEFT JOIN users u ON u.user_id = m.user_id
WHERE m.status = 'queued' AND m.not_before <= NOW(6)
ORDER BY m.not_before LIMIT 1;

-- name: mail_claim(fence i64, lease i64, mail_id i64)
UPDATE mails
SET status = 'sending', fence = :fence, attempts = attempts + 1,
    lease_until = NOW(6) + INTERVAL :lease SECOND
WHERE mail_id = :mail_id AND status = 'queued' AND fence = :fence - 1;

-- name: mail_sent(keep i64, mail_id i64, fence i64)
UPDATE mails
SET status = 'sent', sent_at = NOW(6), lease_until = NULL, error = NULL,
    content = IF(:keep = 1, content, NULL)
WHERE mail_id = :mail_id AND fence = :fence AND status = 'sending';

-- name: mail_again(delay_ms i64, error str, mail_id i64, fence i64)
UPDATE mails
SET status = 'queued', lease_until = NULL, error = :error,
    not_before = NOW(6) + INTERVAL (:delay_ms * 1000) MICROSECOND
WHERE mail_id = :mail_id AND fence = :fence AND status = 'sending';

-- name: mail_failed(error str, mail_id i64, fence i64)
UPDATE mails
SET status = 'failed', lease_until = NULL, error = :error, content = NULL
WHERE mail_id = :mail_id AND fence = :fence AND status = 'sending';

-- Of claimers that died. A mail that may itself be what kills them waits longer each time, and ends.
-- name: mail_reclaim(attempts i64, error str)
UPDATE mails
SET status = IF(attempts >= :attempts, 'failed', 'queued'), fence = fence + 1, lease_until = NULL,
    error = :error, content = IF(attempts >= :attempts, NULL, content),
    not_before = NOW(6) + INTERVAL IF(attempts < 3, 0, LEAST(POW(2, attempts), 3600)) SECOND
WHERE status = 'sending' AND lease_until < NOW(6);

-- name: mail_sweep(days i64, limit i64)
DELETE FROM mails
WHERE status IN ('sent', 'failed') AND created_at < NOW(6) - INTERVAL :days DAY
ORDER BY created_at LIMIT :limit;

-- For development: what a site that only writes mails to a folder has written.
-- name: mail_shown(limit i64)
SELECT m.mail_id, m.kind, m.address, m.language, m.content, m.fence, m.attempts, m.created_at, u.display_name
FROM mails m LEFT JOIN users u ON u.user_id = m.user_id
WHERE m.status = 'sent' AND m.content IS NOT NULL
ORDER BY m.mail_id DESC LIMIT :limit;
