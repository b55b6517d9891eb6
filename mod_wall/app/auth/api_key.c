/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/api_key.h"

#include <apr_lib.h>
#include <string.h>

#include "core/ids.h"

#define RANDOM_LEN   40
#define CHECKSUM_LEN 6 /* 62^6 > 2^32 */
#define BODY_LEN     (sizeof(AUTH_KEY_PREFIX) - 1 + RANDOM_LEN)

_Static_assert(BODY_LEN + CHECKSUM_LEN == AUTH_KEY_LEN, "the parts make the whole");

unsigned auth_key_crc32(const char *bytes, size_t len)
{
    unsigned crc = 0xffffffffU;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xedb88320U : crc >> 1;
    }
    return ~crc;
}

static void write_checksum(const char *key, char *out)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    unsigned crc = auth_key_crc32(key, BODY_LEN);

    for (int i = CHECKSUM_LEN - 1; i >= 0; i--) {
        out[i] = digits[crc % 62];
        crc /= 62;
    }
}

const char *auth_key_make(apr_pool_t *pool)
{
    char *key = apr_palloc(pool, AUTH_KEY_LEN + 1);
    size_t len = sizeof(AUTH_KEY_PREFIX) - 1;

    memcpy(key, AUTH_KEY_PREFIX, len);
    while (len < BODY_LEN) {
        /* Each character is one of 64 alike; without - and _ it is one of 62 alike. */
        for (const char *c = wall_random_token(pool, RANDOM_LEN); *c != '\0' && len < BODY_LEN; c++) {
            if (apr_isalnum(*c))
                key[len++] = *c;
        }
    }
    write_checksum(key, key + BODY_LEN);
    key[AUTH_KEY_LEN] = '\0';
    return key;
}

int auth_key_valid(const char *text)
{
    char checksum[CHECKSUM_LEN];

    if (strlen(text) != AUTH_KEY_LEN ||
        strncmp(text, AUTH_KEY_PREFIX, sizeof(AUTH_KEY_PREFIX) - 1) != 0)
        return 0;
    write_checksum(text, checksum);
    return memcmp(checksum, text + BODY_LEN, CHECKSUM_LEN) == 0;
}
