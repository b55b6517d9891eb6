/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_JWT_H
#define WALL_CORE_JWT_H

/**
 * @file jwt.h
 * ID tokens of OpenID Connect (OIDC Core 1.0, 3.1.3.7): signature by libcjose, which nobody else
 * includes, claims by hand. Pure functions of bytes: whoever calls has fetched the keys.
 */
#include <apr_pools.h>
#include <apr_time.h>

#include "core/buf.h"

struct json_object;

/* X(symbol, what the log says of it) */
#define WALL_JWT_FAULTS(X)                                                                         \
    X(MALFORMED, "is not a signed JWT")                                                            \
    X(ALGORITHM, "is signed by a method that is not RS256, PS256 or ES256")                        \
    X(UNKNOWN_KEY, "names a key its issuer does not publish")                                      \
    X(WEAK_KEY, "is signed by a key that is too short or of another kind")                         \
    X(SIGNATURE, "is not signed by its issuer")                                                    \
    X(ISSUER, "is of another issuer")                                                              \
    X(AUDIENCE, "is for another site")                                                             \
    X(EXPIRED, "has expired")                                                                      \
    X(FUTURE, "is not valid yet")                                                                  \
    X(OLD, "was issued too long ago")                                                              \
    X(STALE, "is of somebody who signed in there too long ago")                                    \
    X(NONCE, "belongs to another sign-in")                                                         \
    X(AT_HASH, "belongs to another access token")                                                  \
    X(SUBJECT, "does not say about whom it is")

typedef enum wall_jwt_fault_t {
    WALL_JWT_OK,
#define X(sym, text) WALL_JWT_##sym,
    WALL_JWT_FAULTS(X)
#undef X
} wall_jwt_fault_t;

/** What a token has to say to be believed. */
typedef struct wall_jwt_rules_t {
    const char *issuer;       /* `iss`, exactly */
    const char *issuer_also;  /* another spelling of it, or NULL */
    const char *audience;     /* our client id: in `aud`, and `azp` when there is one or several */
    const char *nonce;
    const char *access_token; /* compared with `at_hash` when the token has one; NULL = not at all */
    apr_time_t now;
    int skew;                 /* seconds the two clocks may differ */
    int age;                  /* seconds since `iat` at most */
    int signed_in;            /* seconds since `auth_time` at most, when it says; 0 = any */
} wall_jwt_rules_t;

/**
 * Checks @a token against the keys of its issuer, a JWK set (RFC 7517 5).
 * @param claims the payload, owned by @a pool; NULL unless all is well
 * @param subject `sub`, 1 to 255 bytes without controls
 */
wall_jwt_fault_t wall_jwt_check(apr_pool_t *pool, const char *token, wall_bytes_t jwks,
                                const wall_jwt_rules_t *rules, struct json_object **claims,
                                const char **subject);

/** A sentence's end for the log: "the ID token …". */
const char *wall_jwt_fault_text(wall_jwt_fault_t fault);

#endif
