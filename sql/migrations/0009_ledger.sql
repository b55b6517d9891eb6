-- SPDX-License-Identifier: Apache-2.0
-- The ledger for good: what a movement was for, append-only by triggers, a chain of hashes over its days;
-- daily bricks, premium, personal limits; what the estimates learn from.

-- A user's accounts are numbered by the user: a movement need not look them up.
ALTER TABLE bricks_entries DROP FOREIGN KEY entries_account;

UPDATE bricks_entries e JOIN bricks_accounts a ON a.account_id = e.account_id
SET e.account_id = 2 * a.user_id + IF(a.kind = 'available', 2, 3) WHERE a.user_id IS NOT NULL;

-- In two steps, as the new number of one may be the old number of another.
UPDATE bricks_accounts SET account_id = -(2 * user_id + IF(kind = 'available', 2, 3)) WHERE user_id IS NOT NULL;

UPDATE bricks_accounts SET account_id = -account_id WHERE account_id < 0;

ALTER TABLE bricks_accounts
    MODIFY account_id BIGINT NOT NULL,
    MODIFY kind ENUM('available','held','treasury','revenue','sales') NOT NULL,
    ADD CONSTRAINT accounts_number CHECK (CASE kind WHEN 'available' THEN account_id = 2 * user_id + 2
                                                    WHEN 'held' THEN account_id = 2 * user_id + 3
                                                    ELSE user_id IS NULL AND account_id < 4 END);

ALTER TABLE bricks_entries
    ADD CONSTRAINT entries_account FOREIGN KEY (account_id) REFERENCES bricks_accounts (account_id);

INSERT INTO bricks_accounts (account_id, user_id, kind) VALUES (3, NULL, 'sales');

ALTER TABLE bricks_transactions
    ADD COLUMN purchase_id BIGINT NULL AFTER job_id,
    ADD COLUMN actor_id BIGINT NULL COMMENT 'who did it, where it was not the user: an admin'
        AFTER purchase_id,
    ADD COLUMN description VARCHAR(500) NULL COMMENT 'a reason somebody gave; nothing personal'
        AFTER actor_id,
    ADD COLUMN metadata VARCHAR(2000) NULL COMMENT 'JSON object' AFTER description,
    ADD KEY transactions_created (created_at, transaction_id),
    ADD CONSTRAINT transactions_metadata CHECK (metadata IS NULL OR JSON_VALID(metadata)),
    ADD CONSTRAINT transactions_actor FOREIGN KEY (actor_id) REFERENCES users (user_id);

-- What a user used this month, for their own limit.
ALTER TABLE bricks_holds
    ADD KEY holds_of_user (user_id, created_at);

ALTER TABLE users
    ADD COLUMN premium_until DATETIME(6) NULL COMMENT 'NULL: as long as is_premium' AFTER is_premium,
    ADD COLUMN bricks_monthly_limit BIGINT NOT NULL DEFAULT 0 COMMENT '0: none' AFTER bricks_held,
    ADD COLUMN bricks_low_told TINYINT NOT NULL DEFAULT 0
        COMMENT 'was told of running low; cleared when there is enough again' AFTER bricks_monthly_limit;

-- One row a claim: the key lets nobody have a day twice.
CREATE TABLE bricks_daily_claims (
    user_id          BIGINT       NOT NULL,
    local_day        DATE         NOT NULL COMMENT 'in WallTimeZone',
    streak_days      BIGINT       NOT NULL COMMENT 'days in a row, this one included',
    amount           BIGINT       NOT NULL COMMENT 'daily bricks and streak bonus together',
    streak_bonus     BIGINT       NOT NULL,
    claimed_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (user_id, local_day),
    CONSTRAINT claims_of_user FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the estimate expected the answer to take, to compare with what it took.
ALTER TABLE ai_generation_jobs
    ADD COLUMN expected_tokens BIGINT NULL COMMENT 'of the answer, by the formula alone'
        AFTER tokens_per_brick;

-- Answers of the last jobs of each model, in thousandths of what the formula expected.
CREATE TABLE bricks_rates (
    model            VARCHAR(100) NOT NULL PRIMARY KEY,
    samples          BIGINT       NOT NULL,
    low_permille     BIGINT       NOT NULL COMMENT 'a tenth of the answers is shorter',
    mean_permille    BIGINT       NOT NULL,
    high_permille    BIGINT       NOT NULL COMMENT 'the longest',
    mean_bricks      BIGINT       NOT NULL COMMENT 'what an app cost, rounded up',
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The chain: each closed day (UTC) holds the hash of its movements and of the day before.
CREATE TABLE bricks_days (
    day              DATE         NOT NULL PRIMARY KEY,
    first_id         BIGINT       NOT NULL COMMENT 'lowest and highest transaction_id; 0: none',
    last_id          BIGINT       NOT NULL,
    transactions     BIGINT       NOT NULL,
    entries          BIGINT       NOT NULL,
    hash             CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    closed_at        DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Proofs of the ledger, one each night.
CREATE TABLE bricks_checks (
    check_day        DATE         NOT NULL PRIMARY KEY COMMENT 'UTC',
    started_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    took_ms          BIGINT       NULL COMMENT 'NULL: running, or broken off',
    ok               TINYINT      NULL,
    transactions     BIGINT       NULL,
    entries          BIGINT       NULL,
    users            BIGINT       NULL,
    open_holds       BIGINT       NULL,
    days             BIGINT       NULL COMMENT 'of the chain',
    breaches         BIGINT       NULL,
    first_breach     VARCHAR(500) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What happened stays written, whoever holds the connection.
CREATE TRIGGER bricks_transactions_keep BEFORE UPDATE ON bricks_transactions
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER bricks_transactions_stay BEFORE DELETE ON bricks_transactions
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER bricks_entries_keep BEFORE UPDATE ON bricks_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER bricks_entries_stay BEFORE DELETE ON bricks_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER bricks_days_keep BEFORE UPDATE ON bricks_days
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

CREATE TRIGGER bricks_days_stay BEFORE DELETE ON bricks_days
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only';

-- A movement in one round trip: the cache changes if there is enough, then the transaction and its entries are
-- written; all of it or, when a key is taken (1062) or anything else fails, nothing, as one statement.
-- p_account is the account of the system that takes part with what the user's two do not balance. p_unlimited 0
-- refuses who has a monthly limit, which the caller then looks at. Returns NULL, refused, or six numbers: the
-- transaction; what is available, held and owed after it; whether the user is active, and was told of running low.
-- The UPDATE notes what it leaves in variables of the connection: reading the row again would cost a third of the
-- whole movement. ROW_COUNT tells that they were set by it.
-- Entries go in with VALUES: INSERT ... SELECT would hold the table's AUTO_INCREMENT lock until the commit, and
-- with it everybody else's movements.
CREATE FUNCTION bricks_move(
    p_user BIGINT, p_type VARCHAR(10), p_source VARCHAR(40), p_available BIGINT, p_held BIGINT,
    p_account BIGINT, p_unlimited BIGINT, p_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    p_job CHAR(36) CHARACTER SET ascii COLLATE ascii_bin, p_purchase BIGINT, p_actor BIGINT,
    p_description VARCHAR(500) CHARACTER SET utf8mb4, p_metadata VARCHAR(2000) CHARACTER SET utf8mb4)
RETURNS VARCHAR(100) CHARACTER SET ascii MODIFIES SQL DATA SQL SECURITY INVOKER
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
