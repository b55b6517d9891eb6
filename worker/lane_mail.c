/* SPDX-License-Identifier: Apache-2.0 */
/* The lane that sends mails, one after the other. */
#include <apr_strings.h>

#include "app/accounts/accounts.h"
#include "app/mail/mail.h"
#include "app/mail/mail_jobs.h"
#include "io/catalogues.h"
#include "io/redis.h"
#include "worker/worker.h"

#define WAIT_MS       1000
#define PAUSE         apr_time_from_msec(500)
#define EVERY_RECLAIM apr_time_from_sec(5)
#define EVERY_SWEEP   apr_time_from_sec(600)

/** What a pass may find to do besides sending. */
static wall_rc_t keep_house(wall_cx_t *cx, apr_time_t *reclaim_at, apr_time_t *sweep_at)
{
    wall_rc_t rc = WALL_OK;

    if (cx->now >= *reclaim_at) {
        *reclaim_at = cx->now + EVERY_RECLAIM;
        rc = mail_reclaim(cx);
    }
    if (rc == WALL_OK && cx->now >= *sweep_at) {
        *sweep_at = cx->now + EVERY_SWEEP;
        rc = mail_sweep(cx);
        if (rc == WALL_OK)
            rc = accounts_sweep(cx);
    }
    return rc;
}

int lane_mail_run(const lane_t *lane)
{
    wall_messages_t *messages = wall_messages_new(lane->pool);
    const char *why = wall_catalogues_read(
        lane->pool, apr_pstrcat(lane->pool, lane->site->client_root, "/locales", NULL), messages);
    apr_time_t reclaim_at = 0, sweep_at = apr_time_now() + EVERY_RECLAIM;

    if (why != NULL) {
        wall_log(lane->logger, WALL_LOG_ERR, WALLNO(00760) "no texts for mails: %s", why);
        return 1;
    }
    while (!lane_stopping()) {
        wall_cx_t *cx = lane_cx(lane);
        int answered = 0, sent = 0;
        wall_rc_t rc;

        cx->messages = messages;
        rc = keep_house(cx, &reclaim_at, &sweep_at);
        if (rc == WALL_OK && mail_enabled(cx))
            rc = accounts_answer_request(cx, &answered);
        if (rc == WALL_OK && mail_enabled(cx))
            rc = mail_send_next(cx, &sent);
        wall_db_release(cx);
        if (rc != WALL_OK)
            apr_sleep(PAUSE); /* the database is away; logged there */
        else if (!sent && !answered)
            wall_redis_wait(cx, MAIL_BELL, WAIT_MS);
        apr_pool_destroy(cx->pool);
    }
    return 0;
}
