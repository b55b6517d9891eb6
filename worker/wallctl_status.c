/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl status */
#include <apr_strings.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/fields.h"
#include "io/db.h"
#include "io/migrate.h"
#include "io/redis.h"
#include "io/sql_statements.h"
#include "wallctl.h"

#define WORKERS "worker:*"
#define QUEUE   "queue:ai"

typedef struct jobs_t {
    const char *status;
    apr_int64_t jobs;
    apr_int64_t oldest_s;
} jobs_t;

typedef struct worker_t {
    const char *name;
    const char *heartbeat; /* JSON */
} worker_t;

typedef struct status_t {
    int ok;
    int mysql;
    int redis;
    apr_int64_t schema;
    apr_int64_t schema_expected;
    apr_int64_t waiting;
    apr_int64_t leases_expired;
    apr_int64_t outbox;
    apr_array_header_t *jobs;
    apr_array_header_t *workers;
} status_t;

static const wall_field_t jobs_fields[] = {
    WALL_STR(jobs_t, status, .doc = "State."),
    WALL_I64(jobs_t, jobs, .doc = "Jobs in it."),
    WALL_I64(jobs_t, oldest_s, .doc = "Age of the oldest in seconds."),
    WALL_FIELDS_END
};
static const wall_shape_t jobs_shape = WALL_SHAPE_OF("StatusJobs", jobs_t, jobs_fields);

static const wall_field_t worker_fields[] = {
    WALL_STR(worker_t, name, .doc = "Lane and process."),
    WALL_RAW(worker_t, heartbeat, .doc = "What it said last."),
    WALL_FIELDS_END
};
static const wall_shape_t worker_shape = WALL_SHAPE_OF("StatusWorker", worker_t, worker_fields);

static const wall_field_t status_fields[] = {
    WALL_BOOL(status_t, ok, .doc = "Everything the main job needs is there."),
    WALL_BOOL(status_t, mysql, .doc = "The database answers."),
    WALL_BOOL(status_t, redis, .doc = "Redis answers."),
    WALL_I64(status_t, schema, .doc = "Version of the database."),
    WALL_I64(status_t, schema_expected, .doc = "Version of this release."),
    WALL_I64(status_t, waiting, .doc = "Jobs in the Redis queue."),
    WALL_I64(status_t, leases_expired, .doc = "Jobs whose worker has gone silent."),
    WALL_I64(status_t, outbox, .doc = "Effects not yet carried out."),
    WALL_LIST(status_t, jobs, &jobs_shape, .doc = "Jobs by state."),
    WALL_LIST(status_t, workers, &worker_shape, .doc = "Workers that gave a sign of life."),
    WALL_FIELDS_END
};
static const wall_shape_t status_shape = WALL_SHAPE_OF("Status", status_t, status_fields);

static void ask_database(wall_cx_t *cx, status_t *s)
{
    int version = 0;

    s->schema_expected = wall_schema_version;
    s->jobs = apr_array_make(cx->pool, 1, sizeof(jobs_t));
    s->mysql = wall_schema_current(cx, &version) == WALL_OK;
    s->schema = version;
    if (!s->mysql || version != wall_schema_version)
        return;
    s->mysql = wall_db_list(cx, sql_status_jobs(), &jobs_shape, &s->jobs) == WALL_OK &&
               wall_db_number(cx, sql_status_leases_expired(), &s->leases_expired) == WALL_OK &&
               wall_db_number(cx, sql_status_outbox(), &s->outbox) == WALL_OK;
}

/* The prefix Wall's keys have in Redis is put before arguments, not taken off replies. */
static const char *without_prefix(const wall_cx_t *cx, const char *key)
{
    const char *prefix = apr_psprintf(cx->pool, "wall:%s:", cx->site->site);

    return strncmp(key, prefix, strlen(prefix)) == 0 ? key + strlen(prefix) : key;
}

static void add_worker(wall_cx_t *cx, status_t *s, const char *key)
{
    wall_bytes_t beat = { NULL, 0 };
    worker_t *worker;

    if (wall_redis_get(cx, key, &beat) != WALL_OK || beat.data == NULL)
        return; /* it ended meanwhile */
    worker = apr_array_push(s->workers);
    worker->name = apr_pstrdup(cx->pool, key + strlen(WORKERS) - 1);
    worker->heartbeat = beat.data[0] == '{' ? beat.data : "null";
}

