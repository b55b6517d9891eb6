/* SPDX-License-Identifier: Apache-2.0 */
#include "core/crypto.h"

#include <apr_strings.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

/* OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, t=2, p=1. */
#define ARGON_OPS    2
#define ARGON_MEMORY (19U * 1024U * 1024U)
#define AT_ONCE      2
#define WAIT_S       1
#define DIGEST_BYTES 16

static sem_t password_slots;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int ready = -1;

static void init_once(void)
{
    if (sodium_init() < 0 || sem_init(&password_slots, 0, AT_ONCE) != 0)
        return;
    ready = 0;
}

int wall_crypto_init(void)
{
    pthread_once(&once, init_once);
    return ready;
}

static const char *hex_of(apr_pool_t *pool, const unsigned char *raw, size_t len)
{
    char *text = apr_palloc(pool, len * 2 + 1);

    return sodium_bin2hex(text, len * 2 + 1, raw, len);
}

const char *wall_sha256_hex(apr_pool_t *pool, wall_bytes_t bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)bytes.data, bytes.len);
    return hex_of(pool, hash, sizeof(hash));
}

const char *wall_mac_hex(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                         wall_bytes_t bytes)
{
    crypto_generichash_state state;
    unsigned char mac[DIGEST_BYTES];

    crypto_generichash_init(&state, secret, 32, sizeof(mac));
    /* The NUL ends the purpose, so that no purpose and text join into another pair. */
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)bytes.data, bytes.len);
    crypto_generichash_final(&state, mac, sizeof(mac));
    return hex_of(pool, mac, sizeof(mac));
}

const char *wall_digest_hex(apr_pool_t *pool, wall_bytes_t bytes)
{
    unsigned char hash[DIGEST_BYTES];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)bytes.data, bytes.len, NULL, 0);
    return hex_of(pool, hash, sizeof(hash));
}

void wall_sha256(unsigned char out[32], wall_bytes_t bytes)
{
    crypto_hash_sha256(out, (const unsigned char *)bytes.data, bytes.len);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(wall_sha256_state_t), "libsodium's grew");

static crypto_hash_sha256_state *sodium_of(wall_sha256_state_t *state)
{
    return (crypto_hash_sha256_state *)(void *)state;
}

void wall_sha256_begin(wall_sha256_state_t *state)
{
    crypto_hash_sha256_init(sodium_of(state));
}

void wall_sha256_add(wall_sha256_state_t *state, wall_bytes_t bytes)
{
    crypto_hash_sha256_update(sodium_of(state), (const unsigned char *)bytes.data, bytes.len);
}

const char *wall_sha256_end(apr_pool_t *pool, wall_sha256_state_t *state)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(sodium_of(state), hash);
    return hex_of(pool, hash, sizeof(hash));
}

static const char *base64url_of(apr_pool_t *pool, const unsigned char *raw, size_t len)
{
    size_t room = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = apr_palloc(pool, room);

    return sodium_bin2base64(text, room, raw, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *wall_base64url(apr_pool_t *pool, wall_bytes_t bytes)
{
    return base64url_of(pool, (const unsigned char *)bytes.data, bytes.len);
}

const char *wall_sha256_base64url(apr_pool_t *pool, wall_bytes_t bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    wall_sha256(hash, bytes);
    return base64url_of(pool, hash, sizeof(hash));
}

const char *wall_hmac_hex(apr_pool_t *pool, wall_bytes_t key, wall_bytes_t bytes)
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.data, bytes.len);
    crypto_auth_hmacsha256_final(&state, mac);
    return hex_of(pool, mac, sizeof(mac));
}

const char *wall_hmac_sha256_hex(apr_pool_t *pool, const unsigned char key[32], wall_bytes_t bytes)
{
    return wall_hmac_hex(pool, (wall_bytes_t){ (const char *)key, 32 }, bytes);
}

int wall_base64url_decode(apr_pool_t *pool, const char *text, size_t len, wall_bytes_t *out)
{
    unsigned char *raw = apr_palloc(pool, len + 1);
    size_t got;

    if (sodium_base642bin(raw, len, text, len, NULL, &got, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return 0;
    raw[got] = '\0';
    *out = (wall_bytes_t){ (const char *)raw, got };
    return 1;
}

#define SEAL_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEAL_KEY   crypto_aead_xchacha20poly1305_ietf_KEYBYTES

static void seal_key(unsigned char key[SEAL_KEY], const unsigned char secret[32],
                     const char *purpose)
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, secret, 32, SEAL_KEY);
    crypto_generichash_update(&state, (const unsigned char *)"seal", 5);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_final(&state, key, SEAL_KEY);
}

