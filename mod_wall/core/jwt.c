/* SPDX-License-Identifier: Apache-2.0 */
#include "core/jwt.h"

#include <apr_strings.h>
#include <cjose/cjose.h>
#include <string.h>

#include "core/crypto.h"
#include "core/fields.h"
#include "core/json.h"

#define TOKEN_MAX   16384
#define SUBJECT_MAX 255
#define RSA_BYTES   256 /* 2048 bits (RFC 7518 3.3) */
#define EC_BYTES    32

const char *wall_jwt_fault_text(wall_jwt_fault_t fault)
{
    switch (fault) {
#define X(sym, text)                                                                               \
    case WALL_JWT_##sym:                                                                           \
        return text;
        WALL_JWT_FAULTS(X)
#undef X
    case WALL_JWT_OK:
        break;
    }
    return "is right";
}

/* Never "none", and no method whose key is a secret: with a public key for one anybody could sign. */
static const struct {
    const char *alg, *kty;
} methods[] = { { "RS256", "RSA" }, { "PS256", "RSA" }, { "ES256", "EC" } };

static const char *text_of(json_object *object, const char *name)
{
    json_object *member;

    if (!json_object_object_get_ex(object, name, &member) ||
        !json_object_is_type(member, json_type_string))
        return NULL;
    return json_object_get_string(member);
}

/* The part of the token between dots as an object; NULL when it is none. */
static json_object *part(apr_pool_t *pool, const char *start, size_t len)
{
    wall_bytes_t bytes;
    json_object *object;

    if (!wall_base64url_decode(pool, start, len, &bytes))
        return NULL;
    object = wall_json_parse_pool(pool, bytes);
    return json_object_is_type(object, json_type_object) ? object : NULL;
}

/* ---- the key ---- */

static int suits(json_object *key, const char *alg, const char *kty)
{
    const char *own_kty = text_of(key, "kty"), *use = text_of(key, "use");
    const char *own_alg = text_of(key, "alg");

    return own_kty != NULL && strcmp(own_kty, kty) == 0 &&
           (use == NULL || strcmp(use, "sig") == 0) &&
           (own_alg == NULL || strcmp(own_alg, alg) == 0);
}

/* By its name; a token that names none is only understood when there is no choice. */
static json_object *find_key(json_object *jwks, const char *kid, const char *alg, const char *kty)
{
    json_object *keys, *found = NULL;

    if (!json_object_object_get_ex(jwks, "keys", &keys) ||
        !json_object_is_type(keys, json_type_array))
        return NULL;
    for (size_t i = 0; i < json_object_array_length(keys); i++) {
        json_object *key = json_object_array_get_idx(keys, i);
        const char *own = text_of(key, "kid");

        if (!json_object_is_type(key, json_type_object) || !suits(key, alg, kty))
            continue;
        if (kid != NULL && (own == NULL || strcmp(own, kid) != 0))
            continue;
        if (found != NULL)
            return NULL;
        found = key;
    }
    return found;
}

static int number_bytes(apr_pool_t *pool, const char *text, size_t least, size_t most)
{
    wall_bytes_t bytes;

    return text != NULL && wall_base64url_decode(pool, text, strlen(text), &bytes) &&
           bytes.len >= least && bytes.len <= most;
}

