/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a prompt: UTF-8, words, numbers, quoted and listed items, a title. Pure functions of
 * bytes. Lower-casing covers Latin-1 and Cyrillic and never changes a length, so an offset in the
 * lower-cased copy is an offset in the prompt. */
#ifndef DEMO_TEXT_H
#define DEMO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD 0xFFFFFFFFu
#define TEXT_WORDS_MAX 400
#define TEXT_ITEMS_MAX 12
#define TEXT_ITEM_LEN 160

typedef struct {
    const char *s;      /* into words_t.lower */
    size_t len;
    double num;         /* a number in digits or in words, else -1 */
} word_t;

typedef struct {
    char *lower;
    word_t w[TEXT_WORDS_MAX];
    size_t count;
} words_t;

typedef struct {
    char item[TEXT_ITEMS_MAX][TEXT_ITEM_LEN];
    size_t count;
} items_t;

/* Bytes of the character at s (1 for a bad byte); its code point or UTF8_BAD. */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);

/* Malloced copy in lower case, same length. */
char *text_lower(const char *text);

/* Where one of the phrases ("a|b c") begins in a lower-cased text, at the start of a word; NULL. */
const char *text_find(const char *lower, const char *phrases);

/* Splits into words; "25min", "3d6", "20x20" fall apart at the digits. Free with words_free. */
void words_split(words_t *words, const char *text);
void words_free(words_t *words);

/* stems: space-separated word beginnings. */
bool word_is(const word_t *word, const char *stems);
bool words_have(const words_t *words, const char *stems);

/* The number at most `gap` words before a word with one of these stems; -1 if none. */
double number_before(const words_t *words, const char *stems, size_t gap);
/* The number at most two words after such a word; -1 if none. */
double number_after(const words_t *words, const char *stems);
/* "20x20", "4 by 4": both sides; false if none. */
bool number_pair(const words_t *words, const char *between, double *a, double *b);

/* The list after a colon, else two or more quoted strings; count 0 if there is neither. */
void text_items(const char *text, items_t *items);

/* A short heading made of the prompt; "" when nothing is left. */
void text_title(const char *text, char *out, size_t size);

#endif
