-- SPDX-License-Identifier: Apache-2.0
-- The copy of one's data, part by part: one JSON object a row, in the order of `after`, from which the next
-- rows are asked for. The table of parts is in mod_wall/app/leaving/export_parts.c.

-- define: utc(at_time) DATE_FORMAT(at_time, '%Y-%m-%dT%H:%i:%s.%fZ')

-- name: exports_account(user_id i64, after i64)
SELECT user_id AS after, JSON_OBJECT(
    'user_id', user_id, 'username', username, 'display_name', display_name, 'email', email,
    'email_verified', email_verified, 'bio', bio, 'location', location, 'website', website,
    'profile_visibility', profile_visibility, 'email_visibility', email_visibility,
    'activity_visibility', activity_visibility, 'contact_preference', contact_preference, 'role', role,
    'account_state', account_state, 'is_premium', is_premium, 'premium_until', {utc(premium_until)},
    'language', language, 'mail_language', mail_language, 'has_password', password_hash IS NOT NULL,
    'bricks_balance', bricks_balance, 'bricks_held', bricks_held, 'bricks_debt', bricks_debt,
    'bricks_monthly_limit', bricks_monthly_limit, 'invitation_id', invitation_id,
    'username_changed_at', {utc(username_changed_at)}, 'created_at', {utc(created_at)},
    'updated_at', {utc(updated_at)}) AS json
FROM users WHERE user_id = :user_id AND user_id > :after LIMIT 1;

-- name: exports_walls(user_id i64, after i64)
SELECT wall_id AS after, JSON_OBJECT(
    'wall_id', wall_id, 'wall_slug', wall_slug, 'kind', kind, 'display_name', display_name,
    'description', description, 'privacy_level', privacy_level, 'glaze', glaze,
    'created_at', {utc(created_at)}, 'updated_at', {utc(updated_at)}) AS json
FROM walls WHERE user_id = :user_id AND wall_id > :after ORDER BY wall_id LIMIT 100;

-- name: exports_posts(user_id i64, after i64)
SELECT p.post_id AS after, JSON_OBJECT(
    'post_id', p.post_id, 'wall_slug', w.wall_slug, 'post_type', p.post_type, 'visibility', p.visibility,
    'content_text', p.content_text, 'created_at', {utc(p.created_at)}, 'updated_at', {utc(p.updated_at)},
    'deleted_at', {utc(p.deleted_at)}) AS json
FROM posts p JOIN walls w ON w.wall_id = p.wall_id
WHERE p.author_id = :user_id AND p.post_id > :after ORDER BY p.post_id LIMIT 100;

-- name: exports_apps(user_id i64, after i64)
SELECT app_id AS after, JSON_OBJECT(
    'app_id', app_id, 'post_id', post_id, 'title', title, 'user_prompt', user_prompt, 'status', status,
    'generation_model', generation_model, 'generation_time', generation_time,
    'public_name', public_name, 'folder', CONCAT('apps/', app_id), 'created_at', {utc(created_at)},
    'updated_at', {utc(updated_at)}) AS json
FROM ai_applications WHERE user_id = :user_id AND app_id > :after ORDER BY app_id LIMIT 100;

-- name: exports_jobs(user_id i64, after i64)
SELECT app_id AS after, JSON_OBJECT(
    'job_id', job_id, 'app_id', app_id, 'status', status, 'attempts', attempts,
    'estimated_bricks_min', estimated_bricks_min, 'estimated_bricks_max', estimated_bricks_max,
    'actual_bricks_cost', actual_bricks_cost, 'tokens_per_brick', tokens_per_brick,
    'prompt_tokens', prompt_tokens, 'completion_tokens', completion_tokens, 'total_tokens', total_tokens,
    'error_code', error_code, 'error_message', error_message, 'created_at', {utc(created_at)},
    'started_at', {utc(started_at)}, 'completed_at', {utc(completed_at)}, 'failed_at', {utc(failed_at)}) AS json
FROM ai_generation_jobs WHERE user_id = :user_id AND app_id > :after ORDER BY app_id LIMIT 100;

-- name: exports_bricks(user_id i64, after i64)
SELECT transaction_id AS after, JSON_OBJECT(
    'transaction_id', transaction_id, 'transaction_type', transaction_type, 'source', source,
    'amount', amount, 'balance_after', balance_after, 'description', description, 'metadata', metadata,
    'job_id', job_id, 'purchase_id', purchase_id, 'created_at', {utc(created_at)}) AS json
FROM bricks_transactions WHERE user_id = :user_id AND transaction_id > :after
ORDER BY transaction_id LIMIT 100;

-- name: exports_sessions(user_id i64, after i64)
SELECT session_id AS after, JSON_OBJECT(
    'sign_in_method', sign_in_method, 'remembered', remembered, 'ip_address', ip_address,
    'user_agent', user_agent, 'created_at', {utc(created_at)}, 'confirmed_at', {utc(confirmed_at)},
    'last_activity_at', {utc(last_activity_at)}, 'expires_at', {utc(expires_at)}) AS json
