/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_MESSAGES_H
#define WALL_CORE_MESSAGES_H

/**
 * @file messages.h
 * Texts in people's languages, from the catalogues the web client uses as well (htdocs/locales). A
 * value is a text with {names}, or an object of plural forms (CLDR categories) chosen by {n}.
 */
#include <apr_pools.h>

#include "core/buf.h"
#include "core/cx.h"

typedef struct wall_messages_t wall_messages_t;

/** No catalogue yet: every text is its key. Lives in @a pool. */
wall_messages_t *wall_messages_new(apr_pool_t *pool);
/** Adds a language from its catalogue's JSON. NULL, or why it is refused. */
const char *wall_messages_add(wall_messages_t *messages, const char *language, wall_bytes_t json);
/** Languages there are, NULL-terminated, sorted. */
const char *const *wall_messages_languages(const wall_messages_t *messages);
/**
 * The best language there is for an Accept-Language header (RFC 9110 §12.5.4; "pt-BR" also takes
 * "pt"), "en" when none fits.
 */
const char *wall_messages_negotiate(const wall_messages_t *messages, apr_pool_t *pool,
                                    const char *accept_language);
/** 1 when there is a catalogue for @a language, "de" or "de-CH". */
int wall_messages_has(const wall_messages_t *messages, const char *language);
/** The languages as text, "ar, de, en", in @a pool. */
const char *wall_messages_list(const wall_messages_t *messages, apr_pool_t *pool);
/** "rtl" for scripts written from right to left, else "ltr". */
const char *wall_language_direction(const char *language);

/** Text of @a key in cx->language; English when it is missing there, the key when nowhere. */
const char *wall_text(wall_cx_t *cx, const char *key);
/**
 * As wall_text() with {names} filled in: pairs of name and text, ended by NULL. A pair named "n"
 * holds a decimal number and chooses the plural form.
 */
const char *wall_text_with(wall_cx_t *cx, const char *key, ...) __attribute__((sentinel));
/** As wall_text_with(), the pairs as an array that ends with NULL. */
const char *wall_text_pairs(wall_cx_t *cx, const char *key, const char *const *pairs);
/** As wall_text_with(); @a source is the English text where no catalogue has the key. */
const char *wall_text_or(wall_cx_t *cx, const char *key, const char *source, ...)
    __attribute__((sentinel));
/** The sentence of an error in cx->language (key "error." code). */
const char *wall_error_text(wall_cx_t *cx, wall_rc_t rc);
/** @a n with its thousands grouped as cx->language writes them (CLDR 44), as the client does. */
const char *wall_number(wall_cx_t *cx, apr_int64_t n);
/** wall_text_with() for the only name {n}. */
const char *wall_text_n(wall_cx_t *cx, const char *key, apr_int64_t n);

#endif
