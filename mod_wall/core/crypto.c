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
