-- SPDX-License-Identifier: Apache-2.0
-- Versions of the schema; used by mod_wall/io/migrate.c alone.

-- name: schema_has_table(table_name str)
SELECT COUNT(*) AS n FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name = :table_name;

-- name: schema_version()
SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations WHERE applied_at IS NOT NULL;

-- name: schema_migrations_list()
SELECT version, name, checksum, statements, applied_at FROM schema_migrations ORDER BY version
LIMIT 10000;

-- name: schema_migration_begin(version i64, name str, checksum str)
INSERT INTO schema_migrations (version, name, checksum) VALUES (:version, :name, :checksum)
ON DUPLICATE KEY UPDATE name = VALUES(name), checksum = VALUES(checksum);

-- name: schema_migration_step(statements i64, version i64)
UPDATE schema_migrations SET statements = :statements WHERE version = :version;

-- name: schema_migration_end(version i64)
UPDATE schema_migrations SET applied_at = NOW(6) WHERE version = :version;

-- name: schema_lock(seconds i64)
SELECT GET_LOCK(CONCAT('wall.migrate.', DATABASE()), :seconds) AS got;

-- name: schema_unlock()
SELECT RELEASE_LOCK(CONCAT('wall.migrate.', DATABASE())) AS gone;

-- name: schema_functions()
SELECT routine_name AS name FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION' ORDER BY routine_name LIMIT 10000;

-- name: schema_triggers()
SELECT trigger_name AS name, event_object_table AS table_name, action_timing AS timing,
       event_manipulation AS event, action_statement AS text
FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY trigger_name LIMIT 10000;

-- name: schema_tables()
SELECT table_name AS name FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name LIMIT 10000;
