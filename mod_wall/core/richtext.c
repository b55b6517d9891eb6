/* SPDX-License-Identifier: Apache-2.0 */
#include "core/richtext.h"

#include <apr_strings.h>
#include <cmark.h>
#include <string.h>
#include <strings.h>

#include "core/html.h"

/* ---- addresses ---- */

static int may_link(const char *url)
{
    return strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0 ||
           strncasecmp(url, "mailto:", 7) == 0;
}

static void open_link(wall_buf_t *buf, const char *url)
{
    wall_html(buf, "<a href=\"%s\" rel=\"nofollow noopener ugc\" target=\"_blank\">", url);
}

/** Where the address that begins at @a text ends: punctuation after it belongs to the sentence. */
static size_t address_length(const char *text)
{
    size_t len = strcspn(text, " \t\r\n<>\"'");

    while (len > 0 && strchr(".,;:!?)]", text[len - 1]) != NULL)
        len--;
    return len;
}

static void escaped(wall_buf_t *buf, const char *from, const char *to)
{
    wall_html(buf, "%s", apr_pstrmemdup(buf->pool, from, (apr_size_t)(to - from)));
}

/** Text with bare addresses made links, unless it is inside of one. */
static void text_with_links(wall_buf_t *buf, const char *text, int inside_link)
{
    const char *from = text, *at = text;

    while (!inside_link && (at = strstr(at, "http")) != NULL) {
        size_t scheme = strncmp(at, "https://", 8) == 0 ? 8 : strncmp(at, "http://", 7) == 0 ? 7 : 0;
        size_t len = scheme != 0 ? address_length(at) : 0;

        if (len <= scheme) {
            at += 4;
            continue;
        }
        escaped(buf, from, at);
        open_link(buf, apr_pstrmemdup(buf->pool, at, len));
        escaped(buf, at, at + len);
        wall_buf_str(buf, "</a>");
        from = at = at + len;
    }
    wall_html(buf, "%s", from);
}

/* ---- the tree ---- */

typedef struct writer_t {
    wall_buf_t *buf;
    int links; /* how many links we are inside of */
} writer_t;

static const char *tag_of(cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_BLOCK_QUOTE: return "blockquote";
    case CMARK_NODE_LIST: return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul";
    case CMARK_NODE_ITEM: return "li";
    case CMARK_NODE_PARAGRAPH: return "p";
    /* A page has its own h1. */
    case CMARK_NODE_HEADING: return cmark_node_get_heading_level(node) == 1 ? "h2" : "h3";
    case CMARK_NODE_EMPH: return "em";
    case CMARK_NODE_STRONG: return "strong";
    default: return NULL;
    }
}

/** A paragraph in a list whose items are not set apart is its item's text. */
static int is_tight(cmark_node *node)
{
    cmark_node *list = cmark_node_parent(node);

    if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH || list == NULL)
        return 0;
    list = cmark_node_parent(list);
    return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST &&
           cmark_node_get_list_tight(list);
}

/** A link or an image. Inside another link, and with an address that is not allowed, only its text. */
static void link_edge(writer_t *w, cmark_node *node, int entering)
{
    const char *url = cmark_node_get_url(node);

    if (url == NULL || !may_link(url))
        return;
    w->links += entering ? 1 : -1;
    if (entering && w->links == 1)
        open_link(w->buf, url);
    else if (!entering && w->links == 0)
        wall_buf_str(w->buf, "</a>");
}

static void leaf(writer_t *w, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);

    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        text_with_links(w->buf, literal, w->links > 0);
        break;
    case CMARK_NODE_CODE:
        wall_html(w->buf, "<code>%s</code>", literal);
        break;
    case CMARK_NODE_CODE_BLOCK:
        wall_html(w->buf, "<pre><code>%s</code></pre>", literal);
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        wall_buf_str(w->buf, "<br>");
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        wall_buf_str(w->buf, "<hr>");
        break;
    case CMARK_NODE_HTML_BLOCK:
        wall_html(w->buf, "<p>%s</p>", literal);
        break;
    case CMARK_NODE_HTML_INLINE:
        wall_html(w->buf, "%s", literal);
        break;
    default:
        break;
    }
}

static void edge(writer_t *w, cmark_node *node, int entering)
{
    cmark_node_type type = cmark_node_get_type(node);
    const char *tag = tag_of(node);

    if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
        link_edge(w, node, entering);
    else if (tag == NULL && entering)
        leaf(w, node);
    else if (tag != NULL && !is_tight(node))
        wall_html(w->buf, entering ? "<%s>" : "</%s>", tag);
}

void wall_richtext(wall_buf_t *buf, const char *text)
{
    cmark_node *document = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
    cmark_iter *walk = cmark_iter_new(document);
    writer_t writer = { .buf = buf };
    cmark_event_type event;

    while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE)
        edge(&writer, cmark_iter_get_node(walk), event == CMARK_EVENT_ENTER);
    cmark_iter_free(walk);
    cmark_node_free(document);
}

void wall_richtext_block(wall_buf_t *buf, const char *text)
{
    wall_buf_str(buf, "<div class=\"prose\" dir=\"auto\">");
    wall_richtext(buf, text);
    wall_buf_str(buf, "</div>");
}
