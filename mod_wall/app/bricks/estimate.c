/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/json.h"

/* Tokens of the instructions Wall puts around every prompt (worker/prompt.c). */
#define FRAME_TOKENS 450
/* Tokens a small app's code takes at complexity 1. */
#define ANSWER_TOKENS 900

/* Words that mean more code, by what they add to the complexity in percent. Matched at the start of
 * a word, so "animation" is found by "animat" and "chart" finds "charts". */
static const struct {
    const char *word;
    int percent;
} work_words[] = {
    { "game", 30 },   { "animat", 25 },  { "chart", 25 },    { "graph", 20 },   { "canvas", 20 },
    { "3d", 30 },     { "simulat", 30 }, { "level", 15 },    { "score", 10 },   { "sound", 15 },
    { "music", 15 },  { "draw", 15 },    { "drag", 20 },     { "save", 10 },    { "undo", 15 },
    { "keyboard", 10 }, { "calendar", 20 }, { "search", 10 }, { "filter", 10 }, { "sort", 10 },
    { "multi", 15 },  { "editor", 25 },  { "quiz", 15 },     { "dashboard", 25 }, { "physics", 30 },
    { "statistic", 15 }, { "export", 10 }, { "table", 10 },  { "timer", 5 },    { "theme", 5 },
};

static int has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    int inside = 0;

    for (; *text; text++) {
        int letter = isalnum((unsigned char)*text) || (*text & 0x80);
        if (letter && !inside && strncasecmp(text, word, len) == 0) {
            return 1;
        }
        inside = letter;
    }
    return 0;
}

/** How many things the prompt lists: commas, semicolons, bullets, numbered lines, "and"s. */
static int features(const char *prompt)
{
    int count = 0;
    int at_line_start = 1;
    const char *p;

    for (p = prompt; *p; p++) {
        if (*p == ',' || *p == ';') {
            count++;
        } else if (at_line_start && (*p == '-' || *p == '*' || isdigit((unsigned char)*p))) {
            count++;
        } else if (strncasecmp(p, " and ", 5) == 0) {
            count++;
        }
        at_line_start = *p == '\n' || (at_line_start && (*p == ' ' || *p == '\t'));
    }
    return count;
}

int bricks_complexity(const char *prompt)
{
    size_t length = wall_utf8_length(prompt);
    int percent = 150;
    int listed = features(prompt);
    size_t i;

    percent += (int)(length > 1000 ? 50 : length / 20);
    percent += listed > 8 ? 40 : listed * 5;
    for (i = 0; i < sizeof work_words / sizeof *work_words; i++) {
        if (has_word(prompt, work_words[i].word)) {
            percent += work_words[i].percent;
        }
    }
    return percent > 300 ? 300 : percent;
}

apr_int64_t bricks_for_tokens(apr_int64_t tokens, apr_int64_t tokens_per_brick)
{
    return tokens <= tokens_per_brick ? 1 : (tokens - 1) / tokens_per_brick + 1;
}

static apr_int64_t clamp(apr_int64_t value, apr_int64_t low, apr_int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

bricks_range_t bricks_estimate_prompt(const char *prompt, apr_int64_t tokens_per_brick,
                                      apr_int64_t max_per_job)
{
    int complexity = bricks_complexity(prompt);
    apr_int64_t asked = (apr_int64_t)wall_utf8_length(prompt) / 4 * complexity / 100;
    apr_int64_t answer = ANSWER_TOKENS * complexity / 100 + asked;
    apr_int64_t least = FRAME_TOKENS + asked + answer * 6 / 10;
    apr_int64_t most = (FRAME_TOKENS + asked + answer * 2) * 12 / 10;
    bricks_range_t range;

    range.max = clamp(bricks_for_tokens(most, tokens_per_brick), 1, max_per_job);
    range.min = clamp(bricks_for_tokens(least, tokens_per_brick), 1, range.max);
    return range;
}