const char *wall_seal(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                      const char *row, wall_bytes_t plain)
{
    unsigned char key[SEAL_KEY];
    unsigned char *raw = apr_palloc(pool, SEAL_NONCE + plain.len + SEAL_TAG);
    unsigned long long len;

    seal_key(key, secret, purpose);
    randombytes_buf(raw, SEAL_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + SEAL_NONCE, &len,
                                               (const unsigned char *)plain.data, plain.len,
                                               (const unsigned char *)row, strlen(row), NULL, raw,
                                               key);
    sodium_memzero(key, sizeof(key));
    return base64url_of(pool, raw, SEAL_NONCE + (size_t)len);
}

int wall_unseal(apr_pool_t *pool, const unsigned char secret[32], const char *purpose,
                const char *row, const char *sealed, wall_bytes_t *out)
{
    unsigned char key[SEAL_KEY], *plain;
    unsigned long long len;
    wall_bytes_t raw;
    int wrong;

    if (!wall_base64url_decode(pool, sealed, strlen(sealed), &raw) ||
        raw.len < SEAL_NONCE + SEAL_TAG)
        return 0;
    plain = apr_palloc(pool, raw.len);
    seal_key(key, secret, purpose);
    wrong = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, &len, NULL, (const unsigned char *)raw.data + SEAL_NONCE, raw.len - SEAL_NONCE,
        (const unsigned char *)row, strlen(row), (const unsigned char *)raw.data, key);
    sodium_memzero(key, sizeof(key));
    if (wrong)
        return 0;
    plain[len] = '\0';
    *out = (wall_bytes_t){ (const char *)plain, (size_t)len };
    return 1;
}

int wall_equal_secret(const char *a, const char *b)
{
    unsigned char ha[crypto_generichash_BYTES], hb[crypto_generichash_BYTES];

    if (a == NULL || b == NULL)
        return 0;
    /* Comparing digests takes the same time wherever the texts differ, in length as well. */
    crypto_generichash(ha, sizeof(ha), (const unsigned char *)a, strlen(a), NULL, 0);
    crypto_generichash(hb, sizeof(hb), (const unsigned char *)b, strlen(b), NULL, 0);
    return sodium_memcmp(ha, hb, sizeof(ha)) == 0;
}

static wall_rc_t enter(wall_cx_t *cx)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    while (sem_timedwait(&password_slots, &until) != 0) {
        if (errno != EINTR) {
            cx->reply.retry_after = WAIT_S;
            return wall_fail(cx, WALL_E_BUSY, NULL, WALL_NO_WHY);
        }
    }
    return WALL_OK;
}

wall_rc_t wall_password_hash(wall_cx_t *cx, const char *password, const char **out)
{
    char text[crypto_pwhash_STRBYTES];
    wall_rc_t rc = enter(cx);
    int failed;

    if (rc != WALL_OK)
        return rc;
    failed = crypto_pwhash_str(text, password, strlen(password), ARGON_OPS, ARGON_MEMORY);
    sem_post(&password_slots);
    if (failed)
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00001) "no memory to hash a password");
    *out = apr_pstrdup(cx->pool, text);
    return WALL_OK;
}

wall_rc_t wall_password_check(wall_cx_t *cx, const char *hash, const char *password, int *ok,
                              int *needs_rehash)
{
    char dummy[crypto_pwhash_STRBYTES];
    wall_rc_t rc = enter(cx);

    *ok = 0;
    *needs_rehash = 0;
    if (rc != WALL_OK)
        return rc;
    if (hash != NULL)
        *ok = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
    else if (crypto_pwhash_str(dummy, password, strlen(password), ARGON_OPS, ARGON_MEMORY) != 0)
        wall_log(cx->logger, WALL_LOG_ERR, WALLNO(00002) "no memory to check a password");
    sem_post(&password_slots);
    if (*ok)
        *needs_rehash = crypto_pwhash_str_needs_rehash(hash, ARGON_OPS, ARGON_MEMORY) != 0;
    return WALL_OK;
}
