-- SPDX-License-Identifier: Apache-2.0
-- Taking one's data along, and going. An erased person's row in users stays, empty: the ledger points to it.

ALTER TABLE users
    ADD COLUMN deletion_due_at DATETIME(6) NULL
        COMMENT 'leaving: when the grace ends; erased: not all is gone yet' AFTER account_state,
    ADD KEY users_leaving (deletion_due_at);

-- What a job cost stays known when its app is gone.
ALTER TABLE ai_generation_jobs
    DROP FOREIGN KEY jobs_of_app,
    MODIFY COLUMN app_id BIGINT NULL COMMENT 'NULL: erased with its owner';

ALTER TABLE ai_generation_jobs
    ADD CONSTRAINT jobs_of_app FOREIGN KEY (app_id) REFERENCES ai_applications (app_id) ON DELETE SET NULL;

CREATE TABLE data_exports (
    user_id          BIGINT       NOT NULL PRIMARY KEY COMMENT 'one a person; asking again replaces it',
    status           ENUM('queued','processing','completed','failed') NOT NULL DEFAULT 'queued',
    progress_percentage INT       NOT NULL DEFAULT 0,
    attempts         INT          NOT NULL DEFAULT 0,
    fence            BIGINT       NOT NULL DEFAULT 0 COMMENT 'rises with every change of hands',
    lease_until      DATETIME(6)  NULL,
    not_before       DATETIME(6)  NULL COMMENT 'back-off after a failed attempt',
    file_name        CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NULL
                                  COMMENT 'random; below WallMediaRoot/exports',
    file_size        BIGINT       NULL COMMENT 'bytes',
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    completed_at     DATETIME(6)  NULL,
    expires_at       DATETIME(6)  NULL,
    UNIQUE KEY exports_file (file_name),
    KEY exports_waiting (status, not_before),
    KEY exports_expire (expires_at),
    CONSTRAINT exports_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
