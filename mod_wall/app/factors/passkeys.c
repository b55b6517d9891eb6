/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>
#include <string.h>

#include "app/factors/factors_actions.h"
#include "app/mail/mail.h"
#include "core/crypto.h"
#include "core/providers.h"
#include "core/site.h"
#include "core/webauthn.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define TIMEOUT_MS 300000 /* as long as a challenge is good for */

static const wall_field_t passkey_row_fields[] = {
    WALL_I64(factors_passkey_t, passkey_id), WALL_STR(factors_passkey_t, display_name),
    WALL_TIME(factors_passkey_t, created_at), WALL_TIME(factors_passkey_t, last_used_at),
    WALL_FIELDS_END
};
static const wall_shape_t passkey_row_shape =
    WALL_SHAPE_OF("PasskeyRow", factors_passkey_t, passkey_row_fields);

typedef struct known_t {
    factors_passkey_t passkey;
    const char *credential_id;
    const char *transports; /* separated by commas */
} known_t;

#define OF_PASSKEY(member) offsetof(known_t, passkey.member)
static const wall_field_t known_fields[] = {
    { .name = "passkey_id", .type = WALL_T_I64, .offset = OF_PASSKEY(passkey_id) },
    { .name = "display_name", .type = WALL_T_STR, .offset = OF_PASSKEY(display_name) },
    { .name = "created_at", .type = WALL_T_TIME, .offset = OF_PASSKEY(created_at) },
    { .name = "last_used_at", .type = WALL_T_TIME, .offset = OF_PASSKEY(last_used_at) },
    WALL_STR(known_t, credential_id),
    WALL_STR(known_t, transports),
    WALL_FIELDS_END
};
static const wall_shape_t known_shape = WALL_SHAPE_OF("KnownPasskey", known_t, known_fields);

/* ---- what authenticators are asked ---- */

/** The site's host without its port: the scope of its passkeys (5.1.2 of the specification). */
static wall_webauthn_site_t site_of(wall_cx_t *cx)
{
    const char *host = strstr(cx->site->origin, "://") + 3;

    return (wall_webauthn_site_t){
        .rp_id = apr_pstrndup(cx->pool, host, strcspn(host, ":")), .origin = cx->site->origin
    };
}

static apr_array_header_t *split(apr_pool_t *pool, const char *list)
{
    apr_array_header_t *out = apr_array_make(pool, 4, sizeof(const char *));

    while (*list != '\0') {
        size_t len = strcspn(list, ",");

        APR_ARRAY_PUSH(out, const char *) = apr_pstrndup(pool, list, len);
        list += len + (list[len] == ',');
    }
    return out;
}

static wall_rc_t credentials_of(wall_cx_t *cx, apr_int64_t user_id, apr_array_header_t **out)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_list(cx, sql_passkeys_of(user_id), &known_shape, &rows);

    if (rc != WALL_OK)
        return rc;
    *out = apr_array_make(cx->pool, rows->nelts, sizeof(factors_credential_t));
    for (int i = 0; i < rows->nelts; i++) {
        const known_t *row = &APR_ARRAY_IDX(rows, i, known_t);

        APR_ARRAY_PUSH(*out, factors_credential_t) = (factors_credential_t){
            .credential_id = row->credential_id, .transports = split(cx->pool, row->transports)
        };
    }
    return WALL_OK;
}

wall_rc_t factors_passkey_challenge(wall_cx_t *cx, const factors_challenge_in_t *in,
                                    factors_request_t *out)
{
    const char *purpose = FACTORS_FOR_SIGN_IN, *token = in->token, *handle;
    apr_int64_t user_id = 0;
    factors_sign_in_t sign_in = { 0 };
    wall_rc_t rc = WALL_OK;

    if (in->purpose == FACTORS_SECOND_FACTOR) {
        token = token != NULL ? token : wall_cx_cookie(cx, "second");
        if (token == NULL)
            return wall_fail(cx, WALL_E_SIGN_IN_OVER, NULL, WALL_NO_WHY);
        rc = factors_waiting(cx, token, &sign_in);
        user_id = sign_in.user_id;
        purpose = factors_for_second(cx, token);
    } else if (in->purpose == FACTORS_CONFIRM) {
        if (cx->viewer.session_id == 0)
            return wall_fail(cx, WALL_E_UNAUTHENTICATED, NULL, WALL_NO_WHY);
        user_id = cx->viewer.user_id;
        purpose = factors_for_confirm(cx);
    }
    if (rc == WALL_OK && user_id != 0)
        rc = credentials_of(cx, user_id, &out->allow);
    out->challenge = factors_challenge(cx, purpose, &handle);
    out->rp_id = site_of(cx).rp_id;
    out->timeout_ms = TIMEOUT_MS;
    return rc;
}

