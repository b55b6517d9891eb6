/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl: the administrator's command. Its commands are in wallctl_*.c. */
#include "wallctl.h"

#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "core/crypto.h"
#include "io/db.h"
#include "io/redis.h"
#include "io/site_file.h"

typedef struct command_t {
    const char *name;
    const char *args;
    int needs_site;
    wallctl_run_t run;
    const char *summary;
    const char *more; /* what --help of the command adds, or NULL */
} command_t;

static const command_t commands[] = {
    { "migrate", "[FOLDER]", 1, wallctl_migrate, "bring the database to this release's schema",
      "Applies what is missing of FOLDER/NNNN_*.sql (default: the installed ones), in order, each\n"
      "once. Safe to run twice or at the same time from two machines. The account in DBDParams needs\n"
      "CREATE, ALTER, INDEX, REFERENCES, TRIGGER and CREATE ROUTINE; the account Wall runs with does not.\n" },
    { "schema", "[--dump]", 1, wallctl_schema, "show the database's version and the expected one",
      "Exit status 1 when they differ.\n"
      "  --dump  print the structure of every table instead\n" },
    { "check-sql", "", 1, wallctl_check_sql, "prepare every statement on the database", NULL },
    { "secret", "FILE", 0, wallctl_secret, "make the secret for WallSecretFile",
      "Writes 64 random hexadecimal digits to a new FILE with mode 0640. An existing file is left\n"
      "alone: with a new secret authenticator apps and connected accounts have to be set up\n"
      "anew, and payments and mails under way are lost.\n" },
    { "bricks", "verify [--json]", 1, wallctl_bricks, "prove that no brick was lost or made",
      "Checks sums, caches and holds of the ledger at one instant; Wall may be running. Lists every\n"
      "breach and exits with status 1 when there is one.\n" },
    { "status", "[--json]", 1, wallctl_status, "show workers, queue, jobs and schema",
      "Exit status 1 when the database, Redis or every worker is away.\n" },
    { "user", "role NAME ROLE", 1, wallctl_user, "make somebody user, moderator or admin",
      "Takes effect within a second and is recorded like what administrators do. This is how a site\n"
      "gets its first administrator: register, then `wallctl user role NAME admin`. The last one\n"
      "cannot be taken away.\n" },
    { "site", "[--check]", 1, wallctl_site, "show the settings in effect and where they come from",
      "  --check  only say whether the file is right\n" },
};
#define NCOMMANDS (sizeof commands / sizeof *commands)

static void help(FILE *out)
{
    size_t i;

    fputs("Usage: wallctl --site FILE COMMAND [ARGUMENTS]\n\nCommands:\n", out);
    for (i = 0; i < NCOMMANDS; i++)
        fprintf(out, "  %-10s %-16s %s\n", commands[i].name, commands[i].args, commands[i].summary);
    fputs("\nOptions:\n"
          "  -s, --site FILE  the site's settings, the file its virtual host includes, such as\n"
          "                   /etc/wall/sites/wall.conf (default: $WALL_SITE_FILE)\n"
          "  -v, --verbose    say more on stderr\n"
          "  -h, --help       this text; `wallctl COMMAND --help` for one command\n"
          "  -V, --version    the version\n"
          "\nExit status: 0 done, 1 failed or the answer is no, 2 wrong usage.\n", out);
}

static void help_command(const command_t *command)
{
    printf("Usage: wallctl%s %s%s%s\n\n%c%s.\n", command->needs_site ? " --site FILE" : "",
           command->name, *command->args != '\0' ? " " : "", command->args,
           command->summary[0] - 'a' + 'A', command->summary + 1);
    if (command->more != NULL)
        printf("%s", command->more);
}

int wallctl_fail(const char *fmt, ...)
{
    va_list args;

    fputs("wallctl: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    return WALLCTL_FAIL;
}

int wallctl_usage(const char *command, const char *fmt, ...)
{
    va_list args;

    fprintf(stderr, "wallctl %s: ", command);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fprintf(stderr, "\nTry `wallctl %s --help`.\n", command);
    return WALLCTL_USAGE;
}

int wallctl_flags(int argc, char **argv, const char *const *names, unsigned *given)
{
    struct option options[8] = { { 0 } };
    int n, c;

    for (n = 0; names[n] != NULL && n < 7; n++)
        options[n] = (struct option){ .name = names[n], .val = n + 1 };
    *given = 0;
    opterr = 0;
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?') {
            wallctl_usage(argv[0], "there is no option %s", argv[optind - 1]);
            return 0;
        }
        *given |= 1u << (c - 1);
    }
    return 1;
}

