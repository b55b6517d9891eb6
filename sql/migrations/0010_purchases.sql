-- SPDX-License-Identifier: Apache-2.0
-- Buying bricks: purchases, what payment providers said about them, what is owed, numbers without gaps.

-- The facts about a payment arrive in any order and repeatedly, so they are kept as facts; status is what
-- they add up to (mod_wall/app/purchases/settle.c).
CREATE TABLE purchases (
    purchase_id      BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    package          VARCHAR(40)  CHARACTER SET ascii NOT NULL COMMENT 'name it was sold by',
    bricks           BIGINT       NOT NULL,
    price_minor      BIGINT       NOT NULL COMMENT 'in minor units of the currency',
    currency         CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217',
    provider         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    session_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the checkout',
    payment_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    charge_id        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    checkout_url     VARCHAR(2048) CHARACTER SET ascii NULL,
    idempotency_key  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status           ENUM('pending','completed','failed','expired','refunded','partially_refunded',
                          'disputed','held','closed') NOT NULL DEFAULT 'pending',
    processing_at    DATETIME(6)  NULL COMMENT 'checkout is done, the money is on its way',
    paid_at          DATETIME(6)  NULL,
    failed_at        DATETIME(6)  NULL,
    expired_at       DATETIME(6)  NULL,
    problem          ENUM('amount','currency') NULL COMMENT 'what was paid is not the price: no bricks',
    problem_at       DATETIME(6)  NULL COMMENT 'when the provider said so',
    said_minor       BIGINT       NULL COMMENT 'the sum it named then',
    said_currency    CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NULL,
    closed_at        DATETIME(6)  NULL COMMENT 'an administrator has looked into the problem',
    closed_by        BIGINT       NULL,
    closed_note      VARCHAR(500) NULL COMMENT 'what they wrote to the buyer; gone with the account',
    refunded_minor   BIGINT       NOT NULL DEFAULT 0 COMMENT 'all that went back, as the provider says it',
    disputed_minor   BIGINT       NOT NULL DEFAULT 0 COMMENT 'of disputes that are open or lost',
    dispute          ENUM('open','lost','won') NULL COMMENT 'the worst of them',
    bricks_net       BIGINT       NOT NULL DEFAULT 0 COMMENT 'given minus taken back or owed',
    bookings         INT          NOT NULL DEFAULT 0 COMMENT 'movements of bricks so far',
    payment_method   VARCHAR(60)  NULL COMMENT 'such as visa 4242',
    receipt_number   BIGINT       NULL COMMENT 'without gaps',
    checks           INT          NOT NULL DEFAULT 0 COMMENT 'how often the provider was asked',
    next_check_at    DATETIME(6)  NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
                                  ON UPDATE CURRENT_TIMESTAMP(6),
    expires_at       DATETIME(6)  NOT NULL COMMENT 'of the checkout',
    UNIQUE KEY purchases_key (user_id, idempotency_key),
    UNIQUE KEY purchases_session (provider, session_id),
    UNIQUE KEY purchases_payment (provider, payment_id),
    UNIQUE KEY purchases_charge (provider, charge_id),
    UNIQUE KEY purchases_receipt (receipt_number),
    KEY purchases_user (user_id, purchase_id),
    KEY purchases_checks (next_check_at),
    KEY purchases_status (status, purchase_id),
    CONSTRAINT purchases_amounts CHECK (bricks > 0 AND price_minor > 0 AND refunded_minor >= 0
                                        AND disputed_minor >= 0 AND bricks_net BETWEEN 0 AND bricks),
    CONSTRAINT purchases_of_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT purchases_closed_by FOREIGN KEY (closed_by) REFERENCES users (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE purchase_disputes (
    provider         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    dispute_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purchase_id      BIGINT       NOT NULL,
    amount_minor     BIGINT       NOT NULL,
    state            ENUM('open','won','lost') NOT NULL,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (provider, dispute_id),
    KEY disputes_purchase (purchase_id),
    CONSTRAINT disputes_of_purchase FOREIGN KEY (purchase_id) REFERENCES purchases (purchase_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every message of a provider, once. One whose purchase is not known yet waits with purchase_id NULL.
CREATE TABLE payment_events (
    provider         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_id         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_type       VARCHAR(100) CHARACTER SET ascii NOT NULL COMMENT 'as the provider calls it',
    kind             VARCHAR(20)  CHARACTER SET ascii NOT NULL COMMENT 'what it means here',
    purchase_id      BIGINT       NULL,
    session_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    payment_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    charge_id        VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    dispute_id       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    amount_minor     BIGINT       NOT NULL DEFAULT 0,
    currency         CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NULL,
    payment_method   VARCHAR(60)  NULL,
    body_digest      CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256',
    received_at      DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    applied_at       DATETIME(6)  NULL,
    PRIMARY KEY (provider, event_id),
    KEY events_of_purchase (purchase_id),
    KEY events_waiting (applied_at, received_at),
    KEY events_payment (provider, payment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Bricks that were to be taken back when they had been used already. Settled first from what comes in.
CREATE TABLE bricks_debts (
    debt_id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    purchase_id      BIGINT       NULL,
    source           VARCHAR(40)  CHARACTER SET ascii NOT NULL COMMENT 'purchase_refund, purchase_dispute',
    amount           BIGINT       NOT NULL,
    settled          BIGINT       NOT NULL DEFAULT 0,
    created_at       DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    settled_at       DATETIME(6)  NULL,
    KEY debts_open (user_id, settled_at, debt_id),
    KEY debts_purchase (purchase_id),
    CONSTRAINT debts_amounts CHECK (amount > 0 AND settled BETWEEN 0 AND amount),
    CONSTRAINT debts_of_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT debts_of_purchase FOREIGN KEY (purchase_id) REFERENCES purchases (purchase_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE bricks_transactions
    ADD KEY transactions_purchase (purchase_id),
    ADD CONSTRAINT transactions_of_purchase FOREIGN KEY (purchase_id)
        REFERENCES purchases (purchase_id);

ALTER TABLE admin_actions
    MODIFY COLUMN action ENUM('role','premium','state','purchase') NOT NULL;

ALTER TABLE users
    ADD COLUMN bricks_debt BIGINT NOT NULL DEFAULT 0 COMMENT 'cache of what is not settled' AFTER bricks_held,
    ADD CONSTRAINT users_debt_not_negative CHECK (bricks_debt >= 0);

CREATE TABLE counters (
    name             VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    value            BIGINT       NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO counters (name, value) VALUES ('receipt', 0);
