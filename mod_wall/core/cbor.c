/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cbor.h"

typedef struct reader_t {
    const unsigned char *at, *end;
} reader_t;

enum { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE }; /* RFC 8949 3.1 */

static size_t left(const reader_t *r)
{
    return (size_t)(r->end - r->at);
}

/** The head of an item: its kind and its argument. 0 when there is none, or one of no given length. */
static int head(reader_t *r, int *kind, apr_uint64_t *argument)
{
    unsigned int info;
    size_t more;

    if (left(r) == 0)
        return 0;
    *kind = *r->at >> 5;
    info = *r->at++ & 31;
    *argument = info;
    if (info < 24)
        return 1;
    more = info < 28 ? (size_t)1 << (info - 24) : 0;
    if (more == 0 || left(r) < more)
        return 0;
    for (*argument = 0; more > 0; more--)
        *argument = *argument << 8 | *r->at++;
    return 1;
}

static int item(reader_t *r, int depth)
{
    apr_uint64_t argument;
    int kind;

    if (!head(r, &kind, &argument) || kind == TAG)
        return 0;
    if (kind == UNSIGNED || kind == NEGATIVE || kind == SIMPLE)
        return 1;
    if (argument > left(r))
        return 0; /* an item of an array has a byte at least as well */
    if (kind == BYTES || kind == TEXT) {
        r->at += argument;
        return 1;
    }
    if (depth == WALL_CBOR_DEPTH)
        return 0;
    for (argument *= kind == MAP ? 2 : 1; argument > 0; argument--) {
        if (!item(r, depth + 1))
            return 0;
    }
    return 1;
}

int wall_cbor_is_sound(wall_bytes_t bytes)
{
    const unsigned char *start = (const unsigned char *)bytes.data;
    reader_t r = { start, start + bytes.len };

    while (left(&r) > 0) {
        if (!item(&r, 0))
            return 0;
    }
    return 1;
}
