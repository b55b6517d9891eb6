/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <string.h>

#include "app/factors/factors_actions.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define RANDOM_BYTES 16
#define RANDOM_LEN   22 /* of them in base64url */
#define MINUTES      5
#define CHALLENGE_MAX 200 /* characters, of what a client sends back */

const char *factors_for_second(wall_cx_t *cx, const char *token)
{
    return apr_pstrcat(cx->pool, "second:", wall_sha256_hex(cx->pool, wall_bytes_of(token)), NULL);
}

const char *factors_for_confirm(wall_cx_t *cx)
{
    return apr_psprintf(cx->pool, "confirm:%" APR_INT64_T_FMT, cx->viewer.session_id);
}

const char *factors_for_create(wall_cx_t *cx)
{
    return apr_psprintf(cx->pool, "create:%" APR_INT64_T_FMT, cx->viewer.user_id);
}

static const char *mac_of(wall_cx_t *cx, const char *purpose, const char *head)
{
    return wall_mac_hex(cx->pool, cx->site->secret, "passkey challenge",
                        wall_bytes_of(apr_pstrcat(cx->pool, purpose, "|", head, NULL)));
}

const char *factors_challenge(wall_cx_t *cx, const char *purpose, const char **handle)
{
    const char *head;

    *handle = wall_random_token(cx->pool, RANDOM_BYTES);
    head = apr_psprintf(cx->pool, "%s.%" APR_INT64_T_FMT, *handle,
                        apr_time_sec(cx->now) + MINUTES * 60);
    return wall_base64url(cx->pool, wall_bytes_of(apr_pstrcat(cx->pool, head, ".",
                                                         mac_of(cx, purpose, head), NULL)));
}

/* "random.end.mac", or NULL when it was not made here for this purpose, or is too old. */
static const char *judge(wall_cx_t *cx, const char *purpose, const char *challenge)
{
    wall_bytes_t text;
    char *mac;

    if (strlen(challenge) > CHALLENGE_MAX ||
        !wall_base64url_decode(cx->pool, challenge, strlen(challenge), &text) ||
        strlen(text.data) != text.len || text.len < RANDOM_LEN + 2)
        return NULL;
    mac = strrchr(text.data, '.');
    if (mac == NULL)
        return NULL;
    *mac++ = '\0';
    if (!wall_equal_secret(mac, mac_of(cx, purpose, text.data)))
        return NULL;
    /* Its shape is ours from here on. */
    return apr_atoi64(text.data + RANDOM_LEN + 1) >= apr_time_sec(cx->now) ? text.data : NULL;
}

wall_rc_t factors_challenge_take(wall_cx_t *cx, const char *purpose, const char *challenge,
                                 const char **handle)
{
    const char *text = judge(cx, purpose, challenge);
    wall_rc_t rc;

    if (text == NULL)
        return factors_passkey_refused(cx, "a challenge that was not asked, or too long ago");
    rc = wall_db_exec(cx,
                      sql_passkey_challenge_take(wall_sha256_hex(cx->pool, wall_bytes_of(text)),
                                                 2 * MINUTES), /* the two clocks may differ */
                      NULL);
    if (rc == WALL_E_DUPLICATE)
        return factors_passkey_refused(cx, "a challenge that was answered before");
    *handle = apr_pstrndup(cx->pool, text, RANDOM_LEN);
    return rc;
}

wall_rc_t factors_passkey_refused(wall_cx_t *cx, const char *why)
{
    wall_cx_log(cx, WALL_LOG_INFO, WALLNO(00552) "passkey refused: %s [%s]", why, cx->request_id);
    return wall_fail(cx, WALL_E_BAD_CREDENTIALS, "passkey", WALL_WHY(PASSKEY_REFUSED));
}