static void ask(wall_cx_t *cx, const char *purpose, factors_create_t *out)
{
    out->challenge = factors_challenge(cx, purpose, &out->user_handle);
    out->rp_id = out->rp_name = site_of(cx).rp_id;
    out->timeout_ms = TIMEOUT_MS;
    out->parameters = apr_array_make(cx->pool, 4, sizeof(factors_parameter_t));
    for (const int *algorithm = wall_webauthn_algorithms; *algorithm != 0; algorithm++)
        APR_ARRAY_PUSH(out->parameters, factors_parameter_t) =
            (factors_parameter_t){ *algorithm };
}

/* Whether the name is free is not said here: registering says so to whoever has the rest as well. */
wall_rc_t factors_passkey_newcomer(wall_cx_t *cx, const factors_newcomer_t *in, factors_create_t *out)
{
    ask(cx, FACTORS_FOR_SIGN_UP, out);
    out->user_name = in->username;
    out->user_display_name = in->display_name != NULL ? in->display_name : in->username;
    return WALL_OK;
}

typedef struct person_t {
    const char *username;
    const char *display_name;
    const char *passkey_handle;
} person_t;

static const wall_field_t person_fields[] = { WALL_STR(person_t, username),
                                              WALL_STR(person_t, display_name),
                                              WALL_STR(person_t, passkey_handle), WALL_FIELDS_END };
static const wall_shape_t person_shape = WALL_SHAPE_OF("PasskeyPerson", person_t, person_fields);

wall_rc_t factors_passkey_begin(wall_cx_t *cx, const void *in, factors_create_t *out)
{
    person_t person;
    wall_rc_t rc;

    ask(cx, factors_for_create(cx), out);
    /* The first time; once it is there it stays, so that authenticators see one account. */
    rc = wall_db_exec(cx, sql_passkeys_set_handle(out->user_handle, cx->viewer.user_id), NULL);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_passkeys_person(cx->viewer.user_id), &person_shape, &person);
    if (rc != WALL_OK)
        return rc;
    out->user_handle = person.passkey_handle;
    out->user_name = person.username;
    out->user_display_name = person.display_name;
    return credentials_of(cx, cx->viewer.user_id, &out->exclude);
}

/* ---- what they answer ---- */

static int decode(wall_cx_t *cx, const char *text, wall_bytes_t *out)
{
    return wall_base64url_decode(cx->pool, text, strlen(text), out);
}

typedef struct stored_t {
    apr_int64_t passkey_id;
    apr_int64_t user_id;
    const char *public_key;
    apr_int64_t algorithm;
    apr_int64_t sign_count;
    const char *passkey_handle;
} stored_t;

static const wall_field_t stored_fields[] = {
    WALL_I64(stored_t, passkey_id), WALL_I64(stored_t, user_id),
    WALL_STR(stored_t, public_key), WALL_I64(stored_t, algorithm),
    WALL_I64(stored_t, sign_count), WALL_STR(stored_t, passkey_handle),
    WALL_FIELDS_END
};
static const wall_shape_t stored_shape = WALL_SHAPE_OF("StoredPasskey", stored_t, stored_fields);

/* Nobody knows a credential's id but who has it, so that this tells nobody else anything. */
static wall_rc_t unknown(wall_cx_t *cx, const char *hash)
{
    apr_int64_t registration_id;
    wall_rc_t rc = wall_db_number(cx, sql_passkeys_promised(hash), &registration_id);

    if (rc == WALL_OK)
        return wall_fail(cx, WALL_E_EMAIL_UNCONFIRMED, NULL, WALL_NO_WHY);
    return rc == WALL_E_NOT_FOUND ? factors_passkey_refused(cx, "an unknown credential") : rc;
}

