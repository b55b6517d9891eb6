/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/idempotency.h"

#include <apr_lib.h>
#include <string.h>

#include "core/crypto.h"
#include "httpd/perform.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define KEY_MAX 100 /* idempotency_keys.idempotency_key */
#define TRIES   3   /* housekeeping may forget an old key between a claim and a look */

/** A row of idempotency_keys. */
typedef struct stored_t {
    const char *route;
    const char *request_digest;
    apr_int64_t status;
    const char *body;
} stored_t;

static const wall_field_t stored_fields[] = {
    WALL_STR(stored_t, route),
    WALL_STR(stored_t, request_digest),
    WALL_I64(stored_t, status),
    WALL_STR(stored_t, body),
    WALL_FIELDS_END
};
static const wall_shape_t stored_shape = WALL_SHAPE_OF("StoredAnswer", stored_t, stored_fields);

/** A claim in work. */
typedef struct claim_t {
    wall_exchange_t *x;
    const char *owner;
    const char *key;
    const char *digest; /* of address and body */
    int vanished;       /* it was taken, and then it was not there */
} claim_t;

static int is_key(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (!apr_isgraph(text[i])) {
            return 0;
        }
    }
    return len > 0 && len <= KEY_MAX;
}

static const char *fingerprint(const wall_exchange_t *x)
{
    wall_buf_t buf;

    wall_buf_init(&buf, x->cx->pool, x->body.len + 256);
    wall_buf_str(&buf, x->path);
    wall_buf_char(&buf, '?');
    wall_buf_str(&buf, x->r->args ? x->r->args : "");
    wall_buf_char(&buf, '\n');
    wall_buf_add(&buf, x->body.data, x->body.len);
    return wall_digest_hex(x->cx->pool, (wall_bytes_t){ buf.data, buf.len });
}

/** Answers with what was stored under the key. */
static wall_rc_t replay(claim_t *claim)
{
    wall_exchange_t *x = claim->x;
    stored_t stored;
    wall_rc_t rc = wall_db_one(x->cx, sql_idempotency_get(claim->owner, claim->key), &stored_shape,
                               &stored);

    claim->vanished = rc == WALL_E_NOT_FOUND;
    if (rc != WALL_OK) {
        return rc;
    }
    if (strcmp(stored.route, x->route->id) || strcmp(stored.request_digest, claim->digest)) {
        return WALL_E_IDEMPOTENCY_MISMATCH;
    }
    if (stored.status == 0) {
        return WALL_OK; /* claimed by an outbound route that has not ended: does it again beside it */
    }
    x->status = (int)stored.status;
    x->answer = (wall_bytes_t){ stored.body, strlen(stored.body) };
    x->replayed = 1;
    return WALL_OK;
}

static wall_rc_t claim_and_perform(wall_cx_t *cx, void *baton)
{
    claim_t *claim = baton;
    wall_exchange_t *x = claim->x;
    wall_rc_t rc = wall_db_exec(cx,
                                sql_idempotency_claim(claim->owner, claim->key, x->route->id,
                                                      claim->digest),
                                NULL);

    if (rc == WALL_E_DUPLICATE) {
        wall_fail_clear(cx);
        return replay(claim);
    }
    if (rc == WALL_OK) {
        rc = wall_perform(x);
    }
    if (rc == WALL_OK) {
        rc = wall_db_exec(cx,
                          sql_idempotency_store(x->status, x->answer.data, claim->owner, claim->key),
                          NULL);
    }
    return rc;
}

/* ---- routes that call others while they run ---- */

static wall_rc_t claim_alone(wall_cx_t *cx, void *baton)
{
    claim_t *claim = baton;
    wall_rc_t rc = wall_db_exec(cx,
                                sql_idempotency_claim(claim->owner, claim->key, claim->x->route->id,
                                                      claim->digest),
                                NULL);

    if (rc != WALL_E_DUPLICATE) {
        return rc;
    }
    wall_fail_clear(cx);
    return replay(claim);
}

/** Keeps this answer, or takes the one that another with the same key kept in the meantime: all who ask
 *  with one key get the same bytes. */
static wall_rc_t settle(wall_cx_t *cx, void *baton)
{
    claim_t *claim = baton;
    wall_exchange_t *x = claim->x;
    apr_int64_t stored = 0;
    wall_rc_t rc = wall_db_exec(cx,
                                sql_idempotency_settle(x->status, x->answer.data, claim->owner,
                                                       claim->key, claim->digest),
                                &stored);

    if (rc == WALL_OK && stored == 0) {
        rc = replay(claim);
        if (claim->vanished || rc == WALL_E_IDEMPOTENCY_MISMATCH) {
            /* Given up by one that failed, perhaps for another request: this answer stands. */
            claim->vanished = 0;
            rc = WALL_OK;
        }
    }
    return rc;
}

static wall_rc_t perform_outbound(claim_t *claim)
{
    wall_exchange_t *x = claim->x;
    wall_rc_t rc = wall_db_tx(x->cx, claim_alone, claim);

    if (rc != WALL_OK || x->replayed) {
        return rc;
    }
    x->cx->idempotency_key = claim->key;
    rc = wall_perform(x);
    if (rc == WALL_OK) {
        return wall_db_tx(x->cx, settle, claim);
    }
    /* A refusal is not kept; what the action began is found again by the key. */
    (void)wall_db_exec(x->cx, sql_idempotency_forget(claim->owner, claim->key, claim->digest),
                       NULL);
    return rc;
}

wall_rc_t wall_idempotency_key(wall_exchange_t *x)
{
    const char *key = wall_exchange_header(x, "Idempotency-Key");

    if (x->route->idempotent == WALL_KEY_NONE) {
        return WALL_OK;
    }
    if (!key) {
        return x->route->idempotent == WALL_KEY_REQUIRED ? WALL_E_IDEMPOTENCY_REQUIRED : WALL_OK;
    }
    if (!is_key(key)) {
        return wall_fail(x->cx, WALL_E_BAD_REQUEST, "Idempotency-Key",
                         WALL_WHY(KEY_MALFORMED, .n = KEY_MAX));
    }
    x->key = key;
    return WALL_OK;
}

wall_rc_t wall_idempotent(wall_exchange_t *x)
{
    claim_t claim = { .x = x, .key = x->key };

    if (!x->key) {
        return wall_perform(x);
    }
    claim.owner = wall_limit_who(x->cx);
    claim.digest = fingerprint(x);
    for (int tries = 0; tries < TRIES; tries++) {
        wall_rc_t rc;

        claim.vanished = 0;
        rc = x->route->outbound ? perform_outbound(&claim)
                                : wall_db_tx(x->cx, claim_and_perform, &claim);
        if (!claim.vanished) {
            return rc;
        }
    }
    return wall_fail_log(x->cx, WALL_E_INTERNAL,
                         WALLNO(00303) "an idempotency key can neither be claimed nor read");
}
