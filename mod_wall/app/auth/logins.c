/* SPDX-License-Identifier: Apache-2.0 */
/* The history of signing in, and devices an account has not been seen on before. */
#include "app/auth/logins.h"

#include <apr_strings.h>
#include <string.h>

#include "app/auth/agents.h"
#include "app/auth/auth.h"
#include "app/mail/mail.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/json.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "io/db.h"
#include "io/geoip.h"
#include "io/sql_statements.h"

#define AGENT_MAX     255
#define DEVICE_BYTES  32
#define DEVICE_COOKIE "device"
#define DEVICE_AGE    (400 * 24 * 3600) /* what browsers allow at most */
#define DEVICES_KEPT  50
#define SWEEP_BATCH   1000

const char *const auth_outcome_names[] = { [AUTH_SUCCEEDED] = "succeeded",
                                           [AUTH_WRONG_PASSWORD] = "wrong_password",
                                           [AUTH_WRONG_SECOND_FACTOR] = "wrong_second_factor",
                                           [AUTH_REFUSED] = "refused",
                                           NULL };

const char *auth_agent_text(wall_cx_t *cx)
{
    char *out;
    size_t used = 0;

    if (cx->user_agent == NULL)
        return NULL;
    out = apr_palloc(cx->pool, AGENT_MAX + 1);
    for (const char *in = cx->user_agent; *in != '\0';) {
        unsigned char lead = (unsigned char)*in;
        size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        int valid = strnlen(in, len) == len && wall_utf8_valid(in, len);

        if (!valid)
            len = 1;
        if (used + len > AGENT_MAX)
            break;
        if (valid)
            memcpy(out + used, in, len);
        else
            out[used] = '?';
        used += len;
        in += len;
    }
    out[used] = '\0';
    return out;
}

static wall_rc_t note(wall_cx_t *cx, apr_int64_t user_id, const char *how, auth_outcome_t outcome)
{
    return wall_db_exec(cx,
                        sql_auth_add_login(user_id != 0 ? &user_id : NULL,
                                           auth_outcome_names[outcome], how, cx->client_ip,
                                           auth_agent_text(cx)),
                        NULL);
}

void auth_note_failure(wall_cx_t *cx, apr_int64_t user_id, const char *how, auth_outcome_t outcome)
{
    wall_rc_t failed = cx->failed;

    /* Losing a line of history is no reason to answer otherwise. */
    if (note(cx, user_id, how, outcome) != WALL_OK && cx->failed != failed)
        wall_fail_clear(cx);
}

static void give_device(wall_cx_t *cx, void *baton)
{
    wall_reply_cookie(cx, DEVICE_COOKIE, baton, DEVICE_AGE);
}

/* Who does not know the device is told what can be said of it: the header itself, if nothing else. */
static const char *device_words(wall_cx_t *cx)
{
    const char *text = auth_agent_text(cx);
    auth_agent_t agent = auth_agent_read(text);

    if (agent.browser != NULL && agent.system != NULL)
        return apr_pstrcat(cx->pool, agent.browser, ", ", agent.system, NULL);
    if (agent.browser != NULL || agent.system != NULL)
        return agent.browser != NULL ? agent.browser : agent.system;
    return text != NULL && *text != '\0' ? text : "?";
}

static wall_rc_t tell(wall_cx_t *cx, apr_int64_t user_id)
{
    const char *place = wall_geo_place(cx, cx->client_ip);
    const char *from = cx->client_ip != NULL ? cx->client_ip : "?";
    mail_t mail = { .kind = MAIL_NEW_DEVICE, .user_id = user_id, .link = "/settings/devices" };
    const char *values[] = { "device", device_words(cx), "time", NULL, "address", NULL, NULL };

    /* To the minute. */
    values[3] = apr_psprintf(cx->pool, "%.16s UTC", wall_time_sql(cx->pool, cx->now));
    values[5] = place != NULL ? apr_pstrcat(cx->pool, from, " (", place, ")", NULL) : from;
    mail.values = values;
    return mail_queue(cx, &mail);
}

static const char *hash_of(wall_cx_t *cx, const char *token)
{
    return wall_sha256_hex(cx->pool, wall_bytes_of(token));
}

const char *auth_device_hash(wall_cx_t *cx)
{
    const char *token = wall_cx_cookie(cx, DEVICE_COOKIE);

    return wall_is_token(token, DEVICE_BYTES) ? hash_of(cx, token) : "";
}

/* *changed is 1 when the account has not seen the device before. */
static wall_rc_t meet_device(wall_cx_t *cx, apr_int64_t user_id, const char **hash, apr_int64_t *changed)
{
    const char *token = wall_cx_cookie(cx, DEVICE_COOKIE);
    wall_rc_t rc;

    if (!wall_is_token(token, DEVICE_BYTES))
        token = wall_random_token(cx->pool, DEVICE_BYTES);
    *hash = hash_of(cx, token);
    rc = wall_db_exec(cx, sql_auth_add_device(user_id, *hash), changed);
    if (rc == WALL_OK)
        wall_db_after_commit(cx, give_device, (void *)token);
    return rc;
}

wall_rc_t auth_know_device(wall_cx_t *cx, apr_int64_t user_id)
{
    const char *hash;
    apr_int64_t changed;

    return meet_device(cx, user_id, &hash, &changed);
}

wall_rc_t auth_note_success(wall_cx_t *cx, apr_int64_t user_id, const char *how)
{
    const char *hash;
    apr_int64_t changed = 0, surprises = 0;
    wall_rc_t rc = note(cx, user_id, how, AUTH_SUCCEEDED);

    if (rc == WALL_OK)
        rc = meet_device(cx, user_id, &hash, &changed);
    if (rc != WALL_OK)
        return rc;
    if (changed != 1)
        return WALL_OK; /* 2: it was there and was seen again */
    rc = wall_db_exec(cx, sql_auth_trim_devices(user_id, DEVICES_KEPT), NULL);
    /* Nobody needs to be told of the device they have just opened their account with. */
    if (rc == WALL_OK)
        rc = wall_db_number(cx, sql_auth_device_surprises(user_id, hash), &surprises);
    return rc == WALL_OK && surprises != 0 ? tell(cx, user_id) : rc;
}

wall_rc_t auth_sweep(wall_cx_t *cx)
{
    wall_rc_t rc = wall_db_exec(cx, sql_auth_sweep_sessions(SWEEP_BATCH), NULL);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_auth_sweep_logins(cx->site->login_days, SWEEP_BATCH), NULL);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_auth_sweep_devices(SWEEP_BATCH), NULL);
    return rc == WALL_OK ? wall_db_exec(cx, sql_auth_sweep_keys(SWEEP_BATCH), NULL) : rc;
}
