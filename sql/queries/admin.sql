-- SPDX-License-Identifier: Apache-2.0
-- Looking after the site.

-- name: admin_ping()
SELECT 1 AS one;
