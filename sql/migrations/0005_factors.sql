-- SPDX-License-Identifier: Apache-2.0
-- Second factors and passkeys; when a session's holder last proved who they are.

-- NULL for sessions from before: they are asked again before anything dangerous.
ALTER TABLE sessions
    ADD COLUMN confirmed_at DATETIME(6) NULL
        COMMENT 'when password, code or passkey was last shown' AFTER last_activity_at;

-- A sign-in that has passed its first step and waits for the second.
CREATE TABLE sign_ins (
    token_hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
                                  COMMENT 'SHA-256 of the token',
    user_id          BIGINT       NOT NULL,
    how              VARCHAR(40)  CHARACTER SET ascii NOT NULL COMMENT 'the first step: password, oauth:github …',
    remember         TINYINT      NOT NULL DEFAULT 0,
    tries            INT          NOT NULL DEFAULT 0,
    expires_at       DATETIME(6)  NOT NULL,
    KEY sign_ins_user (user_id),
    KEY sign_ins_expires (expires_at),
    CONSTRAINT sign_ins_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE users
    ADD COLUMN passkey_handle CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'what authenticators know the account by; says nothing about it';

CREATE TABLE user_totp (
    user_id          BIGINT       NOT NULL PRIMARY KEY,
    secret           VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'encrypted with the site''s secret, bound to this row',
    confirmed_at     DATETIME(6)  NULL COMMENT 'NULL: being set up, not asked for yet',
    last_step        BIGINT       NOT NULL DEFAULT 0 COMMENT 'time step of the last code taken; only later ones count',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    CONSTRAINT totp_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE recovery_codes (
    user_id          BIGINT       NOT NULL,
    code_hash        CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    used_at          DATETIME(6)  NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT recovery_codes_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE passkeys (
    passkey_id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    credential_hash  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'SHA-256 of the credential id, which may be 1023 bytes long',
    credential_id    VARCHAR(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'base64url',
    public_key       VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                                  COMMENT 'base64url, in the form of its algorithm',
    algorithm        INT          NOT NULL COMMENT 'COSE: -7 ES256, -8 EdDSA, -257 RS256',
    sign_count       BIGINT       NOT NULL DEFAULT 0,
    transports       VARCHAR(100) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'separated by commas',
    display_name     VARCHAR(60)  NOT NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    last_used_at     DATETIME(6)  NULL,
    UNIQUE KEY passkeys_credential (credential_hash),
    KEY passkeys_user (user_id),
    CONSTRAINT passkeys_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What an authenticator made for somebody whose address is to be confirmed first.
CREATE TABLE registration_passkeys (
    registration_id  BIGINT       NOT NULL PRIMARY KEY,
    credential_hash  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    credential_id    VARCHAR(1364) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    public_key       VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    algorithm        INT          NOT NULL,
    sign_count       BIGINT       NOT NULL,
    transports       VARCHAR(100) CHARACTER SET ascii NOT NULL,
    display_name     VARCHAR(60)  NOT NULL,
    passkey_handle   CHAR(22)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY registration_passkeys_credential (credential_hash),
    CONSTRAINT passkeys_of_registration FOREIGN KEY (registration_id)
        REFERENCES registrations (registration_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Challenges carry their own expiry and a MAC, so that asking for one leaves nothing here; the answered ones
-- are remembered until they expire, so that none is answered twice.
CREATE TABLE passkey_challenges (
    challenge_hash   CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    expires_at       DATETIME(6)  NOT NULL,
    KEY passkey_challenges_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
