/* SPDX-License-Identifier: Apache-2.0 */
#include "tokens.h"

#include <ctype.h>
#include <stdint.h>

#include "text.h"

enum { BLANKS_MAX = 16, WORD_MAX = 10, FOREIGN_MAX = 4, MARKS_MAX = 3 };

static size_t run(const char *s, size_t len, size_t max, int (*is)(int))
{
    size_t n = 0;
    while (n < len && n < max && (unsigned char)s[n] < 0x80 && is((unsigned char)s[n]))
        n++;
    return n;
}

size_t token_next(const char *s, size_t len)
{
    /* One blank belongs to the word behind it, more of them to each other. */
    size_t lead = len > 1 && s[0] == ' ' && !isspace((unsigned char)s[1]) ? 1 : 0;
    size_t n = run(s + lead, len - lead, lead ? 0 : BLANKS_MAX, isspace);
    if (n)
        return n;
    if ((n = run(s + lead, len - lead, WORD_MAX, isalnum)) != 0)
        return lead + n;
    if ((n = run(s + lead, len - lead, MARKS_MAX, ispunct)) != 0)
        return lead + n;
    n = lead;
    for (int chars = 0; n < len && chars < FOREIGN_MAX; chars++) {
        uint32_t cp;
        size_t size = utf8_decode(s + n, len - n, &cp);
        if (cp < 0x80 && chars)
            break;
        n += size;
    }
    return n;
}

long token_count(const char *s, size_t len)
{
    long count = 0;
    for (size_t n; len; s += n, len -= n, count++)
        n = token_next(s, len);
    return count;
}
