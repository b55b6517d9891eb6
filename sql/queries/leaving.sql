-- SPDX-License-Identifier: Apache-2.0
-- Taking one's data along, going, and what is left then.

-- ---- going and coming back ----

-- name: leaving_username(user_id i64)
SELECT username FROM users WHERE user_id = :user_id LIMIT 1;

-- name: leaving_deactivate(user_id i64)
UPDATE users SET account_state = 'deactivated' WHERE user_id = :user_id AND account_state = 'active';

-- name: leaving_delete(days i64, user_id i64)
UPDATE users SET account_state = 'leaving', deletion_due_at = NOW(6) + INTERVAL :days DAY
WHERE user_id = :user_id AND account_state = 'active';

-- name: leaving_due_at(user_id i64)
SELECT deletion_due_at FROM users WHERE user_id = :user_id LIMIT 1;

-- ---- the copy of one's data ----

-- Asked for again it begins anew, but one that is waiting or being written goes on.
-- name: leaving_export_ask(user_id i64)
INSERT INTO data_exports (user_id) VALUES (:user_id)
ON DUPLICATE KEY UPDATE
    progress_percentage = IF(status IN ('queued', 'processing'), progress_percentage, 0),
    attempts = IF(status IN ('queued', 'processing'), attempts, 0),
    not_before = IF(status IN ('queued', 'processing'), not_before, NULL),
    file_name = IF(status IN ('queued', 'processing'), file_name, NULL),
    file_size = IF(status IN ('queued', 'processing'), file_size, NULL),
    created_at = IF(status IN ('queued', 'processing'), created_at, NOW(6)),
    completed_at = IF(status IN ('queued', 'processing'), completed_at, NULL),
    expires_at = IF(status IN ('queued', 'processing'), expires_at, NULL),
    fence = IF(status IN ('queued', 'processing'), fence, fence + 1),
    status = IF(status = 'processing', status, 'queued');

-- name: leaving_export_get(user_id i64)
SELECT status, progress_percentage, file_name, file_size, created_at, completed_at, expires_at
FROM data_exports
WHERE user_id = :user_id AND (expires_at IS NULL OR expires_at > NOW(6))
LIMIT 1;

-- name: leaving_export_next()
SELECT user_id, fence, attempts FROM data_exports
WHERE status = 'queued' AND (not_before IS NULL OR not_before <= NOW(6))
   OR status = 'processing' AND lease_until < NOW(6)
ORDER BY created_at LIMIT 1;

-- name: leaving_export_claim(lease_s i64, user_id i64, fence i64)
UPDATE data_exports
SET status = 'processing', fence = fence + 1, attempts = attempts + 1, progress_percentage = 0,
    lease_until = NOW(6) + INTERVAL :lease_s SECOND
WHERE user_id = :user_id AND fence = :fence
  AND (status = 'queued' OR status = 'processing' AND lease_until < NOW(6));

-- name: leaving_export_renew(lease_s i64, percent i64, user_id i64, fence i64)
UPDATE data_exports
SET lease_until = NOW(6) + INTERVAL :lease_s SECOND, progress_percentage = :percent
WHERE user_id = :user_id AND fence = :fence AND status = 'processing';

-- name: leaving_export_complete(file_name str, file_size i64, keep_days i64, user_id i64, fence i64)
UPDATE data_exports
SET status = 'completed', progress_percentage = 100, file_name = :file_name, file_size = :file_size,
    completed_at = NOW(6), expires_at = NOW(6) + INTERVAL :keep_days DAY, lease_until = NULL
WHERE user_id = :user_id AND fence = :fence AND status = 'processing';

-- name: leaving_export_put_off(max_attempts i64, wait_s i64, user_id i64, fence i64)
UPDATE data_exports
SET status = IF(attempts >= :max_attempts, 'failed', 'queued'), lease_until = NULL,
    not_before = NOW(6) + INTERVAL :wait_s SECOND
WHERE user_id = :user_id AND fence = :fence AND status = 'processing';

-- name: leaving_exports_expire()
DELETE FROM data_exports WHERE expires_at <= NOW(6);

-- name: leaving_export_named(file_name str)
SELECT COUNT(*) FROM data_exports WHERE file_name = :file_name;

-- ---- erasing ----

-- Also those a worker left half erased.
-- name: leaving_erasure_next()
SELECT user_id FROM users
WHERE deletion_due_at <= NOW(6) AND account_state IN ('leaving', 'erased')
ORDER BY deletion_due_at LIMIT 1;

-- From here on nobody signs in and nothing is seen. What is due moves on with each attempt, so that a person who
-- cannot be erased now does not keep the others waiting.
-- name: leaving_erasure_begin(user_id i64)
UPDATE users SET account_state = 'erased', password_hash = NULL, deletion_due_at = NOW(6)
WHERE user_id = :user_id AND account_state IN ('leaving', 'erased') AND deletion_due_at <= NOW(6);