/* Only what makes a public key, so that nothing else in the set is interpreted. */
static cjose_jwk_t *import_key(apr_pool_t *pool, json_object *key, int rsa)
{
    static const char *const rsa_parts[] = { "n", "e" }, *const ec_parts[] = { "x", "y" };
    const char *const *parts = rsa ? rsa_parts : ec_parts;
    const char *first = text_of(key, parts[0]), *second = text_of(key, parts[1]);
    const char *curve = text_of(key, "crv");
    cjose_err err;
    wall_buf_t json;

    if (rsa ? !number_bytes(pool, first, RSA_BYTES, 1024) || !number_bytes(pool, second, 1, 8)
            : curve == NULL || strcmp(curve, "P-256") != 0 ||
                  !number_bytes(pool, first, EC_BYTES, EC_BYTES) ||
                  !number_bytes(pool, second, EC_BYTES, EC_BYTES))
        return NULL;
    wall_buf_init(&json, pool, 1024);
    wall_buf_str(&json, rsa ? "{\"kty\":\"RSA\",\"" : "{\"kty\":\"EC\",\"crv\":\"P-256\",\"");
    wall_buf_str(&json, parts[0]);
    wall_buf_str(&json, "\":");
    wall_json_string(&json, first);
    wall_buf_str(&json, ",\"");
    wall_buf_str(&json, parts[1]);
    wall_buf_str(&json, "\":");
    wall_json_string(&json, second);
    wall_buf_char(&json, '}');
    return cjose_jwk_import(json.data, json.len, &err);
}

/* ---- the signature ---- */

static wall_jwt_fault_t verify(apr_pool_t *pool, const char *token, wall_bytes_t jwks_bytes,
                               json_object *header)
{
    const char *alg = text_of(header, "alg"), *kty = NULL;
    json_object *ignored, *jwks, *key;
    cjose_jwk_t *jwk;
    cjose_jws_t *jws;
    cjose_err err;
    int good;

    for (size_t i = 0; alg != NULL && i < sizeof(methods) / sizeof(methods[0]); i++)
        kty = strcmp(methods[i].alg, alg) == 0 ? methods[i].kty : kty;
    if (kty == NULL)
        return WALL_JWT_ALGORITHM;
    /* An extension that must be understood (RFC 7515 4.1.11): none is. */
    if (json_object_object_get_ex(header, "crit", &ignored))
        return WALL_JWT_MALFORMED;
    jwks = wall_json_parse_pool(pool, jwks_bytes);
    key = json_object_is_type(jwks, json_type_object)
              ? find_key(jwks, text_of(header, "kid"), alg, kty)
              : NULL;
    if (key == NULL)
        return WALL_JWT_UNKNOWN_KEY;
    jwk = import_key(pool, key, strcmp(kty, "RSA") == 0);
    if (jwk == NULL)
        return WALL_JWT_WEAK_KEY;
    jws = cjose_jws_import(token, strlen(token), &err);
    good = jws != NULL && cjose_jws_verify(jws, jwk, &err);
    cjose_jws_release(jws);
    cjose_jwk_release(jwk);
    return good ? WALL_JWT_OK : WALL_JWT_SIGNATURE;
}

/* ---- the claims ---- */

static int same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int audience_is(json_object *claims, const char *us)
{
    const char *azp = text_of(claims, "azp");
    json_object *aud;
    int among = 0;

    if (!json_object_object_get_ex(claims, "aud", &aud))
        return 0;
    if (json_object_is_type(aud, json_type_string))
        return same(json_object_get_string(aud), us) && (azp == NULL || same(azp, us));
    if (!json_object_is_type(aud, json_type_array))
        return 0;
    for (size_t i = 0; i < json_object_array_length(aud); i++) {
        json_object *one = json_object_array_get_idx(aud, i);

        among |= json_object_is_type(one, json_type_string) &&
                 same(json_object_get_string(one), us);
    }
    if (json_object_array_length(aud) > 1 && azp == NULL)
        return 0; /* for whom of them was it made? */
    return among && (azp == NULL || same(azp, us));
}

/* Seconds since 1970 of claim @name; 0 when absent or out of all reason. */
static apr_int64_t instant(json_object *claims, const char *name)
{
    json_object *member;
    double value;

    if (!json_object_object_get_ex(claims, name, &member) ||
        !(json_object_is_type(member, json_type_int) ||
          json_object_is_type(member, json_type_double)))
        return 0;
    value = json_object_get_double(member);
    return value > 0 && value < 1e11 ? (apr_int64_t)value : 0;
}

