/* SPDX-License-Identifier: Apache-2.0 */
#include "core/html.h"

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
