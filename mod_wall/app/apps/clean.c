/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quality control, not a boundary: the apps host's Content-Security-Policy stops every request to
 * another site. What could never load is taken out, so that the app does not wait for it.
 */
#include "app/apps/answer.h"

#include <apr_strings.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Attributes whose value is fetched or followed. */
static const char *const url_attributes[] = { "src", "href", "srcset", "poster", "data", "action",
                                              "formaction", "background", "xlink:href", "ping",
                                              "manifest" };

/** Whether a reference leads to another host. */
static int external(const char *value, size_t len)
{
    while (len && isspace((unsigned char)*value)) {
        value++;
        len--;
    }
    return (len >= 2 && strncmp(value, "//", 2) == 0)
           || (len >= 5 && strncasecmp(value, "http:", 5) == 0)
           || (len >= 6 && strncasecmp(value, "https:", 6) == 0);
}

/** Skips spaces and one opening quote. */
static const char *unquote(const char *p)
{
    while (isspace((unsigned char)*p)) {
        p++;
    }
    return *p == '"' || *p == '\'' ? p + 1 : p;
}

/** The end of an @import rule: its ";", or the end of its line. */
static const char *import_end(const char *p)
{
    char quote = 0;

    for (; *p && *p != '\n'; p++) {
        if (quote) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '(') {
            const char *close = strpbrk(p, ")\n");
            p = close && *close == ')' ? close : p;
        } else if (*p == ';') {
            return p + 1;
        }
    }
    return p;
}

const char *answer_clean_css(apr_pool_t *pool, const char *css, int *removed)
{
    wall_buf_t out;
    const char *p = css;

    wall_buf_init(&out, pool, strlen(css) + 1);
    while (*p) {
        size_t plain = strcspn(p, "@uU");
        wall_buf_add(&out, p, plain);
        p += plain;
        if (strncasecmp(p, "@import", 7) == 0) {
            const char *what = unquote(p + 7);
            what = strncasecmp(what, "url(", 4) == 0 ? unquote(what + 4) : what;
            if (external(what, strlen(what))) {
                p = import_end(p);
                (*removed)++;
                continue;
            }
        } else if (strncasecmp(p, "url(", 4) == 0) {
            const char *what = unquote(p + 4);
            const char *close = strchr(what, ')');
            if (close && external(what, (size_t)(close - what))) {
                wall_buf_str(&out, "url(data:,)");
                p = close + 1;
                (*removed)++;
                continue;
            }
        }
        if (*p) {
            wall_buf_char(&out, *p++);
        }
    }
    return out.data;
}

/** One attribute as found: [from, to) in the text. */
typedef struct attribute_t {
    const char *from, *to;
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
} attribute_t;

/** Reads the next attribute of a tag. 0 at the tag's end or the text's. */
static int next_attribute(const char **at, attribute_t *attribute)
{
    const char *p = *at;

    attribute->from = p;
    p += strspn(p, " \t\n\r\f/");
    if (*p == '>' || *p == '\0') {
        *at = attribute->from;
        return 0;
    }
    attribute->name = p;
    p += 1 + strcspn(p + 1, " \t\n\r\f/>=");
    attribute->name_len = (size_t)(p - attribute->name);
    attribute->value = p;
    attribute->value_len = 0;
    attribute->to = p;
    p += strspn(p, " \t\n\r\f");
    if (*p == '=') {
        p++;
        p += strspn(p, " \t\n\r\f");
        if (*p == '"' || *p == '\'') {
            char quotes[2] = { *p++, '\0' };
            attribute->value = p;
            attribute->value_len = strcspn(p, quotes);
            p += attribute->value_len + (p[attribute->value_len] != '\0');
        } else {
            attribute->value = p;
            attribute->value_len = strcspn(p, " \t\n\r\f>");
            p += attribute->value_len;
        }
        attribute->to = p;
    }
    *at = attribute->to;
    return 1;
}

static int is_name(const attribute_t *attribute, const char *name)
{
    return attribute->name_len == strlen(name)
           && strncasecmp(attribute->name, name, attribute->name_len) == 0;
}

static int unwanted(const attribute_t *attribute)
{
    size_t i;

    for (i = 0; i < sizeof url_attributes / sizeof *url_attributes; i++) {
        if (is_name(attribute, url_attributes[i])) {
            return external(attribute->value, attribute->value_len);
        }
    }
    if (is_name(attribute, "content")) { /* <meta http-equiv=refresh content="0; url=…"> */
        const char *url = memmem(attribute->value, attribute->value_len, "url=", 4);
        return url && external(url + 4, (size_t)(attribute->value + attribute->value_len - url - 4));
    }
    return 0;
}

/** Copies a tag from its "<" on, without unwanted attributes; returns what follows it. */
static const char *clean_tag(apr_pool_t *pool, wall_buf_t *out, const char *p, int *removed)
{
    attribute_t attribute;
    const char *name = p++;

    p += strcspn(p, " \t\n\r\f/>");
    wall_buf_add(out, name, (size_t)(p - name));
    while (next_attribute(&p, &attribute)) {
        if (unwanted(&attribute)) {
            (*removed)++;
        } else if (is_name(&attribute, "style") && attribute.value_len > 0) {
            const char *css = apr_pstrmemdup(pool, attribute.value, attribute.value_len);
            wall_buf_add(out, attribute.from, (size_t)(attribute.value - attribute.from));
            wall_buf_str(out, answer_clean_css(pool, css, removed));
            wall_buf_add(out, attribute.value + attribute.value_len,
                         (size_t)(attribute.to - attribute.value - attribute.value_len));
        } else {
            wall_buf_add(out, attribute.from, (size_t)(attribute.to - attribute.from));
        }
    }
    while (*p && *p != '>') {
        wall_buf_char(out, *p++);
    }
    if (*p) {
        wall_buf_char(out, *p++);
    }
    return p;
}

/** The name of an element whose content is text, when @a tag ("<…") opens one. */
static const char *raw_element(const char *tag)
{
    static const char *const raw[] = { "script", "style", "textarea", "title" };
    size_t i;

    for (i = 0; i < sizeof raw / sizeof *raw; i++) {
        size_t len = strlen(raw[i]);
        if (strncasecmp(tag + 1, raw[i], len) == 0 && strchr(" \t\n\r\f/>", tag[1 + len])) {
            return raw[i];
        }
    }
    return NULL;
}

const char *answer_clean_html(apr_pool_t *pool, const char *html, int *removed)
{
    wall_buf_t out;
    const char *p = html;

    wall_buf_init(&out, pool, strlen(html) + 1);
    while (*p) {
        size_t plain = strcspn(p, "<");
        const char *raw, *tag;
        wall_buf_add(&out, p, plain);
        p += plain;
        if (strncmp(p, "<!--", 4) == 0) {
            const char *end = strstr(p + 4, "-->");
            size_t len = end ? (size_t)(end + 3 - p) : strlen(p);
            wall_buf_add(&out, p, len);
            p += len;
        } else if (*p && !isalpha((unsigned char)p[1])) {
            wall_buf_char(&out, *p++);
        } else if (*p) {
            tag = p;
            p = clean_tag(pool, &out, p, removed);
            raw = raw_element(tag);
            if (raw) {
                const char *end = strcasestr(p, apr_pstrcat(pool, "</", raw, NULL));
                size_t len = end ? (size_t)(end - p) : strlen(p);
                const char *text = apr_pstrmemdup(pool, p, len);
                wall_buf_str(&out, strcmp(raw, "style") == 0
                                       ? answer_clean_css(pool, text, removed) : text);
                p += len;
            }
        }
    }
    return out.data;
}
