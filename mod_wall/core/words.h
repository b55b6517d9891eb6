/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_WORDS_H
#define WALL_CORE_WORDS_H

/**
 * @file words.h
 * Whether a text contains one of some words: whole words, by letters of any script, without regard to
 * case, width and composition (NFKC with case folding, Unicode TR 31 §5.3; so invisible characters
 * hide nothing). A word may be several ("New York"). Scripts written without spaces have no word ends to
 * see, so there any occurrence counts. Pure; folded by ICU.
 */
#include <apr_pools.h>
#include <apr_tables.h>

typedef struct wall_words_t wall_words_t;

/**
 * Makes the words ready to be looked for.
 * @param words of const char *, valid UTF-8; those with nothing in them to look for are left out
 * @return in @a pool, NULL when there is nothing to look for
 */
const wall_words_t *wall_words_make(apr_pool_t *pool, const apr_array_header_t *words);
/** 1 when @a text (valid UTF-8, or NULL) contains one of @a words. NULL words are in no text. */
int wall_words_in(const wall_words_t *words, const char *text);
/** @a word as it is compared, for telling whether two are the same; NULL when nothing is left of it. */
const char *wall_words_fold(apr_pool_t *pool, const char *word);

#endif
