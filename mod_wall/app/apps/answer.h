/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_APP_APPS_ANSWER_H
#define WALL_APP_APPS_ANSWER_H

/**
 * @file answer.h
 * Reads a model's answer as it streams: three fenced blocks, html, css and js. Tolerates prose
 * around them, missing or unclosed fences, other tags (javascript, JS, none), one combined HTML
 * file, and a JSON object {html, css, js}. Pure functions of bytes (tests/fuzz/fuzz_answer.c).
 */
#include "core/buf.h"

typedef enum answer_part_t { ANSWER_HTML, ANSWER_CSS, ANSWER_JS, ANSWER_PARTS } answer_part_t;

typedef enum answer_verdict_t {
    ANSWER_OK,
    ANSWER_EMPTY,    /* nothing in it that runs */
    ANSWER_CUT,      /* the model stopped in the middle of the code */
    ANSWER_TOO_LARGE, /* above the size given */
    ANSWER_NOT_TEXT  /* not UTF-8 */
} answer_verdict_t;

/** The code of an app. Strings in the scanner's pool, never NULL, no NUL inside. */
typedef struct answer_code_t {
    const char *html;
    const char *css;
    const char *js;
    int removed; /* references to other sites that were taken out */
} answer_code_t;

typedef struct answer_t answer_t;

answer_t *answer_begin(apr_pool_t *pool);
/** The next bytes; any split gives the same result. */
void answer_feed(answer_t *answer, const char *data, size_t len);
/** The part being written, or written last. ANSWER_HTML before the first. */
answer_part_t answer_stage(const answer_t *answer);
/** Code of a part so far; only ever grows. Valid until the next answer_feed(). */
wall_bytes_t answer_part(const answer_t *answer, answer_part_t part);
/** All bytes fed so far. */
size_t answer_size(const answer_t *answer);
/** Name of a part as in events: "html", "css", "js". */
const char *answer_part_name(answer_part_t part);

/**
 * Ends the answer and checks it.
 * @param cut      the model was stopped at its limit: an unclosed block is then not an answer
 * @param max_size most bytes of the three parts together
 * Without references to other sites the parts are exactly those answer_part() showed, unless the
 * answer had no fences.
 */
answer_verdict_t answer_finish(answer_t *answer, int cut, size_t max_size, answer_code_t *out);

/** Takes references to other hosts out of HTML attributes and style sheets; see clean.c. */
const char *answer_clean_html(apr_pool_t *pool, const char *html, int *removed);
const char *answer_clean_css(apr_pool_t *pool, const char *css, int *removed);

#endif
