/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fields_text.h"

#include <apr_strings.h>
#include <string.h>

#include "core/ascii.h"
#include "core/json.h"
#include "core/timezone.h"
#include "core/weburl.h"

#define USERNAME_MIN 3
#define USERNAME_MAX 30
#define SLUG_MAX     100
#define EMAIL_MAX    254 /* RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets */
#define LOCAL_MAX    64  /* §4.5.3.1.1 */
#define LABEL_MAX    63  /* RFC 1035 §2.3.4 */
#define UUID_LEN     36
#define DATE_LEN     10

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- code points that are not text ---- */

/* Valid UTF-8; returns the code point at *text and moves past it. */
static unsigned long next_point(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    unsigned long point = *p++;

    if (point >= 0xc0) {
        point &= point < 0xe0 ? 0x1f : point < 0xf0 ? 0x0f : 0x07;
        while ((*p & 0xc0) == 0x80)
            point = point << 6 | (*p++ & 0x3f);
    }
    *text = (const char *)p;
    return point;
}

/* Unicode property White_Space, and the byte order mark. */
static int is_space(unsigned long c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* C0, DEL, C1, line and paragraph separator, and what turns the direction of the text around it
 * (Unicode TR 36 §3.5): a name must not rearrange the page it is printed on. */
static int breaks_line(unsigned long c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static int has_controls(const char *text, wall_format_t format)
{
    while (*text != '\0') {
        unsigned long c = next_point(&text);

        if (format == WALL_FMT_NONE ? (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f
                                    : breaks_line(c))
            return 1;
    }
    return 0;
}

static char *trimmed(char *text)
{
    const char *at = text, *before, *first = NULL, *end = text;

    while (*at != '\0') {
        before = at;
        if (!is_space(next_point(&at))) {
            if (first == NULL)
                first = before;
            end = at;
        }
    }
    text[end - text] = '\0';
    return first != NULL ? text + (first - text) : text;
}

/* Forms send line ends as \r\n; stored text has \n. */
static void plain_line_ends(char *text)
{
    char *to = text;

    for (; *text != '\0'; text++) {
        if (*text == '\r') {
            *to++ = '\n';
            if (text[1] == '\n')
                text++;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

/* ---- formats ---- */

/* Lower-cases; 1 when it is a letter and then letters, digits, - and _. */
static int is_name(char *text)
{
    wall_lower(text, strlen(text));
    return is_lower(text[0]) &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

static wall_why_t check_username(char *text)
{
    size_t len = strlen(text);

    if (!is_name(text))
        return WALL_WHY(NOT_USERNAME);
    if (len < USERNAME_MIN)
        return WALL_WHY(TOO_SHORT, .n = USERNAME_MIN);
    return len > USERNAME_MAX ? WALL_WHY(TOO_LONG, .n = USERNAME_MAX) : WALL_NO_WHY;
}

static wall_why_t check_slug(char *text)
{
    size_t len = strlen(text);

    if (is_digit(text[0]))
        return strspn(text, "0123456789") == len && text[0] != '0' && len <= 18
                   ? WALL_NO_WHY
                   : WALL_WHY(NOT_NAME_OR_ID);
    return is_name(text) && len >= USERNAME_MIN && len <= SLUG_MAX
               ? WALL_NO_WHY
               : WALL_WHY(NOT_NAME_OR_ID);
}

/* RFC 5322 §3.2.3 atext. */
static int is_atext(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static int is_dot_atom(const char *text, size_t len)
{
    size_t i;

    if (len == 0 || text[0] == '.' || text[len - 1] == '.')
        return 0;
    for (i = 0; i < len; i++) {
        if (text[i] == '.' ? text[i + 1] == '.' : !is_atext(text[i]))
            return 0;
    }
    return 1;
}

/* RFC 5321 §4.1.2: labels of letters, digits and inner hyphens; two at least, since mail to a bare
 * top-level name is a typing mistake. */
static int is_mail_domain(const char *text)
{
    size_t labels = 0, len;

    for (;;) {
        len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (len == 0 || len > LABEL_MAX || text[0] == '-' || text[len - 1] == '-')
            return 0;
        labels++;
        text += len;
        if (*text == '\0')
            return labels >= 2;
        if (*text++ != '.')
            return 0;
    }
}

static wall_why_t check_email(char *text)
{
    const wall_why_t refused = WALL_WHY(NOT_EMAIL);
    char *at = strrchr(text, '@');

    if (at == NULL || strlen(text) > EMAIL_MAX || at - text > LOCAL_MAX)
        return refused;
    wall_lower(at, strlen(at));
    return is_dot_atom(text, (size_t)(at - text)) && is_mail_domain(at + 1) ? WALL_NO_WHY : refused;
}

/* RFC 9562 §4: upper case is accepted, lower case is kept. */
static wall_why_t check_uuid(char *text)
{
    const wall_why_t refused = WALL_WHY(NOT_UUID);
    size_t i;

    wall_lower(text, strlen(text));
    if (strlen(text) != UUID_LEN)
        return refused;
    for (i = 0; i < UUID_LEN; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text[i] != '-' : !is_digit(text[i]) && (text[i] < 'a' || text[i] > 'f'))
            return refused;
    }
    return WALL_NO_WHY;
}

/* A day of the Gregorian calendar (RFC 3339 appendix C) since 1970. */
static wall_why_t check_date(const char *text)
{
    return wall_day_number(text) >= 0 ? WALL_NO_WHY : WALL_WHY(NOT_DATE);
}

static wall_why_t check_format(apr_pool_t *pool, wall_format_t format, char *text)
{
    switch (format) {
    case WALL_FMT_USERNAME:
        return check_username(text);
    case WALL_FMT_SLUG:
        return check_slug(text);
    case WALL_FMT_EMAIL:
        return check_email(text);
    case WALL_FMT_UUID:
        return check_uuid(text);
    case WALL_FMT_DATE:
        return check_date(text);
    case WALL_FMT_URL: /* nothing, where the bounds allow it, takes the address away */
        return *text == '\0' || wall_weburl_ok(pool, text) ? WALL_NO_WHY : WALL_WHY(NOT_URL);
    case WALL_FMT_SECRET:
        return WALL_NO_WHY;
    case WALL_FMT_NONE:
    case WALL_FMT_LINE:
        break;
    }
    return has_controls(text, format) ? WALL_WHY(CONTROLS) : WALL_NO_WHY;
}

static wall_why_t check_bounds(const wall_field_t *field, const char *text)
{
    apr_int64_t length = (apr_int64_t)wall_utf8_length(text);

    if (length == 0 && field->min > 0)
        return WALL_WHY(EMPTY);
    if (length < field->min)
        return WALL_WHY(TOO_SHORT, .n = field->min);
    if (field->max > 0 && length > field->max)
        return WALL_WHY(TOO_LONG, .n = field->max);
    return WALL_NO_WHY;
}

wall_why_t wall_text_accept(apr_pool_t *pool, const wall_field_t *field, wall_bytes_t text,
                             const char **out)
{
    wall_why_t why;
    char *copy;

    if (!wall_utf8_valid(text.data, text.len))
        return WALL_WHY(NOT_UTF8);
    if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)
        return WALL_WHY(CONTROLS);
    copy = apr_pstrmemdup(pool, text.len ? text.data : "", text.len);
    if (field->format == WALL_FMT_NONE)
        plain_line_ends(copy);
    if (field->trim && field->format != WALL_FMT_SECRET)
        copy = trimmed(copy);
    why = check_bounds(field, copy);
    if (why.reason == WALL_WHY_NONE)
        why = check_format(pool, field->format, copy);
    *out = copy;
    return why;
}

const char *wall_format_pattern(wall_format_t format)
{
    switch (format) {
    case WALL_FMT_LINE:
        return "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$";
    case WALL_FMT_USERNAME:
        return "^[A-Za-z][A-Za-z0-9_-]{2,29}$";
    case WALL_FMT_SLUG:
        return "^([A-Za-z][A-Za-z0-9_-]{2,99}|[1-9][0-9]{0,17})$";
    case WALL_FMT_NONE:
        return "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$";
    case WALL_FMT_SECRET:
        return "^[^\\u0000]*$";
    case WALL_FMT_URL:
        return "^([Hh][Tt][Tt][Pp][Ss]://[^/?#@\\s]+([/?#]\\S*)?)?$";
    case WALL_FMT_EMAIL:
    case WALL_FMT_UUID:
    case WALL_FMT_DATE:
        break;
    }
    return NULL;
}

apr_int64_t wall_format_max(wall_format_t format)
{
    switch (format) {
    case WALL_FMT_USERNAME:
        return USERNAME_MAX;
    case WALL_FMT_SLUG:
        return SLUG_MAX;
    case WALL_FMT_EMAIL:
        return EMAIL_MAX;
    case WALL_FMT_UUID:
        return UUID_LEN;
    case WALL_FMT_DATE:
        return DATE_LEN;
    case WALL_FMT_NONE:
    case WALL_FMT_LINE:
    case WALL_FMT_URL:
    case WALL_FMT_SECRET:
        break;
    }
    return 0;
}