static wall_rc_t find_workers(wall_cx_t *cx, status_t *s)
{
    const char *cursor = "0";
    wall_redis_value_t reply;
    wall_rc_t rc;
    int i;

    do {
        wall_bytes_t argv[] = { wall_bytes_of("SCAN"),  wall_bytes_of(cursor),
                                wall_bytes_of("MATCH"), wall_bytes_of(WORKERS),
                                wall_bytes_of("COUNT"), wall_bytes_of("1000") };

        rc = wall_redis_command(cx, 6, argv, 1u << 3, 0, &reply);
        if (rc != WALL_OK || reply.kind != WALL_REDIS_LIST || reply.count != 2)
            return rc;
        cursor = reply.items[0].bytes.data;
        for (i = 0; i < reply.items[1].count; i++)
            add_worker(cx, s, without_prefix(cx, reply.items[1].items[i].bytes.data));
    } while (strcmp(cursor, "0") != 0);
    return WALL_OK;
}

static void ask_redis(wall_cx_t *cx, status_t *s)
{
    wall_bytes_t argv[] = { wall_bytes_of("ZCARD"), wall_bytes_of(QUEUE) };
    wall_redis_value_t reply;

    s->workers = apr_array_make(cx->pool, 4, sizeof(worker_t));
    s->redis = wall_redis_command(cx, 2, argv, 1u << 1, 0, &reply) == WALL_OK;
    if (!s->redis)
        return;
    s->waiting = reply.kind == WALL_REDIS_INT ? reply.number : 0;
    s->redis = find_workers(cx, s) == WALL_OK;
}

static void print_text(const status_t *s)
{
    int i;

    printf("database   %s\n", s->mysql ? "ok" : "down");
    printf("redis      %s\n", s->redis ? "ok" : "down");
    printf("schema     %" APR_INT64_T_FMT ", expected %" APR_INT64_T_FMT "%s\n", s->schema,
           s->schema_expected, s->schema == s->schema_expected ? "" : " (wallctl migrate)");
    printf("queue      %" APR_INT64_T_FMT " waiting\n", s->waiting);
    for (i = 0; i < s->jobs->nelts; i++) {
        const jobs_t *jobs = &APR_ARRAY_IDX(s->jobs, i, jobs_t);

        printf("jobs       %" APR_INT64_T_FMT " %s", jobs->jobs, jobs->status);
        if (strcmp(jobs->status, "queued") == 0 || strcmp(jobs->status, "processing") == 0)
            printf(", oldest %" APR_INT64_T_FMT " s", jobs->oldest_s);
        putchar('\n');
    }
    printf("leases     %" APR_INT64_T_FMT " expired\n", s->leases_expired);
    printf("outbox     %" APR_INT64_T_FMT " to do\n", s->outbox);
    for (i = 0; i < s->workers->nelts; i++) {
        const worker_t *worker = &APR_ARRAY_IDX(s->workers, i, worker_t);

        printf("worker     %s %s\n", worker->name, worker->heartbeat);
    }
    if (s->redis && s->workers->nelts == 0)
        puts("worker     none: start wall-worker");
}

int wallctl_status(wallctl_t *ctl, int argc, char **argv)
{
    static const char *const flags[] = { "json", NULL };
    status_t s = { 0 };
    wall_buf_t json;
    unsigned given;

    if (!wallctl_flags(argc, argv, flags, &given))
        return WALLCTL_USAGE;
    ask_database(ctl->cx, &s);
    ask_redis(ctl->cx, &s);
    s.ok = s.mysql && s.redis && s.schema == s.schema_expected && s.workers->nelts > 0;
    if (given != 0) {
        wall_buf_init(&json, ctl->cx->pool, 1024);
        wall_fields_encode(&json, &status_shape, &s);
        puts(json.data);
    } else {
        print_text(&s);
    }
    return s.ok ? WALLCTL_OK : WALLCTL_FAIL;
}