static wall_rc_t find(wall_cx_t *cx, apr_int64_t expected, const factors_assertion_t *in,
                      stored_t *out)
{
    const char *hash;
    wall_bytes_t id;
    wall_rc_t rc;

    if (!decode(cx, in->credential_id, &id))
        return factors_passkey_refused(cx, "a credential id that is no base64url");
    hash = wall_sha256_hex(cx->pool, id);
    rc = wall_db_one(cx, sql_passkeys_by_credential(hash), &stored_shape, out);
    if (rc == WALL_E_NOT_FOUND)
        return expected == 0 ? unknown(cx, hash) : factors_passkey_refused(cx, "an unknown credential");
    if (rc != WALL_OK)
        return rc;
    if (expected != 0 && out->user_id != expected)
        return factors_passkey_refused(cx, "somebody else's credential");
    /* 7.2, 6: who said no name before says it now; else it must not be another's. */
    if (expected == 0 && (in->user_handle == NULL || *in->user_handle == '\0'))
        return factors_passkey_refused(cx, "no handle of an account");
    if (in->user_handle != NULL && *in->user_handle != '\0' &&
        (out->passkey_handle == NULL || strcmp(in->user_handle, out->passkey_handle) != 0))
        return factors_passkey_refused(cx, "another account's handle");
    return WALL_OK;
}

/* Two with the same count mean that there are two authenticators: somebody copied the key. */
static wall_rc_t count_up(wall_cx_t *cx, const stored_t *stored, apr_int64_t sign_count)
{
    apr_int64_t changed, there;
    wall_rc_t rc =
        wall_db_exec(cx, sql_passkeys_used(sign_count, stored->passkey_id), &changed);

    if (rc != WALL_OK || changed == 1)
        return rc;
    rc = wall_db_number(cx, sql_passkeys_still_there(stored->passkey_id), &there);
    if (rc == WALL_E_NOT_FOUND)
        return factors_passkey_refused(cx, "it was removed meanwhile");
    if (rc != WALL_OK)
        return rc;
    wall_cx_log(cx, WALL_LOG_WARN,
                WALLNO(00553) "passkey %" APR_INT64_T_FMT " counts %" APR_INT64_T_FMT
                              " after %" APR_INT64_T_FMT ": it may have been copied",
                stored->passkey_id, sign_count, stored->sign_count);
    return factors_passkey_refused(cx, "a counter that went back");
}

wall_rc_t factors_use_passkey(wall_cx_t *cx, const char *purpose, apr_int64_t expected,
                              const factors_assertion_t *in, apr_int64_t *user_id)
{
    const wall_webauthn_site_t site = site_of(cx);
    wall_webauthn_credential_t credential = { 0 };
    wall_bytes_t client_data, data, signature;
    const char *challenge = NULL, *handle, *why;
    apr_int64_t sign_count = 0;
    stored_t stored;
    wall_rc_t rc;

    if (!decode(cx, in->client_data, &client_data) || !decode(cx, in->authenticator_data, &data) ||
        !decode(cx, in->signature, &signature))
        return factors_passkey_refused(cx, "no base64url");
    why = wall_webauthn_client(cx, &site, "webauthn.get", client_data, &challenge);
    if (why != NULL)
        return factors_passkey_refused(cx, why);
    rc = find(cx, expected, in, &stored);
    if (rc != WALL_OK)
        return rc;
    credential.algorithm = (int)stored.algorithm;
    if (!decode(cx, stored.public_key, &credential.public_key))
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00554) "passkey %" APR_INT64_T_FMT
                             " has no readable key", stored.passkey_id);
    why = wall_webauthn_check(&site, &credential, client_data, data, signature, &sign_count);
    if (why != NULL)
        return factors_passkey_refused(cx, why);
    rc = factors_challenge_take(cx, purpose, challenge, &handle);
    if (rc == WALL_OK)
        rc = count_up(cx, &stored, sign_count);
    *user_id = stored.user_id;
    return rc;
}

wall_rc_t factors_passkey_user(wall_cx_t *cx, const factors_assertion_t *in, apr_int64_t *user_id)
{
    return factors_use_passkey(cx, FACTORS_FOR_SIGN_IN, 0, in, user_id);
}

/* ---- adding ---- */

static const char *join(wall_cx_t *cx, const apr_array_header_t *transports)
{
    static const char *const known[] = { "usb", "nfc", "ble", "smart-card", "hybrid", "internal",
                                         NULL };
    const char *out = "";

    for (int i = 0; transports != NULL && i < transports->nelts; i++) {
        const char *one = APR_ARRAY_IDX(transports, i, const char *);

        /* 5.8.4: what is not known is left out. */
        if (wall_enum_index(known, one) >= 0 && strstr(out, one) == NULL)
            out = apr_pstrcat(cx->pool, out, *out != '\0' ? "," : "", one, NULL);
    }
    return out;
}

