-- SPDX-License-Identifier: Apache-2.0
-- The queue of mails. As with jobs, each write of the worker carries the fence of its claim, and all
-- times are the database's.

-- name: mail_person(user_id i64)
SELECT email AS address, language FROM users WHERE user_id = :user_id LIMIT 1;

-- name: mail_add(kind str, user_id i64?, address str, language str?, content str)
INSERT INTO mails (kind, user_id, address, language, content)
VALUES (:kind, :user_id, :address, :language, :content);