FROM sessions WHERE user_id = :user_id AND session_id > :after ORDER BY session_id LIMIT 100;

-- name: exports_mails(user_id i64, after i64)
SELECT mail_id AS after, JSON_OBJECT(
    'kind', kind, 'address', address, 'language', language, 'status', status,
    'created_at', {utc(created_at)}, 'sent_at', {utc(sent_at)}) AS json
FROM mails WHERE user_id = :user_id AND mail_id > :after ORDER BY mail_id LIMIT 100;

-- The code of one app after the other: a MEDIUMTEXT is read alone.
-- name: exports_app_code(user_id i64, after i64)
SELECT app_id AS after, html_content AS html, css_content AS css, js_content AS js
FROM ai_applications
WHERE user_id = :user_id AND app_id > :after AND status = 'completed' ORDER BY app_id LIMIT 1;

-- name: exports_links(user_id i64, after i64)
SELECT position AS after, JSON_OBJECT('label', label, 'url', url) AS json
FROM user_links WHERE user_id = :user_id AND position > :after ORDER BY position LIMIT 100;

-- name: exports_settings(user_id i64, after i64)
SELECT user_id AS after, JSON_OBJECT(
    'time_zone', time_zone, 'theme', theme, 'default_post_visibility', default_post_visibility,
    'notification_frequency', notification_frequency, 'quiet_hours', quiet_hours) AS json
FROM user_settings WHERE user_id = :user_id AND user_id > :after LIMIT 1;

-- name: exports_notifications(user_id i64, after i64)
SELECT 1 AS after, JSON_OBJECT('kind', kind, 'on_wall', on_wall, 'email', email, 'push', push) AS json
FROM notification_preferences WHERE user_id = :user_id AND :after = 0 ORDER BY kind LIMIT 100;

-- name: exports_muted_keywords(user_id i64, after i64)
SELECT position AS after, JSON_OBJECT('keyword', keyword) AS json
FROM muted_keywords WHERE user_id = :user_id AND position > :after ORDER BY position LIMIT 100;

-- name: exports_blocks(user_id i64, after i64)
SELECT b.block_id AS after, JSON_OBJECT(
    'user_id', u.user_id, 'username', u.username, 'created_at', {utc(b.created_at)}) AS json
FROM blocks b JOIN users u ON u.user_id = b.blocked_id
WHERE b.user_id = :user_id AND b.block_id > :after ORDER BY b.block_id LIMIT 100;

-- name: exports_old_usernames(user_id i64, after i64)
SELECT 1 AS after, JSON_OBJECT('username', username, 'expires_at', {utc(expires_at)}) AS json
FROM username_history WHERE user_id = :user_id AND :after = 0 ORDER BY expires_at LIMIT 100;

-- name: exports_logins(user_id i64, after i64)
SELECT login_id AS after, JSON_OBJECT(
    'outcome', outcome, 'sign_in_method', sign_in_method, 'ip_address', ip_address,
    'user_agent', user_agent, 'created_at', {utc(created_at)}) AS json
FROM logins WHERE user_id = :user_id AND login_id > :after ORDER BY login_id LIMIT 100;

-- name: exports_connections(user_id i64, after i64)
SELECT connection_id AS after, JSON_OBJECT(
    'provider', provider, 'provider_user_id', provider_user_id, 'account_name', account_name,
    'is_primary', is_primary, 'connected_at', {utc(connected_at)}, 'lapsed_at', {utc(lapsed_at)},
    'last_used_at', {utc(last_used_at)}) AS json
FROM oauth_connections WHERE user_id = :user_id AND connection_id > :after
ORDER BY connection_id LIMIT 100;

-- name: exports_passkeys(user_id i64, after i64)
SELECT passkey_id AS after, JSON_OBJECT(
    'display_name', display_name, 'transports', transports, 'created_at', {utc(created_at)},
    'last_used_at', {utc(last_used_at)}) AS json
FROM passkeys WHERE user_id = :user_id AND passkey_id > :after ORDER BY passkey_id LIMIT 100;

-- name: exports_api_keys(user_id i64, after i64)
SELECT key_id AS after, JSON_OBJECT(
    'name', name, 'key_hint', key_hint, 'scopes', scopes, 'created_at', {utc(created_at)}, 'expires_at', {utc(expires_at)},
    'last_used_at', {utc(last_used_at)}) AS json
FROM api_keys WHERE user_id = :user_id AND key_id > :after ORDER BY key_id LIMIT 100;

