/* SPDX-License-Identifier: Apache-2.0 */
/* A mail's words: the same as text and as HTML that is calm in light and dark and loads nothing. */
#include <apr_strings.h>
#include <json-c/json.h>
#include <string.h>

#include "app/mail/mail_private.h"
#include "core/crypto.h"
#include "core/html.h"
#include "core/json.h"
#include "core/messages.h"
#include "core/site.h"

typedef struct page_t {
    wall_cx_t *cx;
    apr_array_header_t *pairs; /* for the {names} in texts, NULL at the end */
    wall_buf_t text;
    wall_buf_t html;
} page_t;

/** 1 when @a kind is one of ours; *button whether it has one. */
static int known(const char *kind, int *button)
{
#define X(sym, name, has)                                                                          \
    if (strcmp(kind, name) == 0) {                                                                 \
        *button = has;                                                                             \
        return 1;                                                                                  \
    }
    MAIL_KINDS(X)
#undef X
    return 0;
}

static void add_pair(page_t *page, const char *name, const char *value)
{
    *(const char **)apr_array_push(page->pairs) = name;
    *(const char **)apr_array_push(page->pairs) = value;
}

/** The address a sealed link leads to. @return 0 when it was not sealed here */
static int unseal(page_t *page, const char *address, const char *sealed, const char **link)
{
    wall_cx_t *cx = page->cx;
    wall_bytes_t path;

    if (!wall_unseal(cx->pool, cx->site->secret, MAIL_SEAL, mail_seal_row(cx, address), sealed, &path))
        return 0;
    *link = apr_pstrcat(cx->pool, cx->site->origin, path.data, NULL);
    return 1;
}

/** Reads the column. @return 0 when it is not ours */
static int read_content(page_t *page, const mail_row_t *row, const char **link)
{
    const char *content = row->content;
    json_object *root, *values, *value;

    root = wall_json_parse_pool(page->cx->pool, wall_bytes_of(content));
    if (!json_object_object_get_ex(root, "values", &values) ||
        !json_object_is_type(values, json_type_array))
        return 0;
    for (size_t i = 0; i + 1 < json_object_array_length(values); i += 2)
        add_pair(page, json_object_get_string(json_object_array_get_idx(values, i)),
                 json_object_get_string(json_object_array_get_idx(values, i + 1)));
    *link = NULL;
    if (!json_object_object_get_ex(root, "link", &value) || value == NULL)
        return 1;
    return unseal(page, row->address, json_object_get_string(value), link);
}

static const char *say(page_t *page, const char *kind, const char *which)
{
    return wall_text_pairs(page->cx, apr_pstrcat(page->cx->pool, "mail.", kind, which, NULL),
                           (const char *const *)page->pairs->elts);
}

static void paragraph(page_t *page, const char *words)
{
    wall_buf_str(&page->text, words);
    wall_buf_str(&page->text, "\n\n");
    wall_html(&page->html, "<p style=\"margin:0 0 16px\">%s</p>", words);
}

/* Paragraphs are separated by an empty line. */
static void paragraphs(page_t *page, const char *words)
{
    const char *end;

    while ((end = strstr(words, "\n\n")) != NULL) {
        paragraph(page, apr_pstrmemdup(page->cx->pool, words, (apr_size_t)(end - words)));
        words = end + 2;
    }
    paragraph(page, words);
}

static void button(page_t *page, const char *label, const char *link)
{
    wall_buf_fmt(&page->text, "%s:\n%s\n\n", label, link);
    wall_html(&page->html,
              "<p style=\"margin:24px 0\"><a href=\"%s\" style=\"display:inline-block;padding:12px "
              "20px;border-radius:8px;background-color:#a3402a;color:#ffffff;font-weight:600;"
              "text-decoration:none\">%s</a></p><p style=\"margin:0 0 16px;font-size:13px;"
              "word-break:break-all\"><a href=\"%s\" dir=\"ltr\" style=\"color:inherit\">%s</a></p>",
              link, label, link, link);
}

static void begin(page_t *page, const char *subject)
{
    const char *language = page->cx->language != NULL ? page->cx->language : "en";

    wall_html(&page->html,
              "<!DOCTYPE html><html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\"><meta "
              "name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" "
              "content=\"light dark\"><title>%s</title></head><body style=\"margin:0;padding:24px 16px;"
              "font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif\"><div "
              "style=\"max-width:560px;margin:0 auto\">",
              language, wall_language_direction(language), subject);
}

static void end(page_t *page)
{
    const char *footer = say(page, "footer", "");

    wall_buf_fmt(&page->text, "-- \n%s\n", footer);
    wall_html(&page->html,
              "<p style=\"margin:32px 0 0;padding-top:16px;border-top:1px solid #8886;font-size:13px;"
              "opacity:.8\">%s</p></div></body></html>",
              footer);
}

wall_rc_t mail_write(wall_cx_t *cx, const mail_row_t *row, mail_words_t *out)
{
    page_t page = { .cx = cx, .pairs = apr_array_make(cx->pool, 16, sizeof(const char *)) };
    const char *link, *name = row->display_name != NULL ? row->display_name : "";
    int has_button;

    if (!known(row->kind, &has_button) || row->content == NULL)
        return WALL_E_INTERNAL;
    wall_buf_init(&page.text, cx->pool, 1024);
    wall_buf_init(&page.html, cx->pool, 4096);
    add_pair(&page, "site", strstr(cx->site->origin, "//") + 2);
    add_pair(&page, "name", name);
    if (!read_content(&page, row, &link))
        return WALL_E_INTERNAL;
    *(const char **)apr_array_push(page.pairs) = NULL;
    out->subject = say(&page, row->kind, ".subject");
    begin(&page, out->subject);
    paragraph(&page, say(&page, *name != '\0' ? "hello" : "hello_nobody", ""));
    paragraphs(&page, say(&page, row->kind, ".text"));
    if (has_button && link != NULL)
        button(&page, say(&page, row->kind, ".button"), link);
    end(&page);
    out->text = page.text.data;
    out->html = page.html.data;
    out->link = link;
    return WALL_OK;
}
