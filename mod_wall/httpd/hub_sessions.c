/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation: a stream is an answer that goes on, so its session is looked up again every other
 * second – all sessions of a site with one statement, in a thread of its own, so that a database
 * that hangs delays nothing but this. While the database cannot be asked, streams go on. */
#include <unistd.h>

#include "httpd/hub_private.h"
#include "httpd/logging.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define ROUND_SECONDS 2

typedef struct ended_t {
    apr_int64_t session_id;
} ended_t;
static const wall_field_t ended_fields[] = { WALL_I64(ended_t, session_id), WALL_FIELDS_END };
static const wall_shape_t ended_shape = WALL_SHAPE_OF("EndedSession", ended_t, ended_fields);

/* ---- the hub's side ---------------------------------------------------------------------------- */

/** Adds the stream's session to what its site is asked about. */
static void ask_about(hub_round_t *round, const hub_stream_t *stream)
{
    hub_round_site_t *asked = stream->site->asked;

    if (!asked) {
        asked = stream->site->asked = apr_pcalloc(round->pool, sizeof(*asked));
        asked->site = stream->site;
        wall_buf_init(&asked->ids, round->pool, 256);
        asked->next = round->sites;
        round->sites = asked;
    }
    wall_buf_str(&asked->ids, asked->ids.len ? ",[" : "[[");
    wall_buf_i64(&asked->ids, stream->session_id);
    wall_buf_char(&asked->ids, ',');
    wall_buf_i64(&asked->ids, apr_time_sec(apr_time_now() - stream->opened));
    wall_buf_char(&asked->ids, ']');
}

static void ask_about_all(hub_t *hub, hub_round_t *round)
{
    for (unsigned slot = 0; slot < HUB_WHEEL; slot++) {
        for (hub_stream_t *stream = hub->wheel[slot]; stream; stream = stream->wheel_next) {
            if (stream->session_id) {
                ask_about(round, stream);
            }
        }
    }
    for (hub_round_site_t *asked = round->sites; asked; asked = asked->next) {
        wall_buf_char(&asked->ids, ']');
        asked->site->asked = NULL;
    }
}

void hub_sessions_turn(hub_t *hub)
{
    hub_round_t *round;
    apr_pool_t *pool;

    if (hub->round_busy || ++hub->round_age < ROUND_SECONDS) {
        return;
    }
    hub->round_age = 0;
    apr_pool_create_unmanaged_ex(&pool, NULL, NULL);
    round = apr_pcalloc(pool, sizeof(*round));
    round->pool = pool;
    ask_about_all(hub, round);
    if (!round->sites) {
        apr_pool_destroy(pool);
        return;
    }
    hub->round_busy = 1;
    pthread_mutex_lock(&hub->mutex);
    hub->round_out = round;
    pthread_cond_signal(&hub->round_ready);
    pthread_mutex_unlock(&hub->mutex);
}

static int has_ended(const apr_array_header_t *ended, apr_int64_t session_id)
{
    for (int i = 0; i < ended->nelts; i++) {
        if (APR_ARRAY_IDX(ended, i, ended_t).session_id == session_id) {
            return 1;
        }
    }
    return 0;
}

void hub_sessions_apply(hub_t *hub, hub_round_t *round)
{
    for (hub_round_site_t *asked = round->sites; asked; asked = asked->next) {
        if (!asked->ended || !asked->ended->nelts) {
            continue;
        }
        for (unsigned slot = 0; slot < HUB_WHEEL; slot++) {
            hub_stream_t *stream, *next;

            for (stream = hub->wheel[slot]; stream; stream = next) {
                next = stream->wheel_next;
                if (stream->session_id && stream->site == asked->site
                    && has_ended(asked->ended, stream->session_id)) {
                    hub_stream_close(hub, stream, "signed out");
                }
            }
        }
    }
    apr_pool_destroy(round->pool);
    hub->round_busy = 0;
}

/* ---- the checker's side ------------------------------------------------------------------------ */

static void check(apr_pool_t *pool, hub_round_site_t *asked)
{
    const wall_host_t *host = asked->site->host;
    wall_cx_t cx = { .pool = pool, .site = host->site, .now = apr_time_now() };

    cx.logger = wall_server_logger(pool, host->server);
    cx.db = wall_db_new(pool, host->db);
    if (wall_db_list(&cx, sql_streams_ended_sessions(asked->ids.data, host->site->session_idle), &ended_shape,
                     &asked->ended)
        != WALL_OK) {
        asked->ended = NULL;
    }
    wall_db_release(&cx);
}

void *hub_sessions_main(void *baton)
{
    hub_t *hub = baton;

    pthread_mutex_lock(&hub->mutex);
    while (hub->stopping < 2) {
        const apr_uint64_t one = 1;
        hub_round_t *round = hub->round_out;

        if (!round) {
            pthread_cond_wait(&hub->round_ready, &hub->mutex);
            continue;
        }
        hub->round_out = NULL;
        pthread_mutex_unlock(&hub->mutex);
        for (hub_round_site_t *asked = round->sites; asked; asked = asked->next) {
            check(round->pool, asked);
        }
        pthread_mutex_lock(&hub->mutex);
        hub->round_in = round;
        if (write(hub->wake_fd, &one, sizeof(one)) < 0) {
            continue; /* it is awake */
        }
    }
    pthread_mutex_unlock(&hub->mutex);
    return NULL;
}
