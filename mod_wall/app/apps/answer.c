/* SPDX-License-Identifier: Apache-2.0 */
#include "app/apps/answer.h"

#include <apr_strings.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/json.h"

/* A fence line longer than this is code. */
#define FENCE_LINE_MAX 200
/* So much of a line of prose is looked at. */
#define PROSE_LINE_MAX 4096

typedef enum block_t {
    BLOCK_NONE,  /* prose */
    BLOCK_PART,  /* code of answer->stage */
    BLOCK_GUESS, /* an untagged fence: its first line decides */
    BLOCK_OTHER  /* a fence of something else */
} block_t;

struct answer_t {
    apr_pool_t *pool;
    wall_buf_t raw;                /* everything, for answers without fences */
    wall_buf_t part[ANSWER_PARTS];
    wall_buf_t line;               /* a line that may turn out to be a fence */
    answer_part_t stage;
    block_t block;
    char fence_char;
    size_t fence_len;
    int nested;        /* fences of other languages open inside a block */
    int newlines;      /* seen in a block, not yet followed by code */
    int line_decided;  /* this line is no fence: its bytes go straight through */
    int thinking;      /* inside <think> … </think> */
    int blocks;        /* parts seen */
    int json_block;
};

static const char *const part_names[] = { [ANSWER_HTML] = "html", [ANSWER_CSS] = "css",
                                          [ANSWER_JS] = "js" };

static const struct {
    const char *tag;
    answer_part_t part;
} tags[] = {
    { "html", ANSWER_HTML },     { "htm", ANSWER_HTML },      { "xhtml", ANSWER_HTML },
    { "svg", ANSWER_HTML },      { "css", ANSWER_CSS },       { "style", ANSWER_CSS },
    { "js", ANSWER_JS },         { "javascript", ANSWER_JS }, { "mjs", ANSWER_JS },
    { "ecmascript", ANSWER_JS }, { "script", ANSWER_JS },
};

const char *answer_part_name(answer_part_t part)
{
    return part_names[part];
}

answer_t *answer_begin(apr_pool_t *pool)
{
    answer_t *a = apr_pcalloc(pool, sizeof *a);
    int i;

    a->pool = pool;
    wall_buf_init(&a->raw, pool, 8192);
    wall_buf_init(&a->line, pool, 256);
    for (i = 0; i < ANSWER_PARTS; i++) {
        wall_buf_init(&a->part[i], pool, 2048);
    }
    return a;
}

answer_part_t answer_stage(const answer_t *a)
{
    return a->stage;
}

wall_bytes_t answer_part(const answer_t *a, answer_part_t part)
{
    return (wall_bytes_t){ a->part[part].data, a->part[part].len };
}

size_t answer_size(const answer_t *a)
{
    return a->raw.len;
}

/** Part a tag means, ANSWER_PARTS for any other. @a len 0: no tag. */
static answer_part_t part_of_tag(const char *tag, size_t len)
{
    size_t i;

    for (i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (strlen(tags[i].tag) == len && strncasecmp(tags[i].tag, tag, len) == 0) {
            return tags[i].part;
        }
    }
    return ANSWER_PARTS;
}

/** A line of code without a tag: what is it? */
static answer_part_t part_of_line(const char *line, size_t len)
{
    const char *brace = memchr(line, '{', len);

    while (len && isspace((unsigned char)*line)) {
        line++;
        len--;
    }
    if (len && *line == '<') {
        return ANSWER_HTML;
    }
    if (len && (*line == '@' || *line == ':' || *line == '.' || *line == '#' || *line == '*')) {
        return ANSWER_CSS;
    }
    if (brace && brace == line + len - 1 && !memchr(line, '(', len) && !memchr(line, '=', len)
        && !(len > 5 && strncmp(line, "class ", 6) == 0)) {
        return ANSWER_CSS;
    }
    return ANSWER_JS;
}

static void code(answer_t *a, const char *data, size_t len)
{
    wall_buf_t *part = &a->part[a->stage];

    if (a->block != BLOCK_PART || len == 0) {
        return;
    }
    if (part->len > 0) {
        for (; a->newlines > 0; a->newlines--) {
            wall_buf_char(part, '\n');
        }
    }
    a->newlines = 0;
    wall_buf_add(part, data, len);
}

static void enter(answer_t *a, answer_part_t part)
{
    a->block = BLOCK_PART;
    a->stage = part;
    a->nested = 0;
    a->newlines = 1; /* between two blocks of one part */
    a->blocks |= 1 << part;
}

