-- SPDX-License-Identifier: Apache-2.0
-- The tables of the main job: people, walls, posts, apps and their jobs, the ledger of bricks.
-- Ids are signed BIGINT, times DATETIME(6) in UTC, booleans TINYINT 0/1 (apr_dbd reads no display
-- widths). Lengths are in characters and bound the read buffers, see mod_wall/io/README.md.

CREATE TABLE users (
    user_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    username         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    email            VARCHAR(254) NOT NULL,
    password_hash    VARCHAR(255) CHARACTER SET ascii NULL,
    display_name     VARCHAR(100) NOT NULL,
    role             ENUM('user','moderator','admin') NOT NULL DEFAULT 'user',
    is_premium       TINYINT      NOT NULL DEFAULT 0,
    account_state    ENUM('active','pending','suspended','deactivated','leaving','erased')
                     NOT NULL DEFAULT 'active',
    is_active        TINYINT      GENERATED ALWAYS AS (account_state = 'active') VIRTUAL,
    email_verified   TINYINT      NOT NULL DEFAULT 0,
    bricks_balance   BIGINT       NOT NULL DEFAULT 0 COMMENT 'cache of the available account',
    bricks_held      BIGINT       NOT NULL DEFAULT 0 COMMENT 'cache of the held account',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6),
    UNIQUE KEY users_username (username),
    UNIQUE KEY users_email (email),
    CONSTRAINT users_balance_not_negative CHECK (bricks_balance >= 0),
    CONSTRAINT users_held_not_negative CHECK (bricks_held >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE sessions (
    session_id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    token_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the token; the token itself is nowhere',
    ip_address       VARCHAR(45)  CHARACTER SET ascii NULL,
    user_agent       VARCHAR(255) NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_activity_at DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NOT NULL,
    UNIQUE KEY sessions_token (token_hash),
    KEY sessions_user (user_id),
    KEY sessions_expires (expires_at),
    CONSTRAINT sessions_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE walls (
    wall_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL COMMENT 'owner',
    kind             ENUM('personal','group') NOT NULL DEFAULT 'personal',
    wall_slug        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    display_name     VARCHAR(100) NOT NULL,
    description      VARCHAR(2000) NULL,
    privacy_level    ENUM('public','followers','private') NOT NULL DEFAULT 'public',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6),
    UNIQUE KEY walls_slug (wall_slug),
    KEY walls_owner (user_id, kind),
    CONSTRAINT walls_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE posts (
    post_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    wall_id          BIGINT       NOT NULL,
    author_id        BIGINT       NOT NULL,
    post_type        ENUM('text','media','location','ai_app','mixed') NOT NULL DEFAULT 'text',
    visibility       ENUM('public','followers','private') NOT NULL DEFAULT 'public',
    content_text     VARCHAR(5000) NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6),
    deleted_at       DATETIME(6)  NULL,
    KEY posts_on_wall (wall_id, post_id),
    KEY posts_by_author (author_id, post_id),
    CONSTRAINT posts_wall FOREIGN KEY (wall_id) REFERENCES walls (wall_id),
    CONSTRAINT posts_author FOREIGN KEY (author_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_applications (
    app_id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    post_id          BIGINT       NOT NULL,
    user_id          BIGINT       NOT NULL COMMENT 'who asked for it',
    public_name      CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'random host label below WallAppsHost',
    title            VARCHAR(120) NOT NULL,
    user_prompt      VARCHAR(2000) NOT NULL,
    status           ENUM('queued','processing','completed','failed','cancelled')
                                  NOT NULL DEFAULT 'queued',
    html_content     MEDIUMTEXT   NULL,
    css_content      MEDIUMTEXT   NULL,
    js_content       MEDIUMTEXT   NULL,
    generation_model VARCHAR(100) NULL,
    generation_time  BIGINT       NULL COMMENT 'milliseconds',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6),
    UNIQUE KEY apps_public_name (public_name),
    UNIQUE KEY apps_post (post_id),
    KEY apps_user (user_id, app_id),
    CONSTRAINT apps_of_post FOREIGN KEY (post_id) REFERENCES posts (post_id),
    CONSTRAINT apps_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ai_generation_jobs (
    job_id              CHAR(36)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    app_id              BIGINT      NOT NULL,
    user_id             BIGINT      NOT NULL,
    status              ENUM('queued','processing','completed','failed','cancelled')
                                    NOT NULL DEFAULT 'queued',
    priority            INT         NOT NULL DEFAULT 0 COMMENT 'higher goes first',
    attempts            INT         NOT NULL DEFAULT 0,
    max_attempts        INT         NOT NULL DEFAULT 3,
    fence               BIGINT      NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
    lease_until         DATETIME(6) NULL,
    not_before          DATETIME(6) NULL COMMENT 'back-off after a failed attempt',
    progress_percentage INT         NOT NULL DEFAULT 0,
    estimated_bricks_min BIGINT     NOT NULL,
    estimated_bricks_max BIGINT     NOT NULL COMMENT 'what is held',
    tokens_per_brick    BIGINT      NOT NULL COMMENT 'the price when it was asked for',
    actual_bricks_cost  BIGINT      NULL,
    prompt_tokens       BIGINT      NULL,
    completion_tokens   BIGINT      NULL,
    total_tokens        BIGINT      NULL,
    error_code          VARCHAR(40) CHARACTER SET ascii NULL,
    error_message       VARCHAR(500) NULL,
    started_at          DATETIME(6) NULL,
    completed_at        DATETIME(6) NULL,
    failed_at           DATETIME(6) NULL,
    created_at          DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at          DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                    ON UPDATE CURRENT_TIMESTAMP(6),
    KEY jobs_waiting (status, created_at),
    KEY jobs_leases (status, lease_until),
    KEY jobs_user (user_id, status),
    KEY jobs_app (app_id),
    CONSTRAINT jobs_of_app FOREIGN KEY (app_id) REFERENCES ai_applications (app_id),
    CONSTRAINT jobs_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE bricks_accounts (
    account_id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NULL COMMENT 'NULL: an account of the system',
    kind             ENUM('available','held','treasury','revenue') NOT NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    UNIQUE KEY accounts_of_user (user_id, kind),
    CONSTRAINT accounts_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The system's accounts have fixed ids, which mod_wall/app/bricks/bricks.h names.
INSERT INTO bricks_accounts (account_id, user_id, kind) VALUES (1, NULL, 'treasury'), (2, NULL, 'revenue');

CREATE TABLE bricks_transactions (
    transaction_id   BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    transaction_type ENUM('bonus','earned','purchased','held','spent','refunded') NOT NULL,
    source           VARCHAR(40)  CHARACTER SET ascii NOT NULL
                                  COMMENT 'registration, ai_generation …',
    amount           BIGINT       NOT NULL COMMENT 'change of the available balance',
    balance_after    BIGINT       NOT NULL COMMENT 'available balance after it',
    idempotency_key  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    job_id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    UNIQUE KEY transactions_key (idempotency_key),
    KEY transactions_user (user_id, transaction_id),
    KEY transactions_job (job_id),
    CONSTRAINT transactions_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE bricks_entries (
    entry_id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    transaction_id   BIGINT       NOT NULL,
    account_id       BIGINT       NOT NULL,
    amount           BIGINT       NOT NULL,
    KEY entries_of_transaction (transaction_id),
    KEY entries_of_account (account_id, amount),
    CONSTRAINT entries_not_zero CHECK (amount <> 0),
    CONSTRAINT entries_transaction FOREIGN KEY (transaction_id)
        REFERENCES bricks_transactions (transaction_id),
    CONSTRAINT entries_account FOREIGN KEY (account_id) REFERENCES bricks_accounts (account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE bricks_holds (
    hold_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    job_id           CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount           BIGINT       NOT NULL,
    captured         BIGINT       NULL COMMENT 'what was charged; the rest went back',
    status           ENUM('held','captured','released') NOT NULL DEFAULT 'held',
    expires_at       DATETIME(6)  NOT NULL,
    resolved_at      DATETIME(6)  NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    UNIQUE KEY holds_job (job_id),
    KEY holds_open (status, expires_at),
    CONSTRAINT holds_amount CHECK (amount > 0 AND (captured IS NULL OR captured <= amount)),
    CONSTRAINT holds_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT holds_of_job FOREIGN KEY (job_id) REFERENCES ai_generation_jobs (job_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE idempotency_keys (
    owner            VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'u:<user_id> or a:<address>',
    idempotency_key  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    route            VARCHAR(60)  CHARACTER SET ascii NOT NULL,
    request_digest   CHAR(32)     CHARACTER SET ascii NOT NULL,
    status           INT          NOT NULL DEFAULT 0,
    body             MEDIUMTEXT   NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (owner, idempotency_key),
    KEY idempotency_age (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Effects that point up the dependency order: written with the change, carried out by the worker.
CREATE TABLE outbox (
    outbox_id        BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    topic            VARCHAR(40)  CHARACTER SET ascii NOT NULL COMMENT 'event name, such as post',
    channel          VARCHAR(100) CHARACTER SET ascii NOT NULL COMMENT 'who is told, such as wall:12',
    payload          VARCHAR(4000) NOT NULL COMMENT 'JSON',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
