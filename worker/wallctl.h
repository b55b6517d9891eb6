/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_WORKER_WALLCTL_H
#define WALL_WORKER_WALLCTL_H

/** @file wallctl.h What the administrator's commands share. Results go to stdout, the rest to stderr. */
#include "core/cx.h"
#include "core/site.h"

#define WALLCTL_OK    0
#define WALLCTL_FAIL  1 /* it was tried and failed, or the answer is no */
#define WALLCTL_USAGE 2

typedef struct wallctl_t {
    wall_cx_t *cx;
    const wall_site_t *site; /* NULL when the command needs none */
    const char *site_file;
} wallctl_t;

/** A command; argv[0] is its name, optind is reset. @return an exit status */
typedef int (*wallctl_run_t)(wallctl_t *ctl, int argc, char **argv);

int wallctl_migrate(wallctl_t *ctl, int argc, char **argv);
int wallctl_schema(wallctl_t *ctl, int argc, char **argv);
int wallctl_check_sql(wallctl_t *ctl, int argc, char **argv);
int wallctl_secret(wallctl_t *ctl, int argc, char **argv);
int wallctl_site(wallctl_t *ctl, int argc, char **argv);
int wallctl_bricks(wallctl_t *ctl, int argc, char **argv);
int wallctl_user(wallctl_t *ctl, int argc, char **argv);
int wallctl_status(wallctl_t *ctl, int argc, char **argv);

/** "wallctl: …" on stderr; returns WALLCTL_FAIL. */
int wallctl_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** "wallctl COMMAND: …" and how to get help, on stderr; returns WALLCTL_USAGE. */
int wallctl_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/**
 * Reads options that take no value. @a names "json" sets bit 0, the next bit 1 … in *given.
 * @return 1; 0 after a message about an unknown option
 */
int wallctl_flags(int argc, char **argv, const char *const *names, unsigned *given);

#endif
