-- SPDX-License-Identifier: Apache-2.0

-- A second claim of the same key waits until the first has committed (duplicate) or rolled back.
-- name: idempotency_claim(owner str, idempotency_key str, route str, request_digest str)
INSERT INTO idempotency_keys (owner, idempotency_key, route, request_digest)
VALUES (:owner, :idempotency_key, :route, :request_digest);

-- name: idempotency_get(owner str, idempotency_key str)
SELECT route, request_digest, status, body
FROM idempotency_keys
WHERE owner = :owner AND idempotency_key = :idempotency_key
LIMIT 1;

-- Of a claim that was committed before the work (status 0): the first who ends writes the answer. The key may have
-- been given up and claimed for another request meanwhile.
-- name: idempotency_settle(status i64, body str, owner str, idempotency_key str, request_digest str)
UPDATE idempotency_keys
SET status = :status, body = :body
WHERE owner = :owner AND idempotency_key = :idempotency_key AND request_digest = :request_digest
  AND status = 0;

-- name: idempotency_forget(owner str, idempotency_key str, request_digest str)
DELETE FROM idempotency_keys
WHERE owner = :owner AND idempotency_key = :idempotency_key AND request_digest = :request_digest
  AND status = 0;

-- name: idempotency_store(status i64, body str, owner str, idempotency_key str)
UPDATE idempotency_keys
SET status = :status, body = :body
WHERE owner = :owner AND idempotency_key = :idempotency_key;

-- name: idempotency_sweep(limit i64)
DELETE FROM idempotency_keys WHERE created_at < NOW(6) - INTERVAL 48 HOUR
ORDER BY created_at LIMIT :limit;
