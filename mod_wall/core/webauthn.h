/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_WEBAUTHN_H
#define WALL_CORE_WEBAUTHN_H

/**
 * @file webauthn.h
 * Passkeys: what an authenticator says is taken apart and checked (Web Authentication Level 3, 7.1 and
 * 7.2). Pure functions of bytes. CBOR, COSE keys and signatures are libfido2's, which nobody else
 * calls; none of it talks to a device.
 *
 * Attestation is not asked for and, if sent, not looked at: which make an authenticator is does not
 * matter here, so a statement about it would prove nothing that is used. That is why registering takes
 * the authenticator data (AuthenticatorAttestationResponse.getAuthenticatorData()) and no attestation
 * object.
 */
#include <apr_pools.h>

#include "core/buf.h"
#include "core/cx.h"

#define WALL_WEBAUTHN_ID_MAX   1023 /* bytes of a credential id, 4. Terminology */
#define WALL_WEBAUTHN_DATA_MAX 4096 /* bytes of authenticator data and of client data */
#define WALL_WEBAUTHN_SIG_MAX  1024

/** Algorithms offered, in order of preference (IANA COSE): ES256, EdDSA, RS256; ends with 0. */
extern const int wall_webauthn_algorithms[];

/** What every answer of an authenticator is held against. */
typedef struct wall_webauthn_site_t {
    const char *rp_id;  /* host of the site */
    const char *origin; /* scheme://host[:port] */
} wall_webauthn_site_t;

/** Why an answer was refused; for the log, static. */
typedef const char *wall_webauthn_why_t;

/**
 * Reads clientDataJSON and checks its type, origin and that no other site frames it.
 * @param type "webauthn.create" or "webauthn.get"
 * @param challenge what it claims to answer, in cx->pool; the caller knows whether it was asked
 */
wall_webauthn_why_t wall_webauthn_client(wall_cx_t *cx, const wall_webauthn_site_t *site,
                                         const char *type, wall_bytes_t client_data,
                                         const char **challenge);

/** A credential as registered. Bytes in the pool given. */
typedef struct wall_webauthn_credential_t {
    wall_bytes_t id;
    wall_bytes_t public_key; /* in the form libfido2 takes for its algorithm */
    int algorithm;
    apr_int64_t sign_count;
} wall_webauthn_credential_t;

/** Takes a new credential out of authenticator data: right site, user present and verified. */
wall_webauthn_why_t wall_webauthn_new(apr_pool_t *pool, const wall_webauthn_site_t *site,
                                      int algorithm, wall_bytes_t authenticator_data,
                                      wall_webauthn_credential_t *out);

/**
 * Checks an assertion: signed by @a credential over these very client data, right site, user present
 * and verified.
 * @param sign_count the authenticator's counter; the caller compares it with the last one
 */
wall_webauthn_why_t wall_webauthn_check(const wall_webauthn_site_t *site,
                                        const wall_webauthn_credential_t *credential,
                                        wall_bytes_t client_data, wall_bytes_t authenticator_data,
                                        wall_bytes_t signature, apr_int64_t *sign_count);

#endif
