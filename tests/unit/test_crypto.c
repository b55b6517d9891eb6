/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <apr_strings.h>
#include <time.h>

#include "context.h"
#include "core/crypto.h"

static wall_bytes_t bytes(const char *text)
{
    return (wall_bytes_t){ text, strlen(text) };
}

void test_crypto__known_digests(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_EQUAL(wall_crypto_init(), 0);
    /* FIPS 180-4's example. */
    CU_ASSERT_STRING_EQUAL(wall_sha256_hex(cx.pool, bytes("abc")),
                           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CU_ASSERT_STRING_EQUAL(wall_sha256_hex(cx.pool, (wall_bytes_t){ NULL, 0 }),
                           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    /* Python: hashlib.blake2b(b"abc", digest_size=16).hexdigest() */
    CU_ASSERT_STRING_EQUAL(wall_digest_hex(cx.pool, bytes("abc")),
                           "cf4ab791c62b8d2b2109c90275287816");
    apr_pool_destroy(cx.pool);
}

void test_crypto__mac_depends_on_everything(void)
{
    wall_cx_t cx = test_context();
    unsigned char secret[32] = { 1 }, other[32] = { 2 };
    const char *mac = wall_mac_hex(cx.pool, secret, "csrf", bytes("text"));

    CU_ASSERT_EQUAL(strlen(mac), 32);
    CU_ASSERT_STRING_EQUAL(mac, wall_mac_hex(cx.pool, secret, "csrf", bytes("text")));
    CU_ASSERT_STRING_NOT_EQUAL(mac, wall_mac_hex(cx.pool, other, "csrf", bytes("text")));
    CU_ASSERT_STRING_NOT_EQUAL(mac, wall_mac_hex(cx.pool, secret, "cursor", bytes("text")));
    CU_ASSERT_STRING_NOT_EQUAL(mac, wall_mac_hex(cx.pool, secret, "csrf", bytes("texu")));
    CU_ASSERT_STRING_NOT_EQUAL(mac, wall_mac_hex(cx.pool, secret, "csrft", bytes("ext")));
    apr_pool_destroy(cx.pool);
}

void test_crypto__equal_secret(void)
{
    CU_ASSERT(wall_equal_secret("abc", "abc"));
    CU_ASSERT(wall_equal_secret("", ""));
    CU_ASSERT_FALSE(wall_equal_secret("abc", "abd"));
    CU_ASSERT_FALSE(wall_equal_secret("abc", "abcd"));
    CU_ASSERT_FALSE(wall_equal_secret("abc", ""));
    CU_ASSERT_FALSE(wall_equal_secret(NULL, "abc"));
    CU_ASSERT_FALSE(wall_equal_secret(NULL, NULL));
}

void test_crypto__passwords(void)
{
    wall_cx_t cx = test_context();
    const char *hash = NULL, *again = NULL;
    int ok = -1, old = -1;

    CU_ASSERT_EQUAL(wall_password_hash(&cx, "correct horse", &hash), WALL_OK);
    CU_ASSERT_EQUAL(wall_password_hash(&cx, "correct horse", &again), WALL_OK);
    CU_ASSERT(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31) == 0);
    CU_ASSERT_STRING_NOT_EQUAL(hash, again);
    CU_ASSERT_EQUAL(wall_password_check(&cx, hash, "correct horse", &ok, &old), WALL_OK);
    CU_ASSERT(ok == 1 && old == 0);
    CU_ASSERT_EQUAL(wall_password_check(&cx, hash, "correct horsf", &ok, &old), WALL_OK);
    CU_ASSERT(ok == 0 && old == 0);
    CU_ASSERT_EQUAL(wall_password_check(&cx, NULL, "anything", &ok, &old), WALL_OK);
    CU_ASSERT_EQUAL(ok, 0);
    CU_ASSERT_EQUAL(wall_password_check(&cx, "not a hash", "anything", &ok, &old), WALL_OK);
    CU_ASSERT_EQUAL(ok, 0);
    apr_pool_destroy(cx.pool);
}

static double cpu_of_check(const char *hash)
{
    wall_cx_t cx = test_context();
    struct timespec begin, end;
    int ok, old;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    CU_ASSERT_EQUAL(wall_password_check(&cx, hash, "anything", &ok, &old), WALL_OK);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    apr_pool_destroy(cx.pool);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* An account that does not exist costs what one that does costs. CPU time, so load does not matter
 * much; the bounds are wide, a skipped hash is a thousand times faster. */
void test_crypto__unknown_accounts_take_the_same_time(void)
{
    wall_cx_t cx = test_context();
    const char *hash = NULL;
    double known, unknown;

    CU_ASSERT_EQUAL(wall_password_hash(&cx, "correct horse", &hash), WALL_OK);
    known = cpu_of_check(hash);
    unknown = cpu_of_check(NULL);
    CU_ASSERT(unknown > known / 4 && unknown < known * 4);
    apr_pool_destroy(cx.pool);
}

/* Made by libsodium with 8 MiB and t=1 of the password "old". */
void test_crypto__weaker_hashes_want_renewal(void)
{
    static const char *const weak = 
        "$argon2id$v=19$m=8192,t=1,p=1$jV7r"
        "cqkyv4+EMRMt/juU6Q$0HBBcDw4N3d4VTBrYeoqkkeeX1gB8OMSaCcotIegYqU";
    wall_cx_t cx = test_context();
    int ok = -1, old = -1;

    CU_ASSERT_EQUAL(wall_password_check(&cx, weak, "old", &ok, &old), WALL_OK);
    CU_ASSERT(ok == 1 && old == 1);
    apr_pool_destroy(cx.pool);
}

static atomic_int hashed, busy;

static void *hash_one(void *unused)
{
    wall_cx_t cx = test_context();
    const char *hash;
    wall_rc_t rc = wall_password_hash(&cx, "password", &hash);

    if (rc == WALL_OK)
        hashed++;
    else if (rc == WALL_E_BUSY && cx.reply.retry_after > 0)
        busy++;
    apr_pool_destroy(cx.pool);
    return NULL;
}

/* Everybody gets an answer, hashed or told to come back; nobody is lost. */
void test_crypto__many_at_once(void)
{
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, hash_one, NULL), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_EQUAL(hashed + busy, 8);
    CU_ASSERT(hashed >= 2);
}

/* RFC 7636 appendix B, RFC 4231 case 2. */
void test_crypto__challenge_and_mac(void)
{
    wall_cx_t cx = test_context();
    wall_bytes_t out;

    CU_ASSERT_STRING_EQUAL(
        wall_sha256_base64url(cx.pool, bytes("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CU_ASSERT_STRING_EQUAL(
        wall_hmac_hex(cx.pool, bytes("Jefe"), bytes("what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CU_ASSERT_EQUAL(wall_base64url_decode(cx.pool, "YQ", 2, &out), 1);
    CU_ASSERT_STRING_EQUAL(out.data, "a");
    CU_ASSERT_EQUAL(wall_base64url_decode(cx.pool, "YQ==", 4, &out), 0);
    CU_ASSERT_EQUAL(wall_base64url_decode(cx.pool, "Y+", 2, &out), 0);
    apr_pool_destroy(cx.pool);
}

/* What is sealed opens with the same secret, purpose and row, and with nothing else. */
void test_crypto__seals(void)
{
    static const unsigned char secret[32] = { 1, 2, 3 }, other[32] = { 3, 2, 1 };
    wall_cx_t cx = test_context();
    const char *sealed, *again;
    char *spoiled;
    wall_bytes_t out = { NULL, 0 };

    CU_ASSERT_EQUAL(wall_crypto_init(), 0);
    sealed = wall_seal(cx.pool, secret, "oauth", "7/access", bytes("a token"));
    again = wall_seal(cx.pool, secret, "oauth", "7/access", bytes("a token"));
    CU_ASSERT_STRING_NOT_EQUAL(sealed, again);
    CU_ASSERT_PTR_NULL(strstr(sealed, "token"));
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "oauth", "7/access", sealed, &out), 1);
    CU_ASSERT_STRING_EQUAL(out.data, "a token");
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "oauth", "8/access", sealed, &out), 0);
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "totp", "7/access", sealed, &out), 0);
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, other, "oauth", "7/access", sealed, &out), 0);
    spoiled = apr_pstrdup(cx.pool, sealed);
    spoiled[40] = spoiled[40] == 'A' ? 'B' : 'A';
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "oauth", "7/access", spoiled, &out), 0);
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "oauth", "7/access", "", &out), 0);
    CU_ASSERT_EQUAL(wall_unseal(cx.pool, secret, "oauth", "7/access", "AAAA", &out), 0);
    apr_pool_destroy(cx.pool);
}