-- name: leaving_jobs_open(user_id i64)
SELECT job_id FROM ai_generation_jobs
WHERE user_id = :user_id AND status IN ('queued', 'processing') LIMIT 100;

-- name: leaving_erase_sessions(user_id i64)
DELETE FROM sessions WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_answers(user_id i64)
DELETE FROM idempotency_keys WHERE owner IN (CONCAT('u:', :user_id), CONCAT('k:', :user_id)) LIMIT 500;
-- name: leaving_erase_mails(user_id i64)
DELETE FROM mails
WHERE user_id = :user_id OR address IN (SELECT email FROM users WHERE user_id = :user_id) LIMIT 500;
-- name: leaving_erase_export(user_id i64)
DELETE FROM data_exports WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_account_tokens(user_id i64)
DELETE FROM account_tokens WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_api_keys(user_id i64)
DELETE FROM api_keys WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_known_devices(user_id i64)
DELETE FROM known_devices WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_logins(user_id i64)
DELETE FROM logins WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_muted_keywords(user_id i64)
DELETE FROM muted_keywords WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_notification_preferences(user_id i64)
DELETE FROM notification_preferences WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_oauth_connections(user_id i64)
DELETE FROM oauth_connections WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_oauth_flows(user_id i64)
DELETE FROM oauth_flows WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_passkeys(user_id i64)
DELETE FROM passkeys WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_recovery_codes(user_id i64)
DELETE FROM recovery_codes WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_sign_ins(user_id i64)
DELETE FROM sign_ins WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_user_links(user_id i64)
DELETE FROM user_links WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_user_settings(user_id i64)
DELETE FROM user_settings WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_user_totp(user_id i64)
DELETE FROM user_totp WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_username_history(user_id i64)
DELETE FROM username_history WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_blocks(user_id i64)
DELETE FROM blocks WHERE user_id = :user_id OR blocked_id = :user_id LIMIT 500;
-- What they typed to get back in, by the name it was typed with.
-- name: leaving_erase_requests(user_id i64)
DELETE FROM account_requests
WHERE login IN (SELECT username FROM users WHERE user_id = :user_id)
   OR login IN (SELECT email FROM users WHERE user_id = :user_id) LIMIT 500;
-- Who was invited stays invited.
-- name: leaving_erase_invitations(user_id i64)
UPDATE invitations SET note = NULL, revoked_at = COALESCE(revoked_at, NOW(6))
WHERE user_id = :user_id AND (note IS NOT NULL OR revoked_at IS NULL) LIMIT 500;
-- Accounts are kept, as the law wants them; how it was paid, and what was written to the buyer, is not needed
-- for that.
-- name: leaving_erase_payments(user_id i64)
UPDATE purchases SET payment_method = NULL, checkout_url = NULL, closed_note = NULL
WHERE user_id = :user_id
  AND (payment_method IS NOT NULL OR checkout_url IS NOT NULL OR closed_note IS NOT NULL) LIMIT 500;
-- What others put on these walls goes with them.
-- name: leaving_erase_apps(user_id i64)
DELETE FROM ai_applications
WHERE user_id = :user_id
   OR post_id IN (SELECT p.post_id FROM posts p JOIN walls w ON w.wall_id = p.wall_id
                  WHERE w.user_id = :user_id)
   OR post_id IN (SELECT post_id FROM posts WHERE author_id = :user_id)
LIMIT 500;
-- name: leaving_erase_posts(user_id i64)
DELETE FROM posts
WHERE author_id = :user_id OR wall_id IN (SELECT wall_id FROM walls WHERE user_id = :user_id)
LIMIT 500;
-- name: leaving_erase_walls(user_id i64)
DELETE FROM walls WHERE user_id = :user_id LIMIT 500;
-- name: leaving_erase_job_messages(user_id i64)
UPDATE ai_generation_jobs SET error_message = NULL
WHERE user_id = :user_id AND error_message IS NOT NULL LIMIT 500;

-- What stays of a person: a number the ledger points to. Neither name nor address can be anybody's.
-- name: leaving_erasure_end(user_id i64)
UPDATE users
SET username = CONCAT('~', user_id), email = CONCAT('~', user_id), display_name = '', bio = NULL,
    location = NULL, website = NULL, language = NULL, mail_language = NULL, role = 'user', email_verified = 0,
    profile_visibility = 'private', email_visibility = 'private', activity_visibility = 'private',
    contact_preference = 'nobody', passkey_handle = NULL, username_changed_at = NULL, is_premium = 0, premium_until = NULL,
    bricks_monthly_limit = 0, deletion_due_at = NULL
WHERE user_id = :user_id AND account_state = 'erased';
