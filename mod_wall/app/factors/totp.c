/* SPDX-License-Identifier: Apache-2.0 */
#include "core/totp.h"

#include <apr_strings.h>
#include <ctype.h>
#include <string.h>

#include "app/factors/factors_actions.h"
#include "core/crypto.h"
#include "core/ids.h"
#include "core/messages.h"
#include "core/qr.h"
#include "core/site.h"
#include "io/db.h"
#include "io/limiter.h"
#include "io/sql_statements.h"

#define RECOVERY_CODES 10
#define RECOVERY_CHARS 16 /* of 5 bits: 80 bits, out of reach of guessing even with the hash at hand */
#define ROW(cx, user_id) apr_psprintf((cx)->pool, "user_totp:%" APR_INT64_T_FMT, user_id)

static const char *const recovery_letters = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford's base 32 */

/* ---- the secret ---- */

typedef struct secret_t {
    const char *secret; /* sealed */
    int confirmed;
} secret_t;

static const wall_field_t secret_fields[] = { WALL_STR(secret_t, secret),
                                              WALL_BOOL(secret_t, confirmed), WALL_FIELDS_END };
static const wall_shape_t secret_shape = WALL_SHAPE_OF("TotpSecret", secret_t, secret_fields);

static wall_rc_t load(wall_cx_t *cx, apr_int64_t user_id, secret_t *row, wall_bytes_t *secret)
{
    wall_rc_t rc = wall_db_one(cx, sql_totp_get(user_id), &secret_shape, row);

    if (rc == WALL_OK &&
        !wall_unseal(cx->pool, cx->site->secret, "totp", ROW(cx, user_id), row->secret, secret))
        return wall_fail_log(cx, WALL_E_INTERNAL,
                             WALLNO(00550) "the TOTP secret of user %" APR_INT64_T_FMT
                                           " does not open with this site's secret", user_id);
    return rc;
}

/* For the part of a URI that names something: unreserved characters (RFC 3986 2.3), the rest in %XX. */
static const char *escape(apr_pool_t *pool, const char *text)
{
    wall_buf_t out;

    wall_buf_init(&out, pool, strlen(text) * 3 + 1);
    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL)
            wall_buf_char(&out, *text);
        else
            wall_buf_fmt(&out, "%%%02X", (unsigned char)*text);
    }
    return out.data;
}

typedef struct name_t {
    const char *username;
} name_t;

static const wall_field_t name_fields[] = { WALL_STR(name_t, username), WALL_FIELDS_END };
static const wall_shape_t name_shape = WALL_SHAPE_OF("FactorName", name_t, name_fields);

/* The Key URI format of authenticator apps: issuer and account, so that several sites are told apart. */
static wall_rc_t describe(wall_cx_t *cx, wall_bytes_t secret, factors_totp_t *out)
{
    const char *host = strstr(cx->site->origin, "://") + 3, *label;
    name_t name;
    wall_rc_t rc = wall_db_one(cx, sql_factors_name(cx->viewer.user_id), &name_shape, &name);

    if (rc != WALL_OK)
        return rc;
    host = escape(cx->pool, host);
    out->secret = wall_totp_base32(cx->pool, secret);
    out->otpauth_uri =
        apr_psprintf(cx->pool, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30",
                     host, escape(cx->pool, name.username), out->secret, host);
    label = wall_text(cx, "factor.qr");
    out->qr_svg = wall_qr_svg(cx->pool, out->otpauth_uri, label);
    return out->qr_svg != NULL ? WALL_OK
                               : wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00551) "no QR code");
}

wall_rc_t factors_totp_start(wall_cx_t *cx, const void *in, factors_totp_t *out)
{
    wall_bytes_t secret = { wall_random_bytes(cx->pool, WALL_TOTP_SECRET), WALL_TOTP_SECRET };
    apr_int64_t user_id = cx->viewer.user_id, changed;
    const char *sealed =
        wall_seal(cx->pool, cx->site->secret, "totp", ROW(cx, user_id), secret);
    wall_rc_t rc = wall_db_exec(cx, sql_totp_start(user_id, sealed), &changed);

    if (rc == WALL_OK && changed == 0)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(FACTOR_ON));
    return rc == WALL_OK ? describe(cx, secret, out) : rc;
}

/* ---- recovery codes ---- */

/* Hashed with the user's id. SHA-256 suffices: they are random, not chosen, so nobody can try the
 * likely ones, which is all that a slow hash makes dearer. */
static const char *hash_of(wall_cx_t *cx, apr_int64_t user_id, const char *code)
{
    const char *text = apr_psprintf(cx->pool, "recovery:%" APR_INT64_T_FMT ":%s", user_id, code);

    return wall_sha256_hex(cx->pool, wall_bytes_of(text));
}

/* As it was printed: case, spaces and hyphens do not matter, nor do letters that look like digits. */
static const char *plain_of(wall_cx_t *cx, const char *typed)
{
    char *out = apr_pstrdup(cx->pool, typed), *to = out;

    for (; *typed != '\0'; typed++) {
        char c = (char)tolower((unsigned char)*typed);

        if (c == '-' || isspace((unsigned char)c))
            continue;
        *to++ = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
    }
    *to = '\0';
    return out;
}

static const char *new_code(wall_cx_t *cx)
{
    const unsigned char *random =
        (const unsigned char *)wall_random_bytes(cx->pool, RECOVERY_CHARS);
    wall_buf_t out;

    wall_buf_init(&out, cx->pool, RECOVERY_CHARS * 2);
    for (int i = 0; i < RECOVERY_CHARS; i++) {
        if (i > 0 && i % 4 == 0)
            wall_buf_char(&out, '-');
        wall_buf_char(&out, recovery_letters[random[i] & 31]);
    }
    return out.data;
}

