/* SPDX-License-Identifier: Apache-2.0 */
#include "core/html.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

_Static_assert(sizeof(long) == sizeof(apr_int64_t), "%ld carries apr_int64_t");

void wall_html(wall_buf_t *buf, const char *fmt, ...)
{
    const char *from = fmt, *at;
    va_list args;

    va_start(args, fmt);
    while ((at = strchr(from, '%')) != NULL) {
        wall_buf_add(buf, from, (size_t)(at - from));
        from = at + 2;
        switch (at[1]) {
        case 's': {
            const char *text = va_arg(args, const char *);

            if (text != NULL)
                wall_buf_html(buf, text);
            break;
        }
        case 'd':
            wall_buf_i64(buf, va_arg(args, int));
            break;
        case 'l':
            wall_buf_i64(buf, va_arg(args, long));
            from++; /* the d */
            break;
        default:
            wall_buf_char(buf, '%');
        }
    }
    va_end(args);
    wall_buf_str(buf, from);
}

/** Where the address that begins at @a text ends; the same rule as the client's Prose. */
static size_t address_length(const char *text)
{
    size_t len = strcspn(text, " \t\r\n<>\"'");

    while (len > 0 && strchr(".,;:!?)]", text[len - 1]) != NULL)
        len--;
    return len;
}

static void line(wall_buf_t *buf, const char *text, size_t len)
{
    const char *end = text + len, *from = text, *at = text;

    while (at < end) {
        size_t scheme = strncmp(at, "https://", 8) == 0 ? 8 : strncmp(at, "http://", 7) == 0 ? 7 : 0;
        size_t n = scheme != 0 ? address_length(at) : 0;

        if (n > scheme && at + n <= end) {
            const char *address = apr_pstrmemdup(buf->pool, at, n);

            wall_html(buf, "%s<a href=\"%s\" rel=\"nofollow noopener ugc\" target=\"_blank\">%s</a>",
                      apr_pstrmemdup(buf->pool, from, (apr_size_t)(at - from)), address, address);
            from = at = at + n;
        } else {
            at++;
        }
    }
    wall_html(buf, "%s", apr_pstrmemdup(buf->pool, from, (apr_size_t)(end - from)));
}

void wall_html_prose(wall_buf_t *buf, const char *text)
{
    wall_buf_str(buf, "<div class=\"prose\" dir=\"auto\"><p>");
    while (*text != '\0') {
        size_t len = strcspn(text, "\n"), breaks;

        line(buf, text, len);
        text += len;
        breaks = strspn(text, "\n");
        text += breaks;
        if (*text != '\0')
            wall_buf_str(buf, breaks > 1 ? "</p><p>" : breaks == 1 ? "<br>" : "");
    }
    wall_buf_str(buf, "</p></div>");
}
