-- SPDX-License-Identifier: Apache-2.0
-- What people say of themselves and who may see it, their settings, former names, and whom they have blocked.

ALTER TABLE users
    ADD COLUMN bio VARCHAR(300) NULL COMMENT 'CommonMark' AFTER display_name,
    ADD COLUMN location VARCHAR(100) NULL AFTER bio,
    ADD COLUMN website VARCHAR(300) NULL COMMENT 'https' AFTER location,
    ADD COLUMN profile_visibility ENUM('public','followers','private') NOT NULL DEFAULT 'public',
    ADD COLUMN email_visibility ENUM('public','followers','private') NOT NULL DEFAULT 'private',
    ADD COLUMN activity_visibility ENUM('public','followers','private') NOT NULL DEFAULT 'private'
        COMMENT 'who sees when they were last here',
    ADD COLUMN contact_preference ENUM('everyone','followers','nobody') NOT NULL DEFAULT 'everyone'
        COMMENT 'who may write to them',
    ADD COLUMN username_changed_at DATETIME(6) NULL;

CREATE TABLE user_links (
    user_id          BIGINT       NOT NULL,
    position         BIGINT       NOT NULL COMMENT 'from 1',
    label            VARCHAR(50)  NOT NULL,
    url              VARCHAR(300) NOT NULL COMMENT 'https',
    PRIMARY KEY (user_id, position),
    CONSTRAINT links_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Made with the first change; until then the defaults hold.
CREATE TABLE user_settings (
    user_id          BIGINT       NOT NULL PRIMARY KEY,
    time_zone        VARCHAR(64)  CHARACTER SET ascii NULL COMMENT 'IANA name; NULL: the browser''s',
    theme            ENUM('system','light','dark') NULL COMMENT 'NULL: the browser''s',
    default_post_visibility ENUM('public','followers','private') NOT NULL DEFAULT 'public',
    notification_frequency ENUM('at_once','daily','weekly') NOT NULL DEFAULT 'at_once'
        COMMENT 'of e-mails',
    quiet_hours      TINYINT      NOT NULL DEFAULT 0 COMMENT 'from 22:00 to 08:00',
    CONSTRAINT settings_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Where one is told of a kind of thing; without a row the kind's own defaults hold.
CREATE TABLE notification_preferences (
    user_id          BIGINT       NOT NULL,
    kind             ENUM('subscriber','mention','message','reaction','app','remix','bricks') NOT NULL,
    on_wall          TINYINT      NOT NULL,
    email            TINYINT      NOT NULL,
    push             TINYINT      NOT NULL,
    PRIMARY KEY (user_id, kind),
    CONSTRAINT preferences_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Words whose posts one does not want to meet, as written; compared by core/words.h.
CREATE TABLE muted_keywords (
    user_id          BIGINT       NOT NULL,
    position         BIGINT       NOT NULL COMMENT 'from 1',
    keyword          VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (user_id, position),
    CONSTRAINT muted_of_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Until then a former name leads to its owner, and nobody else can take it.
CREATE TABLE username_history (
    username         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    expires_at       DATETIME(6)  NOT NULL,
    KEY history_of_user (user_id),
    KEY history_expires (expires_at),
    CONSTRAINT history_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE blocks (
    block_id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL COMMENT 'who blocks',
    blocked_id       BIGINT       NOT NULL COMMENT 'who is blocked',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    UNIQUE KEY blocks_pair (user_id, blocked_id),
    KEY blocks_back (blocked_id, user_id),
    CONSTRAINT blocks_not_oneself CHECK (user_id <> blocked_id),
    CONSTRAINT blocks_user FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE,
    CONSTRAINT blocks_blocked FOREIGN KEY (blocked_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