/** Looks at a complete line's start: how many fence characters, and what follows them. */
static size_t fence_run(const char *line, size_t len, char *which, const char **info,
                        size_t *info_len)
{
    size_t indent = 0, run = 0;

    while (indent < len && indent < 4 && (line[indent] == ' ' || line[indent] == '\t')) {
        indent++;
    }
    if (indent == len || (line[indent] != '`' && line[indent] != '~')) {
        return 0;
    }
    *which = line[indent];
    while (indent + run < len && line[indent + run] == *which) {
        run++;
    }
    line += indent + run;
    len -= indent + run;
    while (len && isspace((unsigned char)*line)) {
        line++;
        len--;
    }
    while (len && isspace((unsigned char)line[len - 1])) {
        len--;
    }
    *info = line;
    *info_len = len;
    /* `x` in prose or code is no fence, and an info string has no backticks (CommonMark 4.5) */
    return run < 3 || memchr(line, *which, len) ? 0 : run;
}

/** The first word of an info string: "html index.html", "{.js}", "javascript:app.js". */
static answer_part_t info_part(const char *info, size_t len, const char **tag, size_t *tag_len)
{
    size_t n = 0;

    while (len && !isalnum((unsigned char)*info)) {
        info++;
        len--;
    }
    while (n < len && isalnum((unsigned char)info[n])) {
        n++;
    }
    *tag = info;
    *tag_len = n;
    return part_of_tag(info, n);
}

static void open_block(answer_t *a, char which, size_t run, const char *info, size_t info_len)
{
    const char *tag;
    size_t tag_len;
    answer_part_t part = info_part(info, info_len, &tag, &tag_len);

    a->fence_char = which;
    a->fence_len = run;
    a->nested = 0;
    if (part != ANSWER_PARTS) {
        enter(a, part);
    } else if (tag_len == 0) {
        a->block = BLOCK_GUESS;
    } else {
        a->block = BLOCK_OTHER;
        a->json_block |= tag_len == 4 && strncasecmp(tag, "json", 4) == 0;
    }
}

/** Whether a complete line was a fence and has been acted on. */
static int fence(answer_t *a, const char *line, size_t len)
{
    const char *info, *tag;
    size_t info_len, tag_len;
    char which;
    size_t run = fence_run(line, len, &which, &info, &info_len);
    answer_part_t part;

    if (run == 0) {
        return 0;
    }
    if (a->block == BLOCK_NONE) {
        open_block(a, which, run, info, info_len);
        return 1;
    }
    if (which != a->fence_char || run < a->fence_len) {
        return 0;
    }
    if (info_len == 0) {
        if (a->nested > 0) {
            a->nested--;
            return 0;
        }
        a->block = BLOCK_NONE;
        a->newlines = 0;
        return 1;
    }
    part = info_part(info, info_len, &tag, &tag_len);
    if (part != ANSWER_PARTS && (a->block != BLOCK_PART || part != a->stage)) {
        open_block(a, which, run, info, info_len); /* the block before was never closed */
        return 1;
    }
    a->nested++;
    return 0;
}

/** Lines outside blocks only matter for the thoughts some models put before their answer. */
static void prose(answer_t *a, const char *line, size_t len)
{
    static const char begin[] = "<think>", end[] = "</think>";

    if (len >= sizeof begin - 1 && memcmp(line, begin, sizeof begin - 1) == 0) {
        a->thinking = 1;
    }
    if (a->thinking && memmem(line, len, end, sizeof end - 1)) {
        a->thinking = 0;
    }
}

/** 1 while the bytes at a line's start could still become a fence. */
static int may_be_fence(const char *line, size_t len)
{
    size_t i = 0;

    while (i < len && i < 4 && (line[i] == ' ' || line[i] == '\t')) {
        i++;
    }
    return len < FENCE_LINE_MAX && (i == len || line[i] == '`' || line[i] == '~');
}

static void end_line(answer_t *a)
{
    if (!a->line_decided && !a->thinking && fence(a, a->line.data, a->line.len)) {
        return;
    }
    if (a->block == BLOCK_NONE) {
        prose(a, a->line.data, a->line.len);
        return;
    }
    if (a->block == BLOCK_GUESS && a->line.len > 0) {
        enter(a, part_of_line(a->line.data, a->line.len));
    }
    if (!a->line_decided) {
        code(a, a->line.data, a->line.len);
    }
    a->newlines++;
}

/** One piece of a line, without its end. */
static void in_line(answer_t *a, const char *data, size_t len)
{
    if (a->line_decided) {
        code(a, data, len);
        return;
    }
    if ((a->block == BLOCK_NONE || a->block == BLOCK_OTHER) && a->line.len > PROSE_LINE_MAX) {
        return;
    }
    wall_buf_add(&a->line, data, len);
    if (a->block == BLOCK_PART && !may_be_fence(a->line.data, a->line.len)) {
        a->line_decided = 1;
        code(a, a->line.data, a->line.len);
    }
}

