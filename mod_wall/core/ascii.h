/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_ASCII_H
#define WALL_CORE_ASCII_H

/**
 * @file ascii.h
 * Letters and digits of protocols: A–Z, a–z, 0–9 whatever the locale; other bytes stay as they are.
 */
#include <apr_pools.h>
#include <apr_strings.h>
#include <string.h>

/** What a hexadecimal digit of either case stands for, -1 for any other character. */
static inline int wall_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/** Writes the first @a len bytes of @a text in lower case. */
static inline void wall_lower(char *text, size_t len)
{
    for (; len > 0; len--, text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + ('a' - 'A'));
    }
}

/** A copy of @a text in lower case. */
static inline char *wall_lower_copy(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text);

    wall_lower(copy, strlen(copy));
    return copy;
}

#endif
