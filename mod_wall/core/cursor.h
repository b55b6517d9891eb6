/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_CURSOR_H
#define WALL_CORE_CURSOR_H

/**
 * @file cursor.h
 * The one implementation of paging. A cursor is the sort key of the last item sent, bound to its
 * list and signed with the site's secret (keyed BLAKE2b), so it can be neither guessed nor moved
 * to another list. Keyset paging: no offsets, no counts.
 */
#include "core/cx.h"
#include "core/fields.h"

#define WALL_PAGE_DEFAULT 20
#define WALL_PAGE_MAX     100

/** What a list endpoint takes; put WALL_PAGE_FIELDS(T) into its input fields. */
typedef struct wall_page_in_t {
    apr_int64_t limit;
    const char *cursor;
} wall_page_in_t;

#define WALL_PAGE_FIELDS(T)                                                                        \
    WALL_I64(T, limit, .from = WALL_FROM_QUERY, .min = 1, .max = WALL_PAGE_MAX,                    \
             .fallback = WALL_PAGE_DEFAULT, .doc = "How many items at most."),                     \
    WALL_STR(T, cursor, .from = WALL_FROM_QUERY, .format = WALL_FMT_LINE, .max = 200,              \
             .doc = "next_cursor of the page before.")

/** What a list endpoint returns. */
typedef struct wall_page_t {
    apr_array_header_t *items;
    const char *next_cursor;
} wall_page_t;

#define WALL_PAGE_OUT_FIELDS(item_shape)                                                           \
    WALL_LIST(wall_page_t, items, item_shape, .doc = "The items, in order."),                      \
    WALL_STR(wall_page_t, next_cursor, .doc = "Cursor of the next page; null on the last.")

/**
 * Reads @a cursor for @a list (any stable text, such as "posts:wall:12").
 * @param key  the last item's sort key; INT64_MAX when @a cursor is NULL (first page of a
 *             descending list)
 * @return WALL_OK or WALL_E_BAD_CURSOR
 */
wall_rc_t wall_cursor_read(wall_cx_t *cx, const char *list, const char *cursor, apr_int64_t *key);
/**
 * Completes a page from rows fetched with LIMIT limit + 1: cuts the surplus row, and when there was
 * one sets next_cursor (also cx->reply.next_cursor) from the last kept item's key.
 * @param key_offset offsetof the apr_int64_t sort key in an item
 */
void wall_page_finish(wall_cx_t *cx, const char *list, apr_array_header_t *rows, apr_int64_t limit,
                      size_t key_offset, wall_page_t *page);

/**
 * For a list that looked at a bounded number of rows and kept those that fit: @a page then has fewer
 * items than asked for (perhaps none) and next_cursor goes on below @a last, the key of the last row
 * looked at.
 */
void wall_page_continue(wall_cx_t *cx, const char *list, apr_int64_t last, wall_page_t *page);

#endif
