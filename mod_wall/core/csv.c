/* SPDX-License-Identifier: Apache-2.0 */
#include "core/csv.h"

#include <string.h>

/* Also the full-width forms, which some spreadsheets fold to the plain ones. */
static int begins_formula(const char *text)
{
    static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0" };

    if (*text != '\0' && strchr("=+-@\t\r\n", *text) != NULL)
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        if (strncmp(text, wide[i], 3) == 0)
            return 1;
    }
    return 0;
}

void wall_csv_text(wall_buf_t *buf, const char *text)
{
    const char *quote;

    wall_buf_char(buf, '"');
    if (text != NULL && begins_formula(text + strspn(text, " ")))
        wall_buf_char(buf, '\'');
    while (text != NULL && (quote = strchr(text, '"')) != NULL) {
        wall_buf_add(buf, text, (size_t)(quote - text) + 1);
        wall_buf_char(buf, '"');
        text = quote + 1;
    }
    wall_buf_str(buf, text != NULL ? text : "");
    wall_buf_char(buf, '"');
}