static wall_jwt_fault_t check_times(json_object *claims, const wall_jwt_rules_t *rules)
{
    apr_int64_t now = apr_time_sec(rules->now);
    apr_int64_t issued = instant(claims, "iat"), expires = instant(claims, "exp");
    json_object *ignored;

    if (expires == 0 || expires + rules->skew <= now)
        return WALL_JWT_EXPIRED;
    if (issued == 0 || issued - rules->skew > now)
        return WALL_JWT_FUTURE;
    if (issued + rules->age + rules->skew < now)
        return WALL_JWT_OLD;
    if (json_object_object_get_ex(claims, "nbf", &ignored) &&
        (instant(claims, "nbf") == 0 || instant(claims, "nbf") - rules->skew > now))
        return WALL_JWT_FUTURE;
    if (rules->signed_in > 0 && json_object_object_get_ex(claims, "auth_time", &ignored) &&
        instant(claims, "auth_time") + rules->signed_in + rules->skew < now)
        return WALL_JWT_STALE;
    return WALL_JWT_OK;
}

/* OIDC Core 3.1.3.6: the left half of the hash, which is SHA-256 for each method taken here. */
static int at_hash_fits(apr_pool_t *pool, json_object *claims, const char *access_token)
{
    unsigned char hash[32];
    json_object *ignored;

    if (access_token == NULL || !json_object_object_get_ex(claims, "at_hash", &ignored))
        return 1;
    wall_sha256(hash, wall_bytes_of(access_token));
    return same(text_of(claims, "at_hash"),
                wall_base64url(pool, (wall_bytes_t){ (const char *)hash, sizeof(hash) / 2 }));
}

static int good_subject(const char *subject)
{
    size_t len = subject != NULL ? strlen(subject) : 0;

    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)subject[i] < 0x20 || subject[i] == 0x7f)
            return 0;
    }
    return len > 0 && len <= SUBJECT_MAX;
}

static wall_jwt_fault_t check_claims(apr_pool_t *pool, json_object *claims,
                                     const wall_jwt_rules_t *rules)
{
    const char *issuer = text_of(claims, "iss");
    wall_jwt_fault_t fault;

    if (!same(issuer, rules->issuer) && !same(issuer, rules->issuer_also))
        return WALL_JWT_ISSUER;
    if (!audience_is(claims, rules->audience))
        return WALL_JWT_AUDIENCE;
    fault = check_times(claims, rules);
    if (fault != WALL_JWT_OK)
        return fault;
    if (!same(text_of(claims, "nonce"), rules->nonce))
        return WALL_JWT_NONCE;
    if (!at_hash_fits(pool, claims, rules->access_token))
        return WALL_JWT_AT_HASH;
    return good_subject(text_of(claims, "sub")) ? WALL_JWT_OK : WALL_JWT_SUBJECT;
}

wall_jwt_fault_t wall_jwt_check(apr_pool_t *pool, const char *token, wall_bytes_t jwks,
                                const wall_jwt_rules_t *rules, json_object **claims,
                                const char **subject)
{
    size_t len = strlen(token);
    const char *dot = strchr(token, '.');
    const char *second = dot != NULL ? strchr(dot + 1, '.') : NULL;
    json_object *header, *payload;
    wall_bytes_t signature;
    wall_jwt_fault_t fault;

    *claims = NULL;
    *subject = NULL;
    /* cjose would take a signature with padding behind it. */
    if (len > TOKEN_MAX || second == NULL ||
        !wall_base64url_decode(pool, second + 1, strlen(second + 1), &signature))
        return WALL_JWT_MALFORMED;
    header = part(pool, token, (size_t)(dot - token));
    payload = part(pool, dot + 1, (size_t)(second - dot - 1));
    if (header == NULL || payload == NULL)
        return WALL_JWT_MALFORMED;
    fault = verify(pool, token, jwks, header);
    if (fault == WALL_JWT_OK)
        fault = check_claims(pool, payload, rules);
    if (fault == WALL_JWT_OK) {
        *claims = payload;
        *subject = text_of(payload, "sub");
    }
    return fault;
}
