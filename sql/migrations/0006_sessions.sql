-- SPDX-License-Identifier: Apache-2.0
-- Devices, the history of signing in, API keys, and what staff did to accounts.

ALTER TABLE users
    ADD KEY users_role (role) COMMENT 'locked when an admin might be the last one';

ALTER TABLE sessions
    ADD COLUMN sign_in_method VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT 'password'
        COMMENT 'registration, password, passkey, link, oauth:<provider>',
    ADD COLUMN remembered TINYINT NOT NULL DEFAULT 0;

-- A wrong password for a name nobody has leaves a row as well, with user_id NULL: both cost the same.
CREATE TABLE logins (
    login_id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NULL,
    outcome          ENUM('succeeded','wrong_password','wrong_second_factor','refused') NOT NULL,
    sign_in_method   VARCHAR(40)  CHARACTER SET ascii NOT NULL,
    ip_address       VARCHAR(45)  CHARACTER SET ascii NULL,
    user_agent       VARCHAR(255) NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    KEY logins_user (user_id, login_id),
    KEY logins_age (created_at),
    CONSTRAINT logins_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE known_devices (
    user_id          BIGINT       NOT NULL,
    device_hash      CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the device cookie',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_seen_at     DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (user_id, device_hash),
    KEY devices_age (last_seen_at),
    CONSTRAINT devices_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE api_keys (
    key_id           BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    name             VARCHAR(60)  NOT NULL,
    key_hash         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the key; the key itself is nowhere',
    key_hint         VARCHAR(16)  CHARACTER SET ascii NOT NULL COMMENT 'how it begins',
    scopes           VARCHAR(500) CHARACTER SET ascii NOT NULL COMMENT 'separated by spaces',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NULL,
    last_used_at     DATETIME(6)  NULL,
    UNIQUE KEY keys_hash (key_hash),
    KEY keys_user (user_id),
    CONSTRAINT keys_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Rows are only ever added, see grants.sql; without foreign keys, so that they outlive the people.
CREATE TABLE admin_actions (
    action_id        BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    actor_id         BIGINT       NULL COMMENT 'NULL: wallctl',
    user_id          BIGINT       NOT NULL COMMENT 'whom it was done to',
    action           ENUM('role','premium','state') NOT NULL,
    old_value        VARCHAR(40)  CHARACTER SET ascii NOT NULL,
    new_value        VARCHAR(40)  CHARACTER SET ascii NOT NULL,
    reason           VARCHAR(500) NOT NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    KEY actions_user (user_id, action_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
