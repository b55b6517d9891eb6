-- SPDX-License-Identifier: Apache-2.0
-- A user's movements by time: filters by day and sums a period find their rows without looking at the others.

ALTER TABLE bricks_transactions ADD KEY transactions_user_time (user_id, created_at);
