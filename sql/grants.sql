-- SPDX-License-Identifier: Apache-2.0
-- Prints the GRANT statements for the account httpd and wall-worker use. Run it in the site's database as
-- an administrator after each migration and feed what it prints back:
--
--     { echo "SET @account = '''wall''@''localhost''';"; cat sql/grants.sql; } | mariadb -N wall | mariadb wall
--
-- The account reads and writes rows and nothing else: no tables, no other database. The ledger and
-- what staff did can only be added to, the record of migrations only be read.
SELECT CONCAT('GRANT ',
    CASE
        WHEN table_name IN ('admin_actions', 'bricks_transactions', 'bricks_entries', 'bricks_days')
            THEN 'SELECT, INSERT'
        WHEN table_name IN ('schema_migrations') THEN 'SELECT'
        ELSE 'SELECT, INSERT, UPDATE, DELETE'
    END,
    ' ON `', table_schema, '`.`', table_name, '` TO ', @account, ';') AS grant_statement
FROM information_schema.tables
WHERE table_schema = DATABASE()
UNION ALL
SELECT CONCAT('GRANT EXECUTE ON FUNCTION `', routine_schema, '`.`', routine_name, '` TO ', @account, ';')
FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'
ORDER BY grant_statement;
