-- SPDX-License-Identifier: Apache-2.0
-- Effects that point up the dependency order, written with the change that causes them.

-- name: outbox_add(topic str, channel str, payload str)
INSERT INTO outbox (topic, channel, payload) VALUES (:topic, :channel, :payload);
