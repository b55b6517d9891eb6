/* SPDX-License-Identifier: Apache-2.0 */
#include "core/cursor.h"

#include <apr_strings.h>
#include <string.h>

#include "core/crypto.h"
#include "core/site.h"

#define KEY_DIGITS 16
#define MAC_DIGITS 32

/* Sixteen hexadecimal digits of the key, then the MAC of list and key. */
static const char *cursor_make(wall_cx_t *cx, const char *list, apr_int64_t key)
{
    static const char hex[] = "0123456789abcdef";
    char digits[KEY_DIGITS + 1] = { 0 };
    wall_bytes_t bytes;
    int i;

    for (i = 0; i < KEY_DIGITS; i++)
        digits[i] = hex[(apr_uint64_t)key >> (60 - 4 * i) & 15];
    /* The digits have a fixed length, so list and key cannot be split otherwise. */
    bytes.data = apr_pstrcat(cx->pool, digits, list, NULL);
    bytes.len = strlen(bytes.data);
    return apr_pstrcat(cx->pool, digits,
                       wall_mac_hex(cx->pool, cx->site->secret, "cursor", bytes), NULL);
}

static int read_key(const char *cursor, apr_int64_t *key)
{
    unsigned long long value = 0;
    int i;

    for (i = 0; i < KEY_DIGITS; i++) {
        char c = cursor[i];

        if (c >= '0' && c <= '9')
            value = value << 4 | (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (unsigned)(c - 'a' + 10);
        else
            return 0;
    }
    *key = (apr_int64_t)value;
    return 1;
}

wall_rc_t wall_cursor_read(wall_cx_t *cx, const char *list, const char *cursor, apr_int64_t *key)
{
    apr_int64_t value;

    *key = INT64_MAX;
    if (cursor == NULL)
        return WALL_OK;
    if (strlen(cursor) != KEY_DIGITS + MAC_DIGITS || !read_key(cursor, &value) ||
        !wall_equal_secret(cursor, cursor_make(cx, list, value)))
        return wall_fail(cx, WALL_E_BAD_CURSOR, NULL, WALL_NO_WHY);
    *key = value;
    return WALL_OK;
}

void wall_page_finish(wall_cx_t *cx, const char *list, apr_array_header_t *rows, apr_int64_t limit,
                      size_t key_offset, wall_page_t *page)
{
    page->items = rows;
    page->next_cursor = NULL;
    if (limit > 0 && rows->nelts > limit) {
        const char *last = rows->elts + (size_t)(limit - 1) * (size_t)rows->elt_size;

        rows->nelts = (int)limit;
        page->next_cursor =
            cursor_make(cx, list, *(const apr_int64_t *)(const void *)(last + key_offset));
    }
    cx->reply.next_cursor = page->next_cursor;
}

void wall_page_continue(wall_cx_t *cx, const char *list, apr_int64_t last, wall_page_t *page)
{
    page->next_cursor = cursor_make(cx, list, last);
    cx->reply.next_cursor = page->next_cursor;
}
