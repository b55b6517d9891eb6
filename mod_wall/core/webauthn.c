/* SPDX-License-Identifier: Apache-2.0 */
#include "core/webauthn.h"

#include <apr_strings.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

#include "core/cbor.h"
#include "core/crypto.h"
#include "core/json.h"

#define USER_PRESENT  0x01 /* 6.1 Authenticator Data, flags */
#define USER_VERIFIED 0x04
#define MAY_BE_COPIED 0x08 /* backup eligible */
#define IS_COPIED     0x10 /* backed up */
#define HASH          32
#define HEAD          (HASH + 1 + 4) /* rpIdHash, flags, signCount */
#define AAGUID        16             /* of the authenticator's make; the length of the id follows */

const int wall_webauthn_algorithms[] = { COSE_ES256, COSE_EDDSA, COSE_RS256, 0 };

/* ---- client data ---- */

static const char *text_of(struct json_object *object, const char *name)
{
    struct json_object *value;
    const char *text;

    if (!json_object_object_get_ex(object, name, &value) ||
        !json_object_is_type(value, json_type_string))
        return "";
    text = json_object_get_string(value);
    /* What would end early here is nothing that a browser writes. */
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : "";
}

wall_webauthn_why_t wall_webauthn_client(wall_cx_t *cx, const wall_webauthn_site_t *site,
                                         const char *type, wall_bytes_t client_data,
                                         const char **challenge)
{
    struct json_object *tree, *framed;

    if (client_data.len == 0 || client_data.len > WALL_WEBAUTHN_DATA_MAX)
        return "client data of a wrong size";
    tree = wall_json_parse_pool(cx->pool, client_data);
    if (tree == NULL || !json_object_is_type(tree, json_type_object))
        return "client data that are no JSON object";
    if (strcmp(text_of(tree, "type"), type) != 0)
        return "client data of another type";
    if (strcmp(text_of(tree, "origin"), site->origin) != 0)
        return "another origin";
    if (json_object_object_get_ex(tree, "crossOrigin", &framed) &&
        json_object_get_boolean(framed))
        return "framed by another site";
    *challenge = text_of(tree, "challenge");
    return NULL;
}

/* ---- registering ---- */

static const unsigned char *raw(wall_bytes_t bytes)
{
    return (const unsigned char *)bytes.data;
}

static wall_webauthn_why_t check_head(const wall_webauthn_site_t *site, wall_bytes_t data)
{
    unsigned char hash[HASH];

    if (data.len < HEAD || data.len > WALL_WEBAUTHN_DATA_MAX)
        return "authenticator data of a wrong size";
    wall_sha256(hash, wall_bytes_of(site->rp_id));
    if (memcmp(hash, data.data, HASH) != 0)
        return "another site's authenticator data";
    if ((raw(data)[HASH] & (USER_PRESENT | USER_VERIFIED)) != (USER_PRESENT | USER_VERIFIED))
        return "the user was not verified";
    if ((raw(data)[HASH] & (MAY_BE_COPIED | IS_COPIED)) == IS_COPIED)
        return "a copy of what cannot be copied"; /* 6.1.3 */
    return NULL;
}

/* libfido2's reader of CBOR reserves memory for any length it is told. */
static wall_webauthn_why_t check_rest(wall_bytes_t data, size_t from)
{
    wall_bytes_t rest;

    if (data.len < from)
        return "authenticator data that end early";
    rest = (wall_bytes_t){ data.data + from, data.len - from };
    return wall_cbor_is_sound(rest) ? NULL : "authenticator data that are no CBOR";
}

/* The key follows the credential's id, and what extensions say follows the key. */
static wall_webauthn_why_t check_credential(wall_bytes_t data)
{
    if (data.len < HEAD + AAGUID + 2)
        return "authenticator data without a credential";
    return check_rest(data, HEAD + AAGUID + 2 +
                                (size_t)(raw(data)[HEAD + AAGUID] << 8 | raw(data)[HEAD + AAGUID + 1]));
}

static int is_offered(int algorithm)
{
    for (const int *one = wall_webauthn_algorithms; *one != 0; one++) {
        if (*one == algorithm)
            return 1;
    }
    return 0;
}

static wall_bytes_t copy(apr_pool_t *pool, const unsigned char *bytes, size_t len)
{
    return (wall_bytes_t){ apr_pmemdup(pool, bytes, len), len };
}

