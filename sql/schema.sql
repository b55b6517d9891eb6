-- SPDX-License-Identifier: Apache-2.0
-- The schema after all migrations, in order of names. Generated: make schema

CREATE TABLE `account_requests` (
  `request_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` enum('reset_password','verify_email') NOT NULL,
  `login` varchar(254) NOT NULL,
  `language` varchar(8) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`request_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `account_tokens` (
  `token_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `purpose` varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the token; the token itself is in the mail',
  `email` varchar(254) NOT NULL COMMENT 'the address it is about',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `expires_at` datetime(6) NOT NULL,
  `used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`token_id`),
  UNIQUE KEY `account_tokens_token` (`token_hash`),
  KEY `account_tokens_user` (`user_id`,`purpose`,`created_at`),
  KEY `account_tokens_expires` (`expires_at`),
  CONSTRAINT `account_tokens_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `admin_actions` (
  `action_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `actor_id` bigint(20) DEFAULT NULL COMMENT 'NULL: wallctl',
  `user_id` bigint(20) NOT NULL COMMENT 'whom it was done to',
  `action` enum('role','premium','state','purchase') NOT NULL,
  `old_value` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `new_value` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `reason` varchar(500) NOT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`action_id`),
  KEY `actions_user` (`user_id`,`action_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `ai_applications` (
  `app_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `post_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL COMMENT 'who asked for it',
  `public_name` char(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'random host label below WallAppsHost',
  `title` varchar(120) NOT NULL,
  `user_prompt` varchar(2000) NOT NULL,
  `status` enum('queued','processing','completed','failed','cancelled') NOT NULL DEFAULT 'queued',
  `html_content` mediumtext DEFAULT NULL,
  `css_content` mediumtext DEFAULT NULL,
  `js_content` mediumtext DEFAULT NULL,
  `generation_model` varchar(100) DEFAULT NULL,
  `generation_time` bigint(20) DEFAULT NULL COMMENT 'milliseconds',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`app_id`),
  UNIQUE KEY `apps_public_name` (`public_name`),
  UNIQUE KEY `apps_post` (`post_id`),
  KEY `apps_user` (`user_id`,`app_id`),
  CONSTRAINT `apps_of_post` FOREIGN KEY (`post_id`) REFERENCES `posts` (`post_id`),
  CONSTRAINT `apps_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `ai_generation_jobs` (
  `job_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `app_id` bigint(20) DEFAULT NULL COMMENT 'NULL: erased with its owner',
  `user_id` bigint(20) NOT NULL,
  `status` enum('queued','processing','completed','failed','cancelled') NOT NULL DEFAULT 'queued',
  `priority` int(11) NOT NULL DEFAULT 0 COMMENT 'higher goes first',
  `attempts` int(11) NOT NULL DEFAULT 0,
  `max_attempts` int(11) NOT NULL DEFAULT 3,
  `fence` bigint(20) NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
  `lease_until` datetime(6) DEFAULT NULL,
  `not_before` datetime(6) DEFAULT NULL COMMENT 'back-off after a failed attempt',
  `progress_percentage` int(11) NOT NULL DEFAULT 0,
  `estimated_bricks_min` bigint(20) NOT NULL,
  `estimated_bricks_max` bigint(20) NOT NULL COMMENT 'what is held',
  `tokens_per_brick` bigint(20) NOT NULL COMMENT 'the price when it was asked for',
  `expected_tokens` bigint(20) DEFAULT NULL COMMENT 'of the answer, by the formula alone',
  `actual_bricks_cost` bigint(20) DEFAULT NULL,
  `prompt_tokens` bigint(20) DEFAULT NULL,
  `completion_tokens` bigint(20) DEFAULT NULL,
  `total_tokens` bigint(20) DEFAULT NULL,
  `error_code` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `error_reason` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL COMMENT 'message key below "job.", finer than error_code',
  `error_seconds` int(11) DEFAULT NULL COMMENT 'number in that message',
  `error_message` varchar(500) DEFAULT NULL,
  `started_at` datetime(6) DEFAULT NULL,
  `completed_at` datetime(6) DEFAULT NULL,
  `failed_at` datetime(6) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`job_id`),
  KEY `jobs_waiting` (`status`,`created_at`),
  KEY `jobs_leases` (`status`,`lease_until`),
  KEY `jobs_user` (`user_id`,`status`),
  KEY `jobs_app` (`app_id`),
  CONSTRAINT `jobs_of_app` FOREIGN KEY (`app_id`) REFERENCES `ai_applications` (`app_id`) ON DELETE SET NULL,
  CONSTRAINT `jobs_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `api_keys` (
  `key_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `name` varchar(60) NOT NULL,
  `key_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the key; the key itself is nowhere',
  `key_hint` varchar(16) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'how it begins',
  `scopes` varchar(500) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'separated by spaces',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `expires_at` datetime(6) DEFAULT NULL,
  `last_used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`key_id`),
  UNIQUE KEY `keys_hash` (`key_hash`),
  KEY `keys_user` (`user_id`),
  CONSTRAINT `keys_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `blocks` (
  `block_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL COMMENT 'who blocks',
  `blocked_id` bigint(20) NOT NULL COMMENT 'who is blocked',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`block_id`),
  UNIQUE KEY `blocks_pair` (`user_id`,`blocked_id`),
  KEY `blocks_back` (`blocked_id`,`user_id`),
  CONSTRAINT `blocks_blocked` FOREIGN KEY (`blocked_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE,
  CONSTRAINT `blocks_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE,
  CONSTRAINT `blocks_not_oneself` CHECK (`user_id` <> `blocked_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_accounts` (
  `account_id` bigint(20) NOT NULL,
  `user_id` bigint(20) DEFAULT NULL COMMENT 'NULL: an account of the system',
  `kind` enum('available','held','treasury','revenue','sales') NOT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`account_id`),
  UNIQUE KEY `accounts_of_user` (`user_id`,`kind`),
  CONSTRAINT `accounts_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `accounts_number` CHECK (case `kind` when 'available' then `account_id` = 2 * `user_id` + 2 when 'held' then `account_id` = 2 * `user_id` + 3 else `user_id` is null and `account_id` < 4 end)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_checks` (
  `check_day` date NOT NULL COMMENT 'UTC',
  `started_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `took_ms` bigint(20) DEFAULT NULL COMMENT 'NULL: running, or broken off',
  `ok` tinyint(4) DEFAULT NULL,
  `transactions` bigint(20) DEFAULT NULL,
  `entries` bigint(20) DEFAULT NULL,
  `users` bigint(20) DEFAULT NULL,
  `open_holds` bigint(20) DEFAULT NULL,
  `days` bigint(20) DEFAULT NULL COMMENT 'of the chain',
  `breaches` bigint(20) DEFAULT NULL,
  `first_breach` varchar(500) DEFAULT NULL,
  PRIMARY KEY (`check_day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_daily_claims` (
  `user_id` bigint(20) NOT NULL,
  `local_day` date NOT NULL COMMENT 'in WallTimeZone',
  `streak_days` bigint(20) NOT NULL COMMENT 'days in a row, this one included',
  `amount` bigint(20) NOT NULL COMMENT 'daily bricks and streak bonus together',
  `streak_bonus` bigint(20) NOT NULL,
  `claimed_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`user_id`,`local_day`),
  CONSTRAINT `claims_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_days` (
  `day` date NOT NULL,
  `first_id` bigint(20) NOT NULL COMMENT 'lowest and highest transaction_id; 0: none',
  `last_id` bigint(20) NOT NULL,
  `transactions` bigint(20) NOT NULL,
  `entries` bigint(20) NOT NULL,
  `hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `closed_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_debts` (
  `debt_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `purchase_id` bigint(20) DEFAULT NULL,
  `source` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'purchase_refund, purchase_dispute',
  `amount` bigint(20) NOT NULL,
  `settled` bigint(20) NOT NULL DEFAULT 0,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `settled_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`debt_id`),
  KEY `debts_open` (`user_id`,`settled_at`,`debt_id`),
  KEY `debts_purchase` (`purchase_id`),
  CONSTRAINT `debts_of_purchase` FOREIGN KEY (`purchase_id`) REFERENCES `purchases` (`purchase_id`),
  CONSTRAINT `debts_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `debts_amounts` CHECK (`amount` > 0 and `settled` between 0 and `amount`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_entries` (
  `entry_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `transaction_id` bigint(20) NOT NULL,
  `account_id` bigint(20) NOT NULL,
  `amount` bigint(20) NOT NULL,
  PRIMARY KEY (`entry_id`),
  KEY `entries_of_transaction` (`transaction_id`),
  KEY `entries_of_account` (`account_id`,`amount`),
  CONSTRAINT `entries_account` FOREIGN KEY (`account_id`) REFERENCES `bricks_accounts` (`account_id`),
  CONSTRAINT `entries_transaction` FOREIGN KEY (`transaction_id`) REFERENCES `bricks_transactions` (`transaction_id`),
  CONSTRAINT `entries_not_zero` CHECK (`amount` <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_holds` (
  `hold_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `job_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `amount` bigint(20) NOT NULL,
  `captured` bigint(20) DEFAULT NULL COMMENT 'what was charged; the rest went back',
  `status` enum('held','captured','released') NOT NULL DEFAULT 'held',
  `expires_at` datetime(6) NOT NULL,
  `resolved_at` datetime(6) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`hold_id`),
  UNIQUE KEY `holds_job` (`job_id`),
  KEY `holds_open` (`status`,`expires_at`),
  KEY `holds_of_user` (`user_id`,`created_at`),
  CONSTRAINT `holds_of_job` FOREIGN KEY (`job_id`) REFERENCES `ai_generation_jobs` (`job_id`),
  CONSTRAINT `holds_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `holds_amount` CHECK (`amount` > 0 and (`captured` is null or `captured` <= `amount`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_rates` (
  `model` varchar(100) NOT NULL,
  `samples` bigint(20) NOT NULL,
  `low_permille` bigint(20) NOT NULL COMMENT 'a tenth of the answers is shorter',
  `mean_permille` bigint(20) NOT NULL,
  `high_permille` bigint(20) NOT NULL COMMENT 'the longest',
  `mean_bricks` bigint(20) NOT NULL COMMENT 'what an app cost, rounded up',
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`model`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `bricks_transactions` (
  `transaction_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `transaction_type` enum('bonus','earned','purchased','held','spent','refunded') NOT NULL,
  `source` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'registration, ai_generation …',
  `amount` bigint(20) NOT NULL COMMENT 'change of the available balance',
  `balance_after` bigint(20) NOT NULL COMMENT 'available balance after it',
  `idempotency_key` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `job_id` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `purchase_id` bigint(20) DEFAULT NULL,
  `actor_id` bigint(20) DEFAULT NULL COMMENT 'who did it, where it was not the user: an admin',
  `description` varchar(500) DEFAULT NULL COMMENT 'a reason somebody gave; nothing personal',
  `metadata` varchar(2000) DEFAULT NULL COMMENT 'JSON object',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`transaction_id`),
  UNIQUE KEY `transactions_key` (`idempotency_key`),
  KEY `transactions_user` (`user_id`,`transaction_id`),
  KEY `transactions_job` (`job_id`),
  KEY `transactions_created` (`created_at`,`transaction_id`),
  KEY `transactions_actor` (`actor_id`),
  KEY `transactions_purchase` (`purchase_id`),
  KEY `transactions_user_time` (`user_id`,`created_at`),
  CONSTRAINT `transactions_actor` FOREIGN KEY (`actor_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `transactions_of_purchase` FOREIGN KEY (`purchase_id`) REFERENCES `purchases` (`purchase_id`),
  CONSTRAINT `transactions_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `transactions_metadata` CHECK (`metadata` is null or json_valid(`metadata`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `counters` (
  `name` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `value` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `data_exports` (
  `user_id` bigint(20) NOT NULL COMMENT 'one a person; asking again replaces it',
  `status` enum('queued','processing','completed','failed') NOT NULL DEFAULT 'queued',
  `progress_percentage` int(11) NOT NULL DEFAULT 0,
  `attempts` int(11) NOT NULL DEFAULT 0,
  `fence` bigint(20) NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
  `lease_until` datetime(6) DEFAULT NULL,
  `not_before` datetime(6) DEFAULT NULL COMMENT 'back-off after a failed attempt',
  `file_name` char(32) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'random; below WallMediaRoot/exports',
  `file_size` bigint(20) DEFAULT NULL COMMENT 'bytes',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `completed_at` datetime(6) DEFAULT NULL,
  `expires_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `exports_file` (`file_name`),
  KEY `exports_waiting` (`status`,`not_before`),
  KEY `exports_expire` (`expires_at`),
  CONSTRAINT `exports_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `idempotency_keys` (
  `owner` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'u:<user_id> or a:<address>',
  `idempotency_key` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `route` varchar(60) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `request_digest` char(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `status` int(11) NOT NULL DEFAULT 0,
  `body` mediumtext DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`owner`,`idempotency_key`),
  KEY `idempotency_age` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `invitations` (
  `invitation_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL COMMENT 'who invites',
  `code_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `note` varchar(100) DEFAULT NULL COMMENT 'for whom it is meant; only the inviter sees it',
  `uses_left` int(11) NOT NULL DEFAULT 1,
  `uses` int(11) NOT NULL DEFAULT 0,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `expires_at` datetime(6) NOT NULL,
  `revoked_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`invitation_id`),
  UNIQUE KEY `invitations_code` (`code_hash`),
  KEY `invitations_user` (`user_id`,`invitation_id`),
  CONSTRAINT `invitations_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE,
  CONSTRAINT `invitations_not_overused` CHECK (`uses_left` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `known_devices` (
  `user_id` bigint(20) NOT NULL,
  `device_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the device cookie',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `last_seen_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`user_id`,`device_hash`),
  KEY `devices_age` (`last_seen_at`),
  CONSTRAINT `devices_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `logins` (
  `login_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) DEFAULT NULL,
  `outcome` enum('succeeded','wrong_password','wrong_second_factor','refused') NOT NULL,
  `sign_in_method` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `ip_address` varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `user_agent` varchar(255) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`login_id`),
  KEY `logins_user` (`user_id`,`login_id`),
  KEY `logins_age` (`created_at`),
  CONSTRAINT `logins_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `mails` (
  `mail_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'texts are the messages mail.<kind>.*',
  `user_id` bigint(20) DEFAULT NULL COMMENT 'whom it concerns, if they have an account',
  `address` varchar(254) NOT NULL,
  `language` varchar(8) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `content` varchar(4000) DEFAULT NULL COMMENT 'JSON: values of the texts, the link, sealed; emptied once sent',
  `status` enum('queued','sending','sent','failed') NOT NULL DEFAULT 'queued',
  `attempts` int(11) NOT NULL DEFAULT 0,
  `fence` bigint(20) NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
  `lease_until` datetime(6) DEFAULT NULL,
  `not_before` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `error` varchar(200) DEFAULT NULL COMMENT 'what the last attempt met',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `sent_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`mail_id`),
  KEY `mails_due` (`status`,`not_before`),
  KEY `mails_leases` (`status`,`lease_until`),
  KEY `mails_of_user` (`user_id`,`mail_id`),
  KEY `mails_to` (`address`,`created_at`),
  KEY `mails_created` (`created_at`),
  CONSTRAINT `mails_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `muted_keywords` (
  `user_id` bigint(20) NOT NULL,
  `position` bigint(20) NOT NULL COMMENT 'from 1',
  `keyword` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`user_id`,`position`),
  CONSTRAINT `muted_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `notification_preferences` (
  `user_id` bigint(20) NOT NULL,
  `kind` enum('subscriber','mention','message','reaction','app','remix','bricks') NOT NULL,
  `on_wall` tinyint(4) NOT NULL,
  `email` tinyint(4) NOT NULL,
  `push` tinyint(4) NOT NULL,
  PRIMARY KEY (`user_id`,`kind`),
  CONSTRAINT `preferences_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `oauth_arrivals` (
  `arrival_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the cookie',
  `provider` varchar(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `provider_user_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `account_name` varchar(254) DEFAULT NULL,
  `email` varchar(254) DEFAULT NULL,
  `email_verified` tinyint(4) NOT NULL DEFAULT 0 COMMENT 'the provider vouches for it',
  `display_name` varchar(100) DEFAULT NULL,
  `username` varchar(30) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL COMMENT 'what could be suggested',
  `access_token` varchar(12000) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'sealed',
  `refresh_token` varchar(12000) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'sealed',
  `token_expires_at` datetime(6) DEFAULT NULL,
  `device_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `remember` tinyint(4) NOT NULL DEFAULT 0,
  `return_to` varchar(500) NOT NULL,
  `registration_id` bigint(20) DEFAULT NULL COMMENT 'the name is chosen; it waits for the address to be confirmed',
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`arrival_id`),
  UNIQUE KEY `oauth_arrivals_token` (`token_hash`),
  KEY `oauth_arrivals_registration` (`registration_id`),
  KEY `oauth_arrivals_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `oauth_connections` (
  `connection_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `provider` varchar(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `provider_user_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `account_name` varchar(254) DEFAULT NULL COMMENT 'e-mail address or name there; only its owner sees it',
  `access_token` varchar(12000) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'sealed',
  `refresh_token` varchar(12000) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'sealed',
  `token_expires_at` datetime(6) DEFAULT NULL,
  `device_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'VK wants it back with every refresh',
  `token_fence` bigint(20) NOT NULL DEFAULT 0 COMMENT 'rises with each change of the tokens',
  `refresh_until` datetime(6) DEFAULT NULL COMMENT 'somebody is refreshing, or it failed: not before then',
  `refresh_failures` int(11) NOT NULL DEFAULT 0 COMMENT 'in a row: each makes the wait longer',
  `lapsed_at` datetime(6) DEFAULT NULL COMMENT 'the provider took the refresh token back: its owner has to sign in there again',
  `is_primary` tinyint(4) DEFAULT NULL COMMENT '1, or NULL: so that one row of a user has it',
  `connected_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `last_used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`connection_id`),
  UNIQUE KEY `oauth_identity` (`provider`,`provider_user_id`),
  UNIQUE KEY `oauth_of_user` (`user_id`,`provider`),
  UNIQUE KEY `oauth_primary` (`user_id`,`is_primary`),
  KEY `oauth_expiring` (`token_expires_at`),
  CONSTRAINT `oauth_connections_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `oauth_flows` (
  `flow_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `state_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256; the state is at the provider only',
  `browser_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the cookie of the browser that left',
  `provider` varchar(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `purpose` enum('sign_in','link','confirm') NOT NULL,
  `user_id` bigint(20) DEFAULT NULL COMMENT 'who links or confirms',
  `session_id` bigint(20) DEFAULT NULL,
  `nonce` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `verifier` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'sealed',
  `remember` tinyint(4) NOT NULL DEFAULT 0,
  `return_to` varchar(500) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`flow_id`),
  UNIQUE KEY `oauth_flows_state` (`state_hash`),
  KEY `oauth_flows_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `oauth_used` (
  `used_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`used_hash`),
  KEY `oauth_used_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `outbox` (
  `outbox_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `topic` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'event name, such as post',
  `channel` varchar(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'who is told, such as wall:12',
  `payload` varchar(4000) NOT NULL COMMENT 'JSON',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`outbox_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `passkeys` (
  `passkey_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `credential_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the credential id, which may be 1023 bytes long',
  `credential_id` varchar(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'base64url',
  `public_key` varchar(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'base64url, in the form of its algorithm',
  `algorithm` int(11) NOT NULL COMMENT 'COSE: -7 ES256, -8 EdDSA, -257 RS256',
  `sign_count` bigint(20) NOT NULL DEFAULT 0,
  `transports` varchar(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT '' COMMENT 'separated by commas',
  `display_name` varchar(60) NOT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `last_used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`passkey_id`),
  UNIQUE KEY `passkeys_credential` (`credential_hash`),
  KEY `passkeys_user` (`user_id`),
  CONSTRAINT `passkeys_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `passkey_challenges` (
  `challenge_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`challenge_hash`),
  KEY `passkey_challenges_expires` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `payment_events` (
  `provider` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `event_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `event_type` varchar(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'as the provider calls it',
  `kind` varchar(20) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'what it means here',
  `purchase_id` bigint(20) DEFAULT NULL,
  `session_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `payment_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `charge_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `dispute_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `amount_minor` bigint(20) NOT NULL DEFAULT 0,
  `currency` char(3) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `payment_method` varchar(60) DEFAULT NULL,
  `body_digest` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256',
  `received_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `applied_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`provider`,`event_id`),
  KEY `events_of_purchase` (`purchase_id`),
  KEY `events_waiting` (`applied_at`,`received_at`),
  KEY `events_payment` (`provider`,`payment_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `posts` (
  `post_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `wall_id` bigint(20) NOT NULL,
  `author_id` bigint(20) NOT NULL,
  `post_type` enum('text','media','location','ai_app','mixed') NOT NULL DEFAULT 'text',
  `visibility` enum('public','followers','private') NOT NULL DEFAULT 'public',
  `content_text` varchar(5000) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `deleted_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`post_id`),
  KEY `posts_on_wall` (`wall_id`,`post_id`),
  KEY `posts_by_author` (`author_id`,`post_id`),
  CONSTRAINT `posts_author` FOREIGN KEY (`author_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `posts_wall` FOREIGN KEY (`wall_id`) REFERENCES `walls` (`wall_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `purchases` (
  `purchase_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `package` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'name it was sold by',
  `bricks` bigint(20) NOT NULL,
  `price_minor` bigint(20) NOT NULL COMMENT 'in minor units of the currency',
  `currency` char(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217',
  `provider` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `session_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'of the checkout',
  `payment_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `charge_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `checkout_url` varchar(2048) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `idempotency_key` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `status` enum('pending','completed','failed','expired','refunded','partially_refunded','disputed','held','closed') NOT NULL DEFAULT 'pending',
  `processing_at` datetime(6) DEFAULT NULL COMMENT 'checkout is done, the money is on its way',
  `paid_at` datetime(6) DEFAULT NULL,
  `failed_at` datetime(6) DEFAULT NULL,
  `expired_at` datetime(6) DEFAULT NULL,
  `problem` enum('amount','currency') DEFAULT NULL COMMENT 'what was paid is not the price: no bricks',
  `problem_at` datetime(6) DEFAULT NULL COMMENT 'when the provider said so',
  `said_minor` bigint(20) DEFAULT NULL COMMENT 'the sum it named then',
  `said_currency` char(3) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `closed_at` datetime(6) DEFAULT NULL COMMENT 'an administrator has looked into the problem',
  `closed_by` bigint(20) DEFAULT NULL,
  `closed_note` varchar(500) DEFAULT NULL COMMENT 'what they wrote to the buyer; gone with the account',
  `refunded_minor` bigint(20) NOT NULL DEFAULT 0 COMMENT 'all that went back, as the provider says it',
  `disputed_minor` bigint(20) NOT NULL DEFAULT 0 COMMENT 'of disputes that are open or lost',
  `dispute` enum('open','lost','won') DEFAULT NULL COMMENT 'the worst of them',
  `bricks_net` bigint(20) NOT NULL DEFAULT 0 COMMENT 'given minus taken back or owed',
  `bookings` int(11) NOT NULL DEFAULT 0 COMMENT 'movements of bricks so far',
  `payment_method` varchar(60) DEFAULT NULL COMMENT 'such as visa 4242',
  `receipt_number` bigint(20) DEFAULT NULL COMMENT 'without gaps',
  `checks` int(11) NOT NULL DEFAULT 0 COMMENT 'how often the provider was asked',
  `next_check_at` datetime(6) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `expires_at` datetime(6) NOT NULL COMMENT 'of the checkout',
  PRIMARY KEY (`purchase_id`),
  UNIQUE KEY `purchases_key` (`user_id`,`idempotency_key`),
  UNIQUE KEY `purchases_session` (`provider`,`session_id`),
  UNIQUE KEY `purchases_payment` (`provider`,`payment_id`),
  UNIQUE KEY `purchases_charge` (`provider`,`charge_id`),
  UNIQUE KEY `purchases_receipt` (`receipt_number`),
  KEY `purchases_user` (`user_id`,`purchase_id`),
  KEY `purchases_checks` (`next_check_at`),
  KEY `purchases_status` (`status`,`purchase_id`),
  KEY `purchases_closed_by` (`closed_by`),
  CONSTRAINT `purchases_closed_by` FOREIGN KEY (`closed_by`) REFERENCES `users` (`user_id`),
  CONSTRAINT `purchases_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`),
  CONSTRAINT `purchases_amounts` CHECK (`bricks` > 0 and `price_minor` > 0 and `refunded_minor` >= 0 and `disputed_minor` >= 0 and `bricks_net` between 0 and `bricks`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `purchase_disputes` (
  `provider` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `dispute_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `purchase_id` bigint(20) NOT NULL,
  `amount_minor` bigint(20) NOT NULL,
  `state` enum('open','won','lost') NOT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`provider`,`dispute_id`),
  KEY `disputes_purchase` (`purchase_id`),
  CONSTRAINT `disputes_of_purchase` FOREIGN KEY (`purchase_id`) REFERENCES `purchases` (`purchase_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `recovery_codes` (
  `user_id` bigint(20) NOT NULL,
  `code_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`user_id`,`code_hash`),
  CONSTRAINT `recovery_codes_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `registrations` (
  `registration_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `username` varchar(30) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `email` varchar(254) NOT NULL,
  `password_hash` varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `display_name` varchar(100) NOT NULL,
  `language` varchar(8) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `invitation_id` bigint(20) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`registration_id`),
  UNIQUE KEY `registrations_username` (`username`),
  UNIQUE KEY `registrations_token` (`token_hash`),
  KEY `registrations_email` (`email`),
  KEY `registrations_expires` (`expires_at`),
  KEY `registrations_invitation` (`invitation_id`),
  CONSTRAINT `registrations_invitation` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`invitation_id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `registration_passkeys` (
  `registration_id` bigint(20) NOT NULL,
  `credential_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `credential_id` varchar(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `public_key` varchar(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `algorithm` int(11) NOT NULL,
  `sign_count` bigint(20) NOT NULL,
  `transports` varchar(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `display_name` varchar(60) NOT NULL,
  `passkey_handle` char(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`registration_id`),
  KEY `registration_passkeys_credential` (`credential_hash`),
  CONSTRAINT `passkeys_of_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`registration_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `schema_migrations` (
  `version` bigint(20) NOT NULL,
  `name` varchar(100) NOT NULL,
  `checksum` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `statements` bigint(20) NOT NULL DEFAULT 0,
  `applied_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `sessions` (
  `session_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the token; the token itself is nowhere',
  `ip_address` varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `user_agent` varchar(255) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `last_activity_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `confirmed_at` datetime(6) DEFAULT NULL COMMENT 'when password, code or passkey was last shown',
  `expires_at` datetime(6) NOT NULL,
  `sign_in_method` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL DEFAULT 'password' COMMENT 'registration, password, passkey, link, oauth:<provider>',
  `remembered` tinyint(4) NOT NULL DEFAULT 0,
  PRIMARY KEY (`session_id`),
  UNIQUE KEY `sessions_token` (`token_hash`),
  KEY `sessions_user` (`user_id`),
  KEY `sessions_expires` (`expires_at`),
  CONSTRAINT `sessions_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `sign_ins` (
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the token',
  `user_id` bigint(20) NOT NULL,
  `how` varchar(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'the first step: password, oauth:github …',
  `remember` tinyint(4) NOT NULL DEFAULT 0,
  `tries` int(11) NOT NULL DEFAULT 0,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `sign_ins_user` (`user_id`),
  KEY `sign_ins_expires` (`expires_at`),
  CONSTRAINT `sign_ins_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `username_history` (
  `username` varchar(30) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `user_id` bigint(20) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`username`),
  KEY `history_of_user` (`user_id`),
  KEY `history_expires` (`expires_at`),
  CONSTRAINT `history_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `users` (
  `user_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `username` varchar(30) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `email` varchar(254) NOT NULL,
  `password_hash` varchar(255) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `display_name` varchar(100) NOT NULL,
  `bio` varchar(300) DEFAULT NULL COMMENT 'CommonMark',
  `location` varchar(100) DEFAULT NULL,
  `website` varchar(300) DEFAULT NULL COMMENT 'https',
  `language` varchar(8) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL COMMENT 'of texts and mails; NULL: as the browser asks',
  `role` enum('user','moderator','admin') NOT NULL DEFAULT 'user',
  `is_premium` tinyint(4) NOT NULL DEFAULT 0,
  `premium_until` datetime(6) DEFAULT NULL COMMENT 'NULL: as long as is_premium',
  `account_state` enum('active','pending','suspended','deactivated','leaving','erased') NOT NULL DEFAULT 'active',
  `deletion_due_at` datetime(6) DEFAULT NULL COMMENT 'leaving: when the grace ends; erased: not all is gone yet',
  `is_active` tinyint(4) GENERATED ALWAYS AS (`account_state` = 'active') VIRTUAL,
  `email_verified` tinyint(4) NOT NULL DEFAULT 0,
  `bricks_balance` bigint(20) NOT NULL DEFAULT 0 COMMENT 'cache of the available account',
  `bricks_held` bigint(20) NOT NULL DEFAULT 0 COMMENT 'cache of the held account',
  `bricks_debt` bigint(20) NOT NULL DEFAULT 0 COMMENT 'cache of what is not settled',
  `bricks_monthly_limit` bigint(20) NOT NULL DEFAULT 0 COMMENT '0: none',
  `bricks_low_told` tinyint(4) NOT NULL DEFAULT 0 COMMENT 'was told of running low; cleared when there is enough again',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `mail_language` varchar(8) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL COMMENT 'in which they signed up; of mails until they choose one',
  `invitation_id` bigint(20) DEFAULT NULL COMMENT 'with which they came',
  `passkey_handle` char(22) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL COMMENT 'what authenticators know the account by; says nothing about it',
  `profile_visibility` enum('public','followers','private') NOT NULL DEFAULT 'public',
  `email_visibility` enum('public','followers','private') NOT NULL DEFAULT 'private',
  `activity_visibility` enum('public','followers','private') NOT NULL DEFAULT 'private' COMMENT 'who sees when they were last here',
  `contact_preference` enum('everyone','followers','nobody') NOT NULL DEFAULT 'everyone' COMMENT 'who may write to them',
  `username_changed_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `users_username` (`username`),
  UNIQUE KEY `users_email` (`email`),
  KEY `users_state` (`account_state`,`user_id`),
  KEY `users_invitation` (`invitation_id`),
  KEY `users_role` (`role`) COMMENT 'locked when an admin might be the last one',
  KEY `users_leaving` (`deletion_due_at`),
  CONSTRAINT `users_invitation` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`invitation_id`) ON DELETE SET NULL,
  CONSTRAINT `users_balance_not_negative` CHECK (`bricks_balance` >= 0),
  CONSTRAINT `users_held_not_negative` CHECK (`bricks_held` >= 0),
  CONSTRAINT `users_debt_not_negative` CHECK (`bricks_debt` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `user_links` (
  `user_id` bigint(20) NOT NULL,
  `position` bigint(20) NOT NULL COMMENT 'from 1',
  `label` varchar(50) NOT NULL,
  `url` varchar(300) NOT NULL COMMENT 'https',
  PRIMARY KEY (`user_id`,`position`),
  CONSTRAINT `links_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `user_settings` (
  `user_id` bigint(20) NOT NULL,
  `time_zone` varchar(64) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL COMMENT 'IANA name; NULL: the browser''s',
  `theme` enum('system','light','dark') DEFAULT NULL COMMENT 'NULL: the browser''s',
  `default_post_visibility` enum('public','followers','private') NOT NULL DEFAULT 'public',
  `notification_frequency` enum('at_once','daily','weekly') NOT NULL DEFAULT 'at_once' COMMENT 'of e-mails',
  `quiet_hours` tinyint(4) NOT NULL DEFAULT 0 COMMENT 'from 22:00 to 08:00',
  PRIMARY KEY (`user_id`),
  CONSTRAINT `settings_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `user_totp` (
  `user_id` bigint(20) NOT NULL,
  `secret` varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'encrypted with the site''s secret, bound to this row',
  `confirmed_at` datetime(6) DEFAULT NULL COMMENT 'NULL: being set up, not asked for yet',
  `last_step` bigint(20) NOT NULL DEFAULT 0 COMMENT 'time step of the last code taken; only later ones count',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (`user_id`),
  CONSTRAINT `totp_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `walls` (
  `wall_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL COMMENT 'owner',
  `kind` enum('personal','group') NOT NULL DEFAULT 'personal',
  `wall_slug` varchar(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `display_name` varchar(100) NOT NULL,
  `description` varchar(2000) DEFAULT NULL,
  `privacy_level` enum('public','followers','private') NOT NULL DEFAULT 'public',
  `glaze` enum('brick','ochre','moss','pine','slate','plum','graphite') NOT NULL DEFAULT 'brick' COMMENT 'accent colour',
  `created_at` datetime(6) NOT NULL DEFAULT current_timestamp(6),
  `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  PRIMARY KEY (`wall_id`),
  UNIQUE KEY `walls_slug` (`wall_slug`),
  KEY `walls_owner` (`user_id`,`kind`),
  CONSTRAINT `walls_of_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE FUNCTION `bricks_move`(p_user BIGINT, p_type VARCHAR(10), p_source VARCHAR(40), p_available BIGINT, p_held BIGINT,
    p_account BIGINT, p_unlimited BIGINT, p_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    p_job CHAR(36) CHARACTER SET ascii COLLATE ascii_bin, p_purchase BIGINT, p_actor BIGINT,
    p_description VARCHAR(500) CHARACTER SET utf8mb4, p_metadata VARCHAR(2000) CHARACTER SET utf8mb4) RETURNS varchar(100) CHARSET ascii COLLATE ascii_general_ci
    MODIFIES SQL DATA
    SQL SECURITY INVOKER
    COMMENT 'the one writer of bricks_transactions and bricks_entries'
BEGIN
    DECLARE v_of_available BIGINT DEFAULT 2 * p_user + 2;
    DECLARE v_of_held BIGINT DEFAULT 2 * p_user + 3;
    DECLARE v_id BIGINT;
    UPDATE users
    SET bricks_balance = (@wall_available := bricks_balance + p_available),
        bricks_held = (@wall_held := bricks_held + p_held),
        bricks_debt = (@wall_debt := bricks_debt),
        bricks_low_told = (@wall_told := bricks_low_told) + 0 * (@wall_active := is_active)
    WHERE user_id = p_user AND bricks_balance + p_available >= 0 AND bricks_held + p_held >= 0
      AND (p_unlimited = 1 OR bricks_monthly_limit = 0);
    IF ROW_COUNT() <> 1 THEN
        RETURN NULL;
    END IF;
    INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after,
        idempotency_key, job_id, purchase_id, actor_id, description, metadata)
    VALUES (p_user, p_type, p_source, p_available, @wall_available, p_key, p_job, p_purchase, p_actor,
        p_description, p_metadata);
    SET v_id = LAST_INSERT_ID();
    IF p_available = 0 THEN
        INSERT INTO bricks_entries (transaction_id, account_id, amount)
        VALUES (v_id, v_of_held, p_held), (v_id, p_account, -p_held);
    ELSEIF p_held = 0 THEN
        INSERT INTO bricks_entries (transaction_id, account_id, amount)
        VALUES (v_id, v_of_available, p_available), (v_id, p_account, -p_available);
    ELSEIF p_available + p_held = 0 THEN
        INSERT INTO bricks_entries (transaction_id, account_id, amount)
        VALUES (v_id, v_of_available, p_available), (v_id, v_of_held, p_held);
    ELSE
        INSERT INTO bricks_entries (transaction_id, account_id, amount)
        VALUES (v_id, v_of_available, p_available), (v_id, v_of_held, p_held),
            (v_id, p_account, -p_available - p_held);
    END IF;
    RETURN CONCAT_WS(' ', v_id, @wall_available, @wall_held, @wall_debt, @wall_active, @wall_told);
END;

CREATE TRIGGER `bricks_days_keep` BEFORE UPDATE ON `bricks_days`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER `bricks_days_stay` BEFORE DELETE ON `bricks_days`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER `bricks_entries_keep` BEFORE UPDATE ON `bricks_entries`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER `bricks_entries_stay` BEFORE DELETE ON `bricks_entries`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER `bricks_transactions_keep` BEFORE UPDATE ON `bricks_transactions`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER `bricks_transactions_stay` BEFORE DELETE ON `bricks_transactions`
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