static wall_rc_t renew(wall_cx_t *cx, factors_codes_t *out)
{
    apr_int64_t user_id = cx->viewer.user_id;
    wall_rc_t rc = wall_db_exec(cx, sql_recovery_codes_remove(user_id), NULL);

    out->recovery_codes = apr_array_make(cx->pool, RECOVERY_CODES, sizeof(const char *));
    for (int i = 0; i < RECOVERY_CODES && rc == WALL_OK; i++) {
        const char *code = new_code(cx);

        APR_ARRAY_PUSH(out->recovery_codes, const char *) = code;
        rc = wall_db_exec(cx, sql_recovery_codes_add(user_id, hash_of(cx, user_id, plain_of(cx, code))),
                          NULL);
    }
    return rc;
}

static wall_rc_t renew_work(wall_cx_t *cx, void *baton)
{
    secret_t row;
    apr_int64_t locked;
    wall_bytes_t secret;
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(cx->viewer.user_id), &locked);

    if (rc == WALL_OK)
        rc = load(cx, cx->viewer.user_id, &row, &secret);
    if (rc == WALL_E_NOT_FOUND || (rc == WALL_OK && !row.confirmed))
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(FACTOR_OFF));
    return rc == WALL_OK ? renew(cx, baton) : rc;
}

wall_rc_t factors_codes_renew(wall_cx_t *cx, const void *in, factors_codes_t *out)
{
    return wall_db_tx(cx, renew_work, out);
}

wall_rc_t factors_use_recovery_code(wall_cx_t *cx, apr_int64_t user_id, const char *code)
{
    apr_int64_t used;
    wall_rc_t rc = wall_db_exec(
        cx, sql_recovery_code_use(user_id, hash_of(cx, user_id, plain_of(cx, code))), &used);

    if (rc == WALL_OK && used != 1)
        return wall_fail(cx, WALL_E_BAD_CREDENTIALS, "recovery_code", WALL_WHY(RECOVERY_WRONG));
    return rc;
}

/* ---- codes of the app ---- */

static wall_rc_t wrong(wall_cx_t *cx)
{
    return wall_fail(cx, WALL_E_BAD_CREDENTIALS, "code", WALL_WHY(CODE_WRONG));
}

wall_rc_t factors_code_rate(wall_cx_t *cx, apr_int64_t user_id)
{
    wall_limit_t limit;
    wall_rc_t rc = wall_limit_take(
        cx, WALL_RATE_CODE, apr_psprintf(cx->pool, "f:%" APR_INT64_T_FMT, user_id), &limit);

    return rc == WALL_OK ? WALL_OK : wall_limit_refuse(cx, &limit, WALL_WHY(CODES_TRIED));
}

wall_rc_t factors_use_code(wall_cx_t *cx, apr_int64_t user_id, const char *code)
{
    secret_t row;
    wall_bytes_t secret;
    apr_int64_t step, used;
    wall_rc_t rc = load(cx, user_id, &row, &secret);

    if (rc == WALL_E_NOT_FOUND || (rc == WALL_OK && !row.confirmed))
        return wrong(cx);
    if (rc != WALL_OK)
        return rc;
    step = wall_totp_step(secret, cx->now, plain_of(cx, code));
    if (step == 0)
        return wrong(cx);
    rc = wall_db_exec(cx, sql_totp_use(step, user_id), &used);
    return rc == WALL_OK && used != 1 ? wrong(cx) : rc;
}

typedef struct enrolling_t {
    const char *code;
    factors_codes_t *out;
} enrolling_t;

static wall_rc_t confirm_work(wall_cx_t *cx, void *baton)
{
    const enrolling_t *enrolling = baton;
    apr_int64_t user_id = cx->viewer.user_id, step, confirmed;
    secret_t row;
    wall_bytes_t secret;
    wall_rc_t rc = load(cx, user_id, &row, &secret);

    if (rc == WALL_E_NOT_FOUND)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(FACTOR_OFF));
    if (rc == WALL_OK && row.confirmed)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(FACTOR_ON));
    if (rc != WALL_OK)
        return rc;
    step = wall_totp_step(secret, cx->now, plain_of(cx, enrolling->code));
    if (step == 0)
        return wall_fail(cx, WALL_E_VALIDATION, "code", WALL_WHY(CODE_WRONG));
    rc = wall_db_exec(cx, sql_totp_confirm(step, user_id, row.secret), &confirmed);
    if (rc == WALL_OK && confirmed != 1) /* another page began anew, or was quicker */
        return wall_fail(cx, WALL_E_VALIDATION, "code", WALL_WHY(CODE_WRONG));
    if (rc == WALL_OK)
        rc = renew(cx, enrolling->out);
    return rc == WALL_OK ? factors_tell(cx, 1, "TOTP") : rc;
}

wall_rc_t factors_totp_confirm(wall_cx_t *cx, const factors_code_in_t *in, factors_codes_t *out)
{
    enrolling_t enrolling = { in->code, out };
    wall_rc_t rc = factors_code_rate(cx, cx->viewer.user_id);

    return rc == WALL_OK ? wall_db_tx(cx, confirm_work, &enrolling) : rc;
}

static wall_rc_t remove_work(wall_cx_t *cx, void *baton)
{
    apr_int64_t removed;
    wall_rc_t rc = wall_db_exec(cx, sql_totp_remove(cx->viewer.user_id), &removed);

    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_recovery_codes_remove(cx->viewer.user_id), NULL);
    return rc == WALL_OK && removed == 1 ? factors_tell(cx, 0, "TOTP") : rc;
}

wall_rc_t factors_totp_remove(wall_cx_t *cx, const void *in, void *out)
{
    return wall_db_tx(cx, remove_work, NULL);
}