/* A credential that was made for the site and may be kept, as its columns have it. */
typedef struct made_t {
    const char *hash, *id, *public_key, *transports, *name;
    int algorithm;
    apr_int64_t sign_count;
    const char *handle; /* random part of its challenge */
} made_t;

static wall_rc_t check_made(wall_cx_t *cx, const char *purpose, const factors_creation_t *in, made_t *out)
{
    const wall_webauthn_site_t site = site_of(cx);
    wall_webauthn_credential_t credential;
    wall_bytes_t client_data, data;
    const char *challenge = NULL, *why;

    if (!decode(cx, in->client_data, &client_data) || !decode(cx, in->authenticator_data, &data))
        return factors_passkey_refused(cx, "no base64url");
    why = wall_webauthn_client(cx, &site, "webauthn.create", client_data, &challenge);
    if (why == NULL)
        why = wall_webauthn_new(cx->pool, &site, (int)in->algorithm, data, &credential);
    if (why != NULL)
        return factors_passkey_refused(cx, why);
    *out = (made_t){ .hash = wall_sha256_hex(cx->pool, credential.id),
                     .id = wall_base64url(cx->pool, credential.id),
                     .public_key = wall_base64url(cx->pool, credential.public_key),
                     .algorithm = credential.algorithm,
                     .sign_count = credential.sign_count,
                     .transports = join(cx, in->transports),
                     .name = in->display_name != NULL ? in->display_name : "Passkey" };
    return factors_challenge_take(cx, purpose, challenge, &out->handle);
}

static wall_rc_t known(wall_cx_t *cx)
{
    return wall_fail(cx, WALL_E_DUPLICATE, NULL, WALL_WHY(PASSKEY_KNOWN));
}

static wall_rc_t add(wall_cx_t *cx, apr_int64_t user_id, const char *purpose,
                     const factors_creation_t *in, made_t *made, apr_int64_t *passkey_id)
{
    wall_rc_t rc = check_made(cx, purpose, in, made);

    if (rc == WALL_OK)
        rc = wall_db_insert(cx,
                            sql_passkeys_add(user_id, made->hash, made->id, made->public_key,
                                             made->algorithm, made->sign_count, made->transports,
                                             made->name),
                            passkey_id);
    return rc == WALL_E_DUPLICATE ? known(cx) : rc;
}

wall_rc_t factors_passkey_first(wall_cx_t *cx, apr_int64_t user_id, const factors_creation_t *in)
{
    apr_int64_t passkey_id;
    made_t made;
    wall_rc_t rc = add(cx, user_id, FACTORS_FOR_SIGN_UP, in, &made, &passkey_id);

    return rc == WALL_OK ? wall_db_exec(cx, sql_passkeys_set_handle(made.handle, user_id), NULL) : rc;
}

wall_rc_t factors_passkey_promise(wall_cx_t *cx, apr_int64_t registration_id, const factors_creation_t *in)
{
    stored_t other;
    made_t made;
    wall_rc_t rc = check_made(cx, FACTORS_FOR_SIGN_UP, in, &made);

    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_passkeys_by_credential(made.hash), &stored_shape, &other);
    if (rc != WALL_E_NOT_FOUND)
        return rc == WALL_OK ? known(cx) : rc;
    return wall_db_exec(cx,
                        sql_passkeys_promise(registration_id, made.hash, made.id, made.public_key,
                                             made.algorithm, made.sign_count, made.transports,
                                             made.name, made.handle),
                        NULL);
}

wall_rc_t factors_passkey_keep_promise(wall_cx_t *cx, apr_int64_t registration_id, apr_int64_t user_id,
                                       apr_int64_t *kept)
{
    wall_rc_t rc = wall_db_exec(cx, sql_passkeys_keep_promise(user_id, registration_id), kept);

    if (rc == WALL_E_DUPLICATE)
        return known(cx);
    return rc == WALL_OK && *kept > 0
               ? wall_db_exec(cx, sql_passkeys_keep_handle(registration_id, user_id), NULL)
               : rc;
}

