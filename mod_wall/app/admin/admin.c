/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/admin.h"

#include <json-c/json.h>
#include <pthread.h>
#include <string.h>

#include "app/admin/admin_actions.h"
#include "core/json.h"
#include "core/openapi.h"
#include "core/site.h"
#include "io/db.h"
#include "io/disk.h"
#include "io/redis.h"
#include "io/sql_statements.h"

#define DISK_FREE_MIN_PERCENT 5

wall_rc_t admin_health(wall_cx_t *cx, const void *in, admin_health_t *out)
{
    out->status = ADMIN_ALL_OK;
    return WALL_OK;
}

static int mysql_state(wall_cx_t *cx)
{
    apr_int64_t one;
    int state = wall_db_number(cx, sql_admin_ping(), &one) == WALL_OK ? ADMIN_OK : ADMIN_DOWN;

    wall_fail_clear(cx);
    wall_db_release(cx);
    return state;
}

/*
 * The heartbeat is JSON that expires after 15 s: {"pid": …, "ollama": "ok" | "down", "model": …}.
 * No heartbeat, no worker; what Ollama does is then not known.
 */
void admin_worker_state(wall_cx_t *cx, int *worker, int *model)
{
    wall_bytes_t beat = { NULL, 0 };
    struct json_object *json, *ollama;
    const char *word;

    *worker = ADMIN_UNKNOWN;
    *model = ADMIN_UNKNOWN;
    if (wall_redis_get(cx, ADMIN_AI_HEARTBEAT_KEY, &beat) != WALL_OK)
        return;
    *worker = ADMIN_DOWN;
    if (beat.data == NULL)
        return;
    *worker = ADMIN_OK;
    json = wall_json_parse_pool(cx->pool, beat);
    if (!json_object_is_type(json, json_type_object) ||
        !json_object_object_get_ex(json, "ollama", &ollama))
        return;
    word = json_object_get_string(ollama);
    *model = word != NULL && strcmp(word, "ok") == 0 ? ADMIN_OK : ADMIN_DOWN;
}

static int disk_state(wall_cx_t *cx)
{
    int percent;

    if (wall_disk_free_percent(cx->site->media_root, &percent) != WALL_OK)
        return ADMIN_DOWN;
    return percent >= DISK_FREE_MIN_PERCENT ? ADMIN_OK : ADMIN_LOW;
}

/* Without MySQL, Redis or the worker the main job cannot be done: 503. The rest only degrades. */
wall_rc_t admin_ready(wall_cx_t *cx, const void *in, admin_ready_t *out)
{
    out->mysql = mysql_state(cx);
    out->redis = wall_redis_ping(cx) == WALL_OK ? ADMIN_OK : ADMIN_DOWN;
    out->worker = out->ollama = ADMIN_UNKNOWN;
    if (out->redis == ADMIN_OK)
        admin_worker_state(cx, &out->worker, &out->ollama);
    out->disk = disk_state(cx);
    if (out->mysql != ADMIN_OK || out->redis != ADMIN_OK || out->worker != ADMIN_OK) {
        out->status = ADMIN_ALL_DOWN;
        cx->reply.status = 503;
    } else {
        out->status = out->ollama == ADMIN_OK && out->disk == ADMIN_OK ? ADMIN_ALL_OK
                                                                       : ADMIN_DEGRADED;
    }
    return WALL_OK;
}

static pthread_once_t openapi_once = PTHREAD_ONCE_INIT;
static wall_buf_t openapi;

/* Lives as long as the process; the tables it is made from are constant. */
static void write_openapi(void)
{
    apr_pool_t *pool;

    if (apr_pool_create(&pool, NULL) != APR_SUCCESS)
        return;
    wall_buf_init(&openapi, pool, 128 * 1024);
    wall_openapi_write(&openapi, wall_route_tables);
}

wall_rc_t admin_openapi(wall_cx_t *cx, const void *in, wall_body_t *out)
{
    pthread_once(&openapi_once, write_openapi);
    if (openapi.len == 0)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00502) "no memory for openapi.json");
    out->content_type = "application/json";
    out->bytes = (wall_bytes_t){ openapi.data, openapi.len };
    return WALL_OK;
}
