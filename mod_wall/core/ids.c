/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ids.h"

#include <sodium.h>
#include <string.h>

const char *wall_uuid7(apr_pool_t *pool, apr_time_t now)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char b[16];
    apr_uint64_t ms = (apr_uint64_t)(now / 1000);
    /* RFC 9562 §6.2 method 3: the 12 bits after the milliseconds hold the fraction of one. */
    unsigned fraction = (unsigned)(now % 1000) * 4096U / 1000U;
    char *text = apr_palloc(pool, WALL_UUID_LEN + 1);
    char *out = text;
    int i;

    randombytes_buf(b + 8, 8);
    for (i = 0; i < 6; i++)
        b[i] = (unsigned char)(ms >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (fraction >> 8));
    b[7] = (unsigned char)fraction;
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = hex[b[i] >> 4];
        *out++ = hex[b[i] & 15];
    }
    *out = '\0';
    return text;
}

const char *wall_random_bytes(apr_pool_t *pool, size_t bytes)
{
    char *raw = apr_palloc(pool, bytes);

    randombytes_buf(raw, bytes);
    return raw;
}

const char *wall_random_hex(apr_pool_t *pool, size_t bytes)
{
    unsigned char *raw = apr_palloc(pool, bytes);
    char *text = apr_palloc(pool, bytes * 2 + 1);

    randombytes_buf(raw, bytes);
    return sodium_bin2hex(text, bytes * 2 + 1, raw, bytes);
}

const char *wall_random_token(apr_pool_t *pool, size_t bytes)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    size_t size = sodium_base64_encoded_len(bytes, variant);
    unsigned char *raw = apr_palloc(pool, bytes);
    char *text = apr_palloc(pool, size);

    randombytes_buf(raw, bytes);
    sodium_bin2base64(text, size, raw, bytes, variant);
    sodium_memzero(raw, bytes);
    return text;
}

int wall_is_token(const char *text, size_t bytes)
{
    size_t len = (bytes * 8 + 5) / 6;

    return text != NULL && strlen(text) == len &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}