void answer_feed(answer_t *a, const char *data, size_t len)
{
    const char *end = data + len;

    wall_buf_add(&a->raw, data, len);
    while (data < end) {
        size_t run = 0;
        while (data + run < end && data[run] != '\n' && data[run] != '\r' && data[run] != '\0') {
            run++;
        }
        if (run > 0) {
            in_line(a, data, run);
        }
        data += run;
        if (data < end) {
            if (*data == '\n') {
                end_line(a);
                a->line.len = 0;
                a->line_decided = 0;
            }
            data++; /* CR and NUL are nothing */
        }
    }
}

/* ---- the end: answers without fences, and checks ---- */

static int blank(const char *text)
{
    return text[strspn(text, " \t\n\r\f")] == '\0';
}

/** Whether @a html has an element at all. */
static int has_element(const char *html)
{
    for (html = strchr(html, '<'); html; html = strchr(html + 1, '<')) {
        if (isalpha((unsigned char)html[1])) {
            return 1;
        }
    }
    return 0;
}

static const char *json_member(answer_t *a, struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    if (!json_object_object_get_ex(object, name, &value)
        || !json_object_is_type(value, json_type_string)) {
        return "";
    }
    return apr_pstrdup(a->pool, json_object_get_string(value));
}

/** {"html": …, "css": …, "js": …}, alone or with something around it. */
static int from_json(answer_t *a, answer_code_t *out)
{
    const char *from = memchr(a->raw.data, '{', a->raw.len);
    const char *to = from ? memrchr(a->raw.data, '}', a->raw.len) : NULL;
    struct json_object *object;

    if (!to || to < from) {
        return 0;
    }
    object = wall_json_parse_pool(a->pool, (wall_bytes_t){ from, (size_t)(to - from) + 1 });
    if (!object || !json_object_is_type(object, json_type_object)) {
        return 0;
    }
    out->html = json_member(a, object, "html");
    out->css = json_member(a, object, "css");
    out->js = json_member(a, object, "js");
    return !blank(out->html) || !blank(out->js);
}

/** A bare HTML document, from its first tag to </html> or the end. */
static int from_document(answer_t *a, int cut, answer_code_t *out)
{
    const char *from = strcasestr(a->raw.data, "<!doctype html");
    const char *to = NULL, *next;

    if (!from) {
        from = strcasestr(a->raw.data, "<html");
    }
    if (!from && a->raw.data[strspn(a->raw.data, " \t\r\n")] == '<') {
        from = a->raw.data;
    }
    if (!from) {
        return 0;
    }
    for (next = strcasestr(from, "</html>"); next; next = strcasestr(next + 7, "</html>")) {
        to = next + 7;
    }
    if (!to && cut) {
        return 0;
    }
    out->html = to ? apr_pstrmemdup(a->pool, from, (size_t)(to - from))
                   : apr_pstrdup(a->pool, from);
    return 1;
}

/** Fences glued to the last line of code are not code. */
static const char *part_text(answer_t *a, answer_part_t which)
{
    wall_buf_t *part = &a->part[which];
    size_t len = part->len;

    while (len > 3 && memcmp(part->data + len - 3, "```", 3) == 0) {
        len -= 3;
    }
    return apr_pstrmemdup(a->pool, part->data, len);
}

static int complete(const answer_t *a, const answer_code_t *code_of, int open)
{
    return !open && ((a->blocks & (1 << ANSWER_JS)) || strcasestr(code_of->html, "<script"));
}

answer_verdict_t answer_finish(answer_t *a, int cut, size_t max_size, answer_code_t *out)
{
    int open;

    if (a->line.len > 0 && !a->line_decided) {
        end_line(a);
    }
    a->line.len = 0;
    open = a->block == BLOCK_PART;
    *out = (answer_code_t){ .html = part_text(a, ANSWER_HTML), .css = part_text(a, ANSWER_CSS),
                            .js = part_text(a, ANSWER_JS) };
    if (a->blocks == 0) {
        if (!from_json(a, out) && !from_document(a, cut, out)) {
            return cut ? ANSWER_CUT : ANSWER_EMPTY;
        }
    } else if (cut && !complete(a, out, open)) {
        return ANSWER_CUT;
    }
    if (!has_element(out->html) && blank(out->js)) {
        return ANSWER_EMPTY;
    }
    if (strlen(out->html) + strlen(out->css) + strlen(out->js) > max_size) {
        return ANSWER_TOO_LARGE;
    }
    if (!wall_utf8_valid(out->html, strlen(out->html)) || !wall_utf8_valid(out->css, strlen(out->css))
        || !wall_utf8_valid(out->js, strlen(out->js))) {
        return ANSWER_NOT_TEXT;
    }
    out->html = answer_clean_html(a->pool, out->html, &out->removed);
    out->css = answer_clean_css(a->pool, out->css, &out->removed);
    return ANSWER_OK;
}
