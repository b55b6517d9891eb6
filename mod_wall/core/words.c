/* SPDX-License-Identifier: Apache-2.0 */
#include "core/words.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

typedef struct folded_t {
    UChar *text;
    int32_t len;
} folded_t;

struct wall_words_t {
    int count;
    folded_t words[];
};

#define GROWTH 18 /* no character becomes more than so many (NFKC_Casefold of U+FDFA) */

/* Into memory of malloc()'s: of a text that is looked through once nothing should stay in a pool. */
static int fold(const char *text, folded_t *out)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    int32_t bytes = (int32_t)strlen(text), len = 0, most;
    UChar *wide = malloc(((size_t)bytes + 1) * sizeof(UChar));

    *out = (folded_t){ NULL, 0 };
    if (wide != NULL)
        u_strFromUTF8(wide, bytes + 1, &len, text, bytes, &status);
    most = len * 2 + 16;
    for (int tries = 0; wide != NULL && U_SUCCESS(status) && tries < 2; tries++) {
        UChar *room = realloc(out->text, (size_t)most * sizeof(UChar));

        if (room == NULL)
            break;
        out->text = room;
        out->len = unorm2_normalize(form, wide, len, out->text, most, &status);
        if (status != U_BUFFER_OVERFLOW_ERROR)
            break;
        status = U_ZERO_ERROR;
        most = len * GROWTH + 16;
        out->len = 0;
    }
    free(wide);
    if (out->text != NULL && U_SUCCESS(status))
        return 1;
    free(out->text);
    *out = (folded_t){ NULL, 0 };
    return 0;
}

/* White space around a word is no part of it, and any white space in it is one space. */
static void tidy(folded_t *word)
{
    int32_t to = 0, gap = 0;

    for (int32_t i = 0; i < word->len; i++) {
        if (u_isUWhiteSpace(word->text[i])) {
            gap = to > 0;
            continue;
        }
        if (gap)
            word->text[to++] = ' ';
        gap = 0;
        word->text[to++] = word->text[i];
    }
    word->len = to;
}

const wall_words_t *wall_words_make(apr_pool_t *pool, const apr_array_header_t *words)
{
    wall_words_t *made =
        apr_pcalloc(pool, sizeof(*made) + (size_t)words->nelts * sizeof(folded_t));

    for (int i = 0; i < words->nelts; i++) {
        folded_t word;

        if (!fold(APR_ARRAY_IDX(words, i, const char *), &word))
            continue;
        tidy(&word);
        if (word.len > 0)
            made->words[made->count++] = (folded_t){
                apr_pmemdup(pool, word.text, (size_t)word.len * sizeof(UChar)), word.len
            };
        free(word.text);
    }
    return made->count > 0 ? made : NULL;
}

const char *wall_words_fold(apr_pool_t *pool, const char *word)
{
    UErrorCode status = U_ZERO_ERROR;
    folded_t folded;
    char *out = NULL;

    if (!fold(word, &folded))
        return NULL;
    tidy(&folded);
    if (folded.len > 0) {
        out = apr_palloc(pool, (size_t)folded.len * 3 + 1);
        u_strToUTF8(out, folded.len * 3 + 1, NULL, folded.text, folded.len, &status);
    }
    free(folded.text);
    return U_SUCCESS(status) ? out : NULL;
}

static int is_letter(UChar32 c)
{
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

/* Written without spaces between words. */
static int runs_on(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;

    switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return 1;
    default:
        return 0;
    }
}

/* 1 when a word may end between the two characters around @a at. */
static int is_edge(const folded_t *text, int32_t at)
{
    UChar32 before, after;

    if (at == 0 || at == text->len)
        return 1;
    U16_GET(text->text, 0, at - 1, text->len, before);
    U16_GET(text->text, 0, at, text->len, after);
    return !is_letter(before) || !is_letter(after) || runs_on(before) || runs_on(after);
}

static int contains(const folded_t *text, const folded_t *word)
{
    int32_t at = 0;

    while (at + word->len <= text->len) {
        const UChar *found =
            u_strFindFirst(text->text + at, text->len - at, word->text, word->len);

        if (found == NULL)
            return 0;
        at = (int32_t)(found - text->text);
        if (is_edge(text, at) && is_edge(text, at + word->len))
            return 1;
        at++;
    }
    return 0;
}

int wall_words_in(const wall_words_t *words, const char *text)
{
    folded_t folded;
    int found = 0;

    if (words == NULL || text == NULL || !fold(text, &folded))
        return 0;
    tidy(&folded);
    for (int i = 0; i < words->count && !found; i++)
        found = contains(&folded, &words->words[i]);
    free(folded.text);
    return found;
}