-- name: exports_purchases(user_id i64, after i64)
SELECT purchase_id AS after, JSON_OBJECT(
    'purchase_id', purchase_id, 'receipt_number', receipt_number, 'package', package, 'bricks', bricks,
    'price_minor', price_minor, 'currency', currency, 'provider', provider, 'status', status,
    'payment_method', payment_method, 'problem', problem, 'problem_at', {utc(problem_at)},
    'said_minor', said_minor, 'said_currency', said_currency, 'closed_at', {utc(closed_at)},
    'closed_note', closed_note, 'refunded_minor', refunded_minor,
    'disputed_minor', disputed_minor, 'dispute', dispute, 'bricks_net', bricks_net,
    'created_at', {utc(created_at)}, 'processing_at', {utc(processing_at)}, 'paid_at', {utc(paid_at)},
    'failed_at', {utc(failed_at)}, 'expired_at', {utc(expired_at)}) AS json
FROM purchases WHERE user_id = :user_id AND purchase_id > :after ORDER BY purchase_id LIMIT 100;

-- name: exports_invitations(user_id i64, after i64)
SELECT invitation_id AS after, JSON_OBJECT(
    'note', note, 'uses', uses, 'uses_left', uses_left, 'created_at', {utc(created_at)},
    'expires_at', {utc(expires_at)}, 'revoked_at', {utc(revoked_at)}) AS json
FROM invitations WHERE user_id = :user_id AND invitation_id > :after ORDER BY invitation_id LIMIT 100;

-- name: exports_holds(user_id i64, after i64)
SELECT hold_id AS after, JSON_OBJECT(
    'job_id', job_id, 'amount', amount, 'captured', captured, 'status', status,
    'created_at', {utc(created_at)}, 'expires_at', {utc(expires_at)},
    'resolved_at', {utc(resolved_at)}) AS json
FROM bricks_holds WHERE user_id = :user_id AND hold_id > :after ORDER BY hold_id LIMIT 100;

-- name: exports_debts(user_id i64, after i64)
SELECT debt_id AS after, JSON_OBJECT(
    'purchase_id', purchase_id, 'source', source, 'amount', amount, 'settled', settled,
    'created_at', {utc(created_at)}, 'settled_at', {utc(settled_at)}) AS json
FROM bricks_debts WHERE user_id = :user_id AND debt_id > :after ORDER BY debt_id LIMIT 100;

-- name: exports_daily_bricks(user_id i64, after i64)
SELECT TO_DAYS(local_day) AS after, JSON_OBJECT(
    'local_day', local_day, 'streak_days', streak_days, 'amount', amount, 'streak_bonus', streak_bonus,
    'claimed_at', {utc(claimed_at)}) AS json
FROM bricks_daily_claims WHERE user_id = :user_id AND TO_DAYS(local_day) > :after
ORDER BY local_day LIMIT 100;

-- name: exports_disputes(user_id i64, after i64)
SELECT 1 AS after, JSON_OBJECT(
    'purchase_id', d.purchase_id, 'provider', d.provider, 'amount_minor', d.amount_minor, 'state', d.state,
    'created_at', {utc(d.created_at)}) AS json
FROM purchase_disputes d JOIN purchases p ON p.purchase_id = d.purchase_id
WHERE p.user_id = :user_id AND :after = 0 ORDER BY d.created_at LIMIT 1000;

-- When, not what it is recognised by.
-- name: exports_devices(user_id i64, after i64)
SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', created_at) AS after, JSON_OBJECT(
    'created_at', {utc(created_at)}, 'last_seen_at', {utc(last_seen_at)}) AS json
FROM known_devices
WHERE user_id = :user_id AND TIMESTAMPDIFF(MICROSECOND, '1970-01-01', created_at) > :after
ORDER BY created_at LIMIT 100;

-- name: exports_authenticator(user_id i64, after i64)
SELECT user_id AS after, JSON_OBJECT(
    'created_at', {utc(created_at)}, 'confirmed_at', {utc(confirmed_at)}) AS json
FROM user_totp WHERE user_id = :user_id AND user_id > :after LIMIT 1;

-- name: exports_recovery_codes(user_id i64, after i64)
SELECT 1 AS after, JSON_OBJECT('used_at', {utc(used_at)}) AS json
FROM recovery_codes WHERE user_id = :user_id AND :after = 0 LIMIT 100;

-- Links sent by mail, such as the one that confirms another address.
-- name: exports_links_sent(user_id i64, after i64)
SELECT token_id AS after, JSON_OBJECT(
    'purpose', purpose, 'email', email, 'created_at', {utc(created_at)}, 'expires_at', {utc(expires_at)},
    'used_at', {utc(used_at)}) AS json
FROM account_tokens WHERE user_id = :user_id AND token_id > :after ORDER BY token_id LIMIT 100;

-- What staff changed of the account and why; who of them it was is theirs.
-- name: exports_staff_actions(user_id i64, after i64)
SELECT action_id AS after, JSON_OBJECT(
    'action', action, 'old_value', old_value, 'new_value', new_value, 'reason', reason,
    'created_at', {utc(created_at)}) AS json
FROM admin_actions WHERE user_id = :user_id AND action_id > :after ORDER BY action_id LIMIT 100;