/* Steps are results; whatever is wrong goes to stderr. */
static void say(void *baton, wall_log_level_t level, const char *line)
{
    const char *text = strncmp(line, "WALL", 4) == 0 ? strstr(line, ": ") : NULL;

    if (level == WALL_LOG_NOTICE)
        printf("%s\n", text != NULL ? text + 2 : line);
    else
        fprintf(stderr, "wallctl: %s\n", line);
}

static int wants_help(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return 1;
    }
    return 0;
}

static int run(const command_t *command, apr_pool_t *pool, const char *site_file, int verbose,
               int argc, char **argv)
{
    wall_logger_t *logger = apr_pcalloc(pool, sizeof *logger);
    wallctl_t ctl = { .cx = apr_pcalloc(pool, sizeof(wall_cx_t)), .site_file = site_file };
    const char *why;
    int status;

    logger->write = say;
    logger->max_level = verbose ? WALL_LOG_DEBUG : WALL_LOG_NOTICE;
    ctl.cx->pool = pool;
    ctl.cx->logger = logger;
    ctl.cx->now = apr_time_now();
    if (command->needs_site) {
        if (site_file == NULL)
            return wallctl_usage(command->name, "say which site: wallctl --site FILE %s",
                                 command->name);
        why = wall_site_file_read(pool, site_file, &ctl.site);
        if (why != NULL)
            return wallctl_fail("%s", why);
        if (ctl.site->db_params == NULL)
            return wallctl_fail("%s: DBDParams is missing. Add for example: DBDParams "
                                "\"sock=/run/mysqld/mysqld.sock user=wall dbname=wall fldsz=20480 "
                                "reconnect=0\"", site_file);
        ctl.cx->site = ctl.site;
        ctl.cx->db = wall_db_new(pool, wall_db_direct(pool, ctl.site->db_driver != NULL
                                                      ? ctl.site->db_driver : "mysql",
                                                      ctl.site->db_params, logger));
        ctl.cx->redis = wall_redis_new(pool, ctl.site);
    }
    status = command->run(&ctl, argc, argv);
    if (fflush(stdout) != 0)
        return wallctl_fail("the output could not be written");
    return status;
}

static const command_t *find(const char *name)
{
    size_t i;

    for (i = 0; i < NCOMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "site", required_argument, NULL, 's' }, { "verbose", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },       { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 }
    };
    const char *site_file = getenv("WALL_SITE_FILE");
    const command_t *command;
    apr_pool_t *pool;
    int c, status, verbose = 0;

    while ((c = getopt_long(argc, argv, "+s:vhV", options, NULL)) != -1) {
        switch (c) {
        case 's': site_file = optarg; break;
        case 'v': verbose = 1; break;
        case 'h': help(stdout); return WALLCTL_OK;
        case 'V': puts("wallctl " PACKAGE_VERSION); return WALLCTL_OK;
        default: fputs("Try `wallctl --help`.\n", stderr); return WALLCTL_USAGE;
        }
    }
    if (optind == argc) {
        help(stderr);
        return WALLCTL_USAGE;
    }
    command = find(argv[optind]);
    if (command == NULL) {
        fprintf(stderr, "wallctl: there is no command %s\nTry `wallctl --help`.\n", argv[optind]);
        return WALLCTL_USAGE;
    }
    if (wants_help(argc - optind, argv + optind)) {
        help_command(command);
        return WALLCTL_OK;
    }
    if (apr_initialize() != APR_SUCCESS || wall_crypto_init() != 0)
        return wallctl_fail("APR or libsodium cannot be initialised");
    apr_pool_create(&pool, NULL);
    status = run(command, pool, site_file, verbose, argc - optind, argv + optind);
    apr_pool_destroy(pool);
    apr_terminate();
    return status;
}
