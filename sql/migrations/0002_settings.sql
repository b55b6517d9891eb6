-- SPDX-License-Identifier: Apache-2.0
-- The language of an account; settings of a wall; what went wrong with a job, so that it can be said in any language.

ALTER TABLE walls
    ADD COLUMN glaze ENUM('brick','ochre','moss','pine','slate','plum','graphite')
        NOT NULL DEFAULT 'brick' COMMENT 'accent colour' AFTER privacy_level;

ALTER TABLE ai_generation_jobs
    ADD COLUMN error_reason VARCHAR(40) CHARACTER SET ascii NULL
        COMMENT 'message key below "job.", finer than error_code' AFTER error_code,
    ADD COLUMN error_seconds INT NULL COMMENT 'number in that message' AFTER error_reason;

ALTER TABLE users
    ADD COLUMN language VARCHAR(8) CHARACTER SET ascii NULL
        COMMENT 'of texts and mails; NULL: as the browser asks' AFTER display_name;
