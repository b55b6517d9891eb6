/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bricks/bricks.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/json.h"

/* Before the site has samples of its own, in thousandths. */
#define FIRST_LOW  600
#define FIRST_HIGH 2000
/* A prompt as people write them, for the mean before there is one. */
#define USUAL_PROMPT "A memory game with twelve cards, a move counter and a restart button"

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

apr_int64_t bricks_expected_tokens(const char *prompt)
{
    return ((apr_int64_t)wall_utf8_length(prompt) + BRICKS_PLAIN_APP) * bricks_complexity(prompt) / 400;
}

bricks_range_t bricks_estimate_prompt(const char *prompt, const bricks_rate_t *rate,
                                      apr_int64_t tokens_per_brick, apr_int64_t max_per_job)
{
    int known = rate != NULL && rate->samples >= BRICKS_ENOUGH_SAMPLES;
    apr_int64_t high = known ? clamp(rate->high_permille, BRICKS_RATE_LEAST, BRICKS_RATE_MOST)
                             : FIRST_HIGH;
    apr_int64_t low = known ? clamp(rate->low_permille, BRICKS_RATE_LEAST, high) : FIRST_LOW;
    apr_int64_t expected = bricks_expected_tokens(prompt);
    apr_int64_t asked = BRICKS_FRAME + (apr_int64_t)wall_utf8_length(prompt) / 4;
    apr_int64_t least = asked + expected * low / 1000;
    apr_int64_t most = (asked + expected * high / 1000) * 12 / 10;
    bricks_range_t range;

    range.max = clamp(bricks_for_tokens(most, tokens_per_brick), 1, max_per_job);
    range.min = clamp(bricks_for_tokens(least, tokens_per_brick), 1, range.max);
    return range;
}

apr_int64_t bricks_mean_cost(const bricks_rate_t *rate, apr_int64_t tokens_per_brick)
{
    if (rate != NULL && rate->samples >= BRICKS_ENOUGH_SAMPLES && rate->mean_bricks > 0) {
        return rate->mean_bricks;
    }
    return bricks_for_tokens(BRICKS_FRAME + bricks_expected_tokens(USUAL_PROMPT), tokens_per_brick);
}
