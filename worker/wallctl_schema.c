/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl migrate, schema, check-sql */
#include <getopt.h>
#include <stdio.h>

#include "io/db.h"
#include "io/migrate.h"
#include "io/sql_statements.h"
#include "wallctl.h"

int wallctl_migrate(wallctl_t *ctl, int argc, char **argv)
{
    static const char *const flags[] = { NULL };
    unsigned given;

    if (!wallctl_flags(argc, argv, flags, &given))
        return WALLCTL_USAGE;
    if (argc - optind > 1)
        return wallctl_usage(argv[0], "one folder at most");
    return wall_migrate(ctl->cx, optind < argc ? argv[optind] : WALL_MIGRATIONS) == WALL_OK
        ? WALLCTL_OK : WALLCTL_FAIL;
}

int wallctl_schema(wallctl_t *ctl, int argc, char **argv)
{
    static const char *const flags[] = { "dump", NULL };
    wall_buf_t text;
    unsigned given;
    int version = 0;

    if (!wallctl_flags(argc, argv, flags, &given))
        return WALLCTL_USAGE;
    if (given != 0) {
        wall_buf_init(&text, ctl->cx->pool, 16384);
        if (wall_schema_dump(ctl->cx, &text) != WALL_OK)
            return WALLCTL_FAIL;
        fputs(text.data, stdout);
        return WALLCTL_OK;
    }
    if (wall_schema_current(ctl->cx, &version) != WALL_OK)
        return WALLCTL_FAIL;
    printf("database %d, this release %d\n", version, wall_schema_version);
    if (version == wall_schema_version)
        return WALLCTL_OK;
    return wallctl_fail("%s", version < wall_schema_version
                        ? "run `wallctl --site FILE migrate`"
                        : "the database is newer: install the release it was made for");
}

int wallctl_check_sql(wallctl_t *ctl, int argc, char **argv)
{
    int i, bad = 0;

    for (i = 0; i < wall_statement_count; i++) {
        wall_rc_t rc = wall_db_prepare(ctl->cx, &wall_statements[i]);

        if (rc == WALL_E_DB_UNAVAILABLE)
            return WALLCTL_FAIL;
        if (rc != WALL_OK) {
            wallctl_fail("%s", ctl->cx->failure_log);
            bad++;
        }
    }
    printf("%d statements prepared, %d failed\n", wall_statement_count - bad, bad);
    return bad == 0 ? WALLCTL_OK : WALLCTL_FAIL;
}
