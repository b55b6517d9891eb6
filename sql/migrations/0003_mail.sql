-- SPDX-License-Identifier: Apache-2.0
-- Mails that wait or were sent; single-use links; accounts whose address is to be confirmed first; invitations.

CREATE TABLE mails (
    mail_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind             VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'texts are the messages mail.<kind>.*',
    user_id          BIGINT       NULL COMMENT 'whom it concerns, if they have an account',
    address          VARCHAR(254) NOT NULL,
    language         VARCHAR(8)   CHARACTER SET ascii NULL,
    content          VARCHAR(4000) NULL
                                  COMMENT 'JSON: values of the texts, the link, sealed; emptied once sent',
    status           ENUM('queued','sending','sent','failed') NOT NULL DEFAULT 'queued',
    attempts         INT          NOT NULL DEFAULT 0,
    fence            BIGINT       NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
    lease_until      DATETIME(6)  NULL,
    not_before       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    error            VARCHAR(200) NULL COMMENT 'what the last attempt met',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    sent_at          DATETIME(6)  NULL,
    KEY mails_due (status, not_before),
    KEY mails_leases (status, lease_until),
    KEY mails_of_user (user_id, mail_id),
    KEY mails_to (address, created_at),
    KEY mails_created (created_at),
    CONSTRAINT mails_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE account_tokens (
    token_id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    purpose          VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    token_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the token; the token itself is in the mail',
    email            VARCHAR(254) NOT NULL COMMENT 'the address it is about',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NOT NULL,
    used_at          DATETIME(6)  NULL,
    UNIQUE KEY account_tokens_token (token_hash),
    KEY account_tokens_user (user_id, purpose, created_at),
    KEY account_tokens_expires (expires_at),
    CONSTRAINT account_tokens_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What somebody without a session asked for. The worker finds out whether there is such an account, so
-- that the answer takes the same time either way.
CREATE TABLE account_requests (
    request_id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind             ENUM('reset_password','verify_email') NOT NULL,
    login            VARCHAR(254) NOT NULL,
    language         VARCHAR(8)   CHARACTER SET ascii NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE invitations (
    invitation_id    BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL COMMENT 'who invites',
    code_hash        CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    note             VARCHAR(100) NULL COMMENT 'for whom it is meant; only the inviter sees it',
    uses_left        INT          NOT NULL DEFAULT 1,
    uses             INT          NOT NULL DEFAULT 0,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NOT NULL,
    revoked_at       DATETIME(6)  NULL,
    UNIQUE KEY invitations_code (code_hash),
    KEY invitations_user (user_id, invitation_id),
    CONSTRAINT invitations_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE,
    CONSTRAINT invitations_not_overused CHECK (uses_left >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An account that is not one yet, for its address is to be confirmed first.
-- It keeps the username for as long as it lasts, whether the address is known to the site or not.
CREATE TABLE registrations (
    registration_id  BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    username         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    email            VARCHAR(254) NOT NULL,
    password_hash    VARCHAR(255) CHARACTER SET ascii NOT NULL,
    display_name     VARCHAR(100) NOT NULL,
    language         VARCHAR(8)   CHARACTER SET ascii NULL,
    token_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    invitation_id    BIGINT       NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NOT NULL,
    UNIQUE KEY registrations_username (username),
    UNIQUE KEY registrations_token (token_hash),
    KEY registrations_email (email),
    KEY registrations_expires (expires_at),
    CONSTRAINT registrations_invitation FOREIGN KEY (invitation_id)
        REFERENCES invitations (invitation_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE users
    ADD COLUMN mail_language VARCHAR(8) CHARACTER SET ascii NULL
        COMMENT 'in which they signed up; of mails until they choose one',
    ADD COLUMN invitation_id BIGINT NULL COMMENT 'with which they came',
    ADD KEY users_state (account_state, user_id),
    ADD CONSTRAINT users_invitation FOREIGN KEY (invitation_id)
        REFERENCES invitations (invitation_id) ON DELETE SET NULL;
