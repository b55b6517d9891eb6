-- SPDX-License-Identifier: Apache-2.0
-- Signing in by others: which identity elsewhere belongs to whom, and what is under way. Tokens are
-- sealed (XChaCha20-Poly1305, mod_wall/core/crypto.h) for the row and column they stand in.

CREATE TABLE oauth_connections (
    connection_id    BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    provider         VARCHAR(50)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    provider_user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    account_name     VARCHAR(254) NULL COMMENT 'e-mail address or name there; only its owner sees it',
    access_token     VARCHAR(12000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'sealed',
    refresh_token    VARCHAR(12000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'sealed',
    token_expires_at DATETIME(6)  NULL,
    device_id        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL
                                  COMMENT 'VK wants it back with every refresh',
    token_fence      BIGINT       NOT NULL DEFAULT 0 COMMENT 'rises with each change of the tokens',
    refresh_until    DATETIME(6)  NULL COMMENT 'somebody is refreshing, or it failed: not before then',
    refresh_failures INT          NOT NULL DEFAULT 0 COMMENT 'in a row: each makes the wait longer',
    lapsed_at        DATETIME(6)  NULL
                                  COMMENT 'the provider took the refresh token back: its owner has to sign in there again',
    is_primary       TINYINT      NULL COMMENT '1, or NULL: so that one row of a user has it',
    connected_at     DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_used_at     DATETIME(6)  NULL,
    UNIQUE KEY oauth_identity (provider, provider_user_id),
    UNIQUE KEY oauth_of_user (user_id, provider),
    UNIQUE KEY oauth_primary (user_id, is_primary),
    KEY oauth_expiring (token_expires_at),
    CONSTRAINT oauth_connections_user FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Somebody was sent to a provider and has not come back yet.
CREATE TABLE oauth_flows (
    flow_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    state_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256; the state is at the provider only',
    browser_hash     CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the cookie of the browser that left',
    provider         VARCHAR(50)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purpose          ENUM('sign_in','link','confirm') NOT NULL,
    user_id          BIGINT       NULL COMMENT 'who links or confirms',
    session_id       BIGINT       NULL,
    nonce            VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    verifier         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'sealed',
    remember         TINYINT      NOT NULL DEFAULT 0,
    return_to        VARCHAR(500) NOT NULL,
    expires_at       DATETIME(6)  NOT NULL,
    UNIQUE KEY oauth_flows_state (state_hash),
    KEY oauth_flows_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Somebody came back with an identity nobody here has: it waits for a username, or for its owner.
CREATE TABLE oauth_arrivals (
    arrival_id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the cookie',
    provider         VARCHAR(50)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    provider_user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    account_name     VARCHAR(254) NULL,
    email            VARCHAR(254) NULL,
    email_verified   TINYINT      NOT NULL DEFAULT 0 COMMENT 'the provider vouches for it',
    display_name     VARCHAR(100) NULL,
    username         VARCHAR(30)  CHARACTER SET ascii NULL COMMENT 'what could be suggested',
    access_token     VARCHAR(12000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'sealed',
    refresh_token    VARCHAR(12000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'sealed',
    token_expires_at DATETIME(6)  NULL,
    device_id        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    remember         TINYINT      NOT NULL DEFAULT 0,
    return_to        VARCHAR(500) NOT NULL,
    registration_id  BIGINT       NULL
                                  COMMENT 'the name is chosen; it waits for the address to be confirmed',
    expires_at       DATETIME(6)  NOT NULL,
    UNIQUE KEY oauth_arrivals_token (token_hash),
    KEY oauth_arrivals_registration (registration_id),
    KEY oauth_arrivals_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Signed answers that were used (Telegram's have no code to redeem): each is taken once.
CREATE TABLE oauth_used (
    used_hash        CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    expires_at       DATETIME(6)  NOT NULL,
    KEY oauth_used_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who came by a provider has no password.
ALTER TABLE registrations
    MODIFY password_hash VARCHAR(255) CHARACTER SET ascii NULL;