wall_rc_t factors_tell(wall_cx_t *cx, int added, const char *what)
{
    return mail_queue(cx, &(mail_t){ .kind = added ? MAIL_FACTOR_ADDED : MAIL_FACTOR_REMOVED,
                                     .user_id = cx->viewer.user_id,
                                     .values = (const char *const[]){ "what", what, NULL },
                                     .link = "/settings/sign-in" });
}

typedef struct adding_t {
    const factors_creation_t *in;
    factors_passkey_t *out;
} adding_t;

static wall_rc_t add_work(wall_cx_t *cx, void *baton)
{
    const adding_t *adding = baton;
    apr_int64_t user_id = cx->viewer.user_id, locked, passkey_id = 0;
    made_t made;
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(user_id), &locked);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_passkeys_of(user_id), &known_shape, &rows);
    if (rc == WALL_OK && rows->nelts >= FACTORS_PASSKEYS_MAX)
        return wall_fail(cx, WALL_E_CONFLICT, NULL, WALL_WHY(PASSKEYS_MANY));
    if (rc == WALL_OK)
        rc = add(cx, user_id, factors_for_create(cx), adding->in, &made, &passkey_id);
    if (rc == WALL_OK)
        rc = wall_db_one(cx, sql_passkeys_get(user_id, passkey_id), &passkey_row_shape, adding->out);
    return rc == WALL_OK ? factors_tell(cx, 1, adding->out->display_name) : rc;
}

wall_rc_t factors_passkey_add(wall_cx_t *cx, const factors_creation_t *in, factors_passkey_t *out)
{
    adding_t adding = { in, out };

    return wall_db_tx(cx, add_work, &adding);
}

/* ---- keeping ---- */

wall_rc_t factors_get(wall_cx_t *cx, const void *in, factors_state_t *out)
{
    apr_array_header_t *rows;
    wall_rc_t rc = wall_db_one(cx, sql_factors_state(cx->viewer.user_id), &factors_row_shape, out);

    if (rc == WALL_OK)
        rc = wall_db_list(cx, sql_passkeys_of(cx->viewer.user_id), &known_shape, &rows);
    if (rc != WALL_OK)
        return rc;
    out->passkeys = apr_array_make(cx->pool, rows->nelts, sizeof(factors_passkey_t));
    for (int i = 0; i < rows->nelts; i++)
        APR_ARRAY_PUSH(out->passkeys, factors_passkey_t) = APR_ARRAY_IDX(rows, i, known_t).passkey;
    return WALL_OK;
}

static wall_rc_t get(wall_cx_t *cx, apr_int64_t passkey_id, factors_passkey_t *out)
{
    wall_rc_t rc = wall_db_one(cx, sql_passkeys_get(cx->viewer.user_id, passkey_id), &passkey_row_shape,
                               out);

    return rc == WALL_E_NOT_FOUND ? wall_fail(cx, rc, NULL, WALL_NO_WHY) : rc;
}

wall_rc_t factors_passkey_rename(wall_cx_t *cx, const factors_rename_t *in, factors_passkey_t *out)
{
    wall_rc_t rc = wall_db_exec(
        cx, sql_passkeys_rename(in->display_name, cx->viewer.user_id, in->passkey_id), NULL);

    return rc == WALL_OK ? get(cx, in->passkey_id, out) : rc;
}

/* The row of the user is locked first: of two who take the last two ways in, one sees what is left. */
static wall_rc_t remove_work(wall_cx_t *cx, void *baton)
{
    const factors_which_t *in = baton;
    apr_int64_t user_id = cx->viewer.user_id, locked, ways;
    factors_passkey_t passkey;
    wall_rc_t rc = wall_db_number(cx, sql_users_lock(user_id), &locked);

    if (rc == WALL_OK)
        rc = get(cx, in->passkey_id, &passkey);
    if (rc == WALL_OK)
        rc = wall_db_exec(cx, sql_passkeys_remove(user_id, in->passkey_id), NULL);
    if (rc == WALL_OK)
        rc = wall_db_number(cx,
                            sql_factors_ways_in(user_id, wall_provider_names(cx->pool, cx->site)),
                            &ways);
    if (rc == WALL_OK && ways == 0)
        return wall_fail(cx, WALL_E_LAST_WAY_IN, NULL, WALL_NO_WHY);
    return rc == WALL_OK ? factors_tell(cx, 0, passkey.display_name) : rc;
}

wall_rc_t factors_passkey_remove(wall_cx_t *cx, const factors_which_t *in, void *out)
{
    return wall_db_tx(cx, remove_work, (void *)in);
}