static wall_webauthn_why_t take(apr_pool_t *pool, fido_cred_t *cred, int algorithm,
                                wall_bytes_t data, wall_webauthn_credential_t *out)
{
    if (fido_cred_set_type(cred, algorithm) != FIDO_OK)
        return "an algorithm that is not offered";
    if (fido_cred_set_authdata_raw(cred, raw(data), data.len) != FIDO_OK)
        return "authenticator data that cannot be read";
    if (fido_cred_id_len(cred) == 0 || fido_cred_id_len(cred) > WALL_WEBAUTHN_ID_MAX ||
        fido_cred_pubkey_len(cred) == 0)
        return "authenticator data without a credential";
    out->id = copy(pool, fido_cred_id_ptr(cred), fido_cred_id_len(cred));
    out->public_key = copy(pool, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
    out->algorithm = algorithm;
    out->sign_count = fido_cred_sigcount(cred);
    return NULL;
}

wall_webauthn_why_t wall_webauthn_new(apr_pool_t *pool, const wall_webauthn_site_t *site,
                                      int algorithm, wall_bytes_t authenticator_data,
                                      wall_webauthn_credential_t *out)
{
    wall_webauthn_why_t why = check_head(site, authenticator_data);
    fido_cred_t *cred;

    if (why == NULL)
        why = check_credential(authenticator_data);
    if (why != NULL)
        return why;
    if (!is_offered(algorithm))
        return "an algorithm that is not offered";
    fido_init(0); /* says nothing by itself; kept by thread */
    cred = fido_cred_new();
    why = cred != NULL ? take(pool, cred, algorithm, authenticator_data, out) : "no memory";
    fido_cred_free(&cred);
    return why;
}

/* ---- asserting ---- */

/* libfido2 has a function each for what differs in nothing but the type. */
#define VERIFY(kind, cose)                                                                         \
    static int verify_##kind(const fido_assert_t *assertion, wall_bytes_t key)                     \
    {                                                                                              \
        kind##_pk_t *pk = kind##_pk_new();                                                         \
        int rc = pk != NULL ? kind##_pk_from_ptr(pk, key.data, key.len) : FIDO_ERR_INTERNAL;       \
                                                                                                   \
        if (rc == FIDO_OK)                                                                         \
            rc = fido_assert_verify(assertion, 0, cose, pk);                                       \
        kind##_pk_free(&pk);                                                                       \
        return rc;                                                                                 \
    }
VERIFY(es256, COSE_ES256)
VERIFY(eddsa, COSE_EDDSA)
VERIFY(rs256, COSE_RS256)

static int verify(const fido_assert_t *assertion, const wall_webauthn_credential_t *credential)
{
    switch (credential->algorithm) {
    case COSE_ES256:
        return verify_es256(assertion, credential->public_key);
    case COSE_EDDSA:
        return verify_eddsa(assertion, credential->public_key);
    case COSE_RS256:
        return verify_rs256(assertion, credential->public_key);
    default:
        return FIDO_ERR_UNSUPPORTED_ALGORITHM;
    }
}

static wall_webauthn_why_t assert_with(fido_assert_t *assertion, const wall_webauthn_site_t *site,
                                       const wall_webauthn_credential_t *credential,
                                       wall_bytes_t client_data, wall_bytes_t data,
                                       wall_bytes_t signature)
{
    if (fido_assert_set_count(assertion, 1) != FIDO_OK ||
        fido_assert_set_rp(assertion, site->rp_id) != FIDO_OK ||
        fido_assert_set_clientdata(assertion, raw(client_data), client_data.len) != FIDO_OK ||
        fido_assert_set_up(assertion, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(assertion, FIDO_OPT_TRUE) != FIDO_OK)
        return "no memory";
    if (fido_assert_set_authdata_raw(assertion, 0, raw(data), data.len) != FIDO_OK)
        return "authenticator data that cannot be read";
    if (fido_assert_set_sig(assertion, 0, raw(signature), signature.len) != FIDO_OK)
        return "no signature";
    return verify(assertion, credential) == FIDO_OK ? NULL : "a signature that is not right";
}

wall_webauthn_why_t wall_webauthn_check(const wall_webauthn_site_t *site,
                                        const wall_webauthn_credential_t *credential,
                                        wall_bytes_t client_data, wall_bytes_t authenticator_data,
                                        wall_bytes_t signature, apr_int64_t *sign_count)
{
    wall_webauthn_why_t why = check_head(site, authenticator_data);
    fido_assert_t *assertion;

    if (why == NULL)
        why = check_rest(authenticator_data, HEAD); /* what extensions say */
    if (why != NULL)
        return why;
    if (signature.len == 0 || signature.len > WALL_WEBAUTHN_SIG_MAX)
        return "a signature of a wrong size";
    fido_init(0);
    assertion = fido_assert_new();
    why = assertion == NULL ? "no memory"
                            : assert_with(assertion, site, credential, client_data,
                                          authenticator_data, signature);
    if (why == NULL)
        *sign_count = fido_assert_sigcount(assertion, 0);
    fido_assert_free(&assertion);
    return why;
}
