/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fields.h"

#include <apr_time.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timefmt.h"
#include "core/richtext.h"

#define SCALAR_MAX 40 /* bytes any number, boolean or time needs */

/* Compiler vectors: one 16-byte look instead of sixteen table look-ups, on any processor. */
typedef unsigned char block_t __attribute__((vector_size(16)));

/* What may not stand in a string as it is. Beside what JSON demands: < > & so that the text may be
 * put inside a script element, U+2028/9 (both begin with 0xe2) for readers that are JavaScript. */
static int is_special(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xe2;
}

static int has_special(const char *text)
{
    block_t b;
    uint64_t half[2];

    memcpy(&b, text, sizeof(b));
    b = (block_t)((b < 0x20) | (b == '"') | (b == '\\') | (b == '<') | (b == '>') | (b == '&') |
                  (b == 0xe2));
    memcpy(half, &b, sizeof(half));
    return (half[0] | half[1]) != 0;
}

/* Length of the run at @a text that needs no escape. */
static size_t plain_run(const char *text, size_t len)
{
    size_t i = 0;

    while (len - i >= sizeof(block_t) && !has_special(text + i))
        i += sizeof(block_t);
    while (i < len && !is_special((unsigned char)text[i]))
        i++;
    return i;
}

/* Writes the escape for the byte at @a text (at most 6 bytes); sets how many bytes it replaces. */
static char *write_escape(char *to, const char *text, size_t left, size_t *taken)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr"; /* for 8, 9, 10, -, 12, 13 */
    unsigned char c = (unsigned char)*text;

    *taken = 1;
    if (c == 0xe2) {
        if (left < 3 || (unsigned char)text[1] != 0x80 || ((unsigned char)text[2] | 1) != 0xa9) {
            *to++ = (char)c;
            return to;
        }
        *taken = 3;
        memcpy(to, (unsigned char)text[2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
        return to + 6;
    }
    *to++ = '\\';
    if (c == '"' || c == '\\') {
        *to++ = (char)c;
    } else if (c >= 8 && c <= 13 && letters[c - 8] != '\0') {
        *to++ = letters[c - 8];
    } else {
        memcpy(to, "u00", 3);
        to[3] = hex[c >> 4];
        to[4] = hex[c & 15];
        to += 5;
    }
    return to;
}

void wall_json_string(wall_buf_t *buf, const char *str)
{
    size_t left, run, taken;
    char *to;

    if (str == NULL) {
        wall_buf_add(buf, "null", 4);
        return;
    }
    left = strlen(str);
    to = wall_buf_room(buf, left + 2);
    *to++ = '"';
    for (;;) {
        run = plain_run(str, left);
        memcpy(to, str, run);
        to += run;
        str += run;
        left -= run;
        if (left == 0)
            break;
        buf->len = (size_t)(to - buf->data);
        to = wall_buf_room(buf, left + 8);
        to = write_escape(to, str, left, &taken);
        str += taken;
        left -= taken;
    }
    *to++ = '"';
    *to = '\0';
    buf->len = (size_t)(to - buf->data);
}

/* Shortest of 15 or 17 digits that reads back as the same number; JSON has no NaN or infinity. */
static char *write_f64(char *to, double value)
{
    int len;

    if (!isfinite(value)) {
        memcpy(to, "null", 4);
        return to + 4;
    }
    len = snprintf(to, SCALAR_MAX, "%.15g", value);
    if (strtod(to, NULL) != value)
        len = snprintf(to, SCALAR_MAX, "%.17g", value);
    /* Whatever the locale's decimal point is, JSON's is a full stop. */
    if (strcspn(to, ",") < (size_t)len)
        to[strcspn(to, ",")] = '.';
    return to + len;
}

static char *write_word(char *to, const char *word)
{
    size_t len = strlen(word);

    memcpy(to, word, len);
    return to + len;
}

static char *write_time(char *to, apr_time_t t)
{
    if (t == 0)
        return write_word(to, "null");
    *to++ = '"';
    wall_time_rfc3339(to, t);
    to += WALL_RFC3339_LEN;
    *to++ = '"';
    return to;
}

/* Writes a value of bounded length at @a to, which has SCALAR_MAX bytes; NULL for other types. */
static char *write_scalar(char *to, const wall_field_t *field, const void *at)
{
    switch (field->type) {
    case WALL_T_I64:
        return wall_write_i64(to, *(const apr_int64_t *)at);
    case WALL_T_OPT_I64:
        if (*(apr_int64_t *const *)at == NULL)
            return write_word(to, "null");
        return wall_write_i64(to, **(apr_int64_t *const *)at);
    case WALL_T_BOOL:
        return write_word(to, *(const int *)at ? "true" : "false");
    case WALL_T_F64:
        return write_f64(to, *(const double *)at);
    case WALL_T_TIME:
        return write_time(to, *(const apr_time_t *)at);
    default:
        return NULL;
    }
}

static const char *enum_name(const wall_field_t *field, int index)
{
    int i;

    for (i = 0; field->names[i] != NULL; i++) {
        if (i == index)
            return field->names[i];
    }
    return NULL;
}

static void list(wall_buf_t *buf, const wall_field_t *field, const apr_array_header_t *items)
{
    int i;

    wall_buf_char(buf, '[');
    for (i = 0; items != NULL && i < items->nelts; i++) {
        const char *item = items->elts + (size_t)i * (size_t)items->elt_size;

        if (i > 0)
            wall_buf_char(buf, ',');
        if (field->type == WALL_T_STRS)
            wall_json_string(buf, *(const char *const *)(const void *)item);
        else
            wall_fields_encode(buf, field->shape, item);
    }
    wall_buf_char(buf, ']');
}

static void rich(wall_buf_t *buf, const char *text)
{
    wall_buf_t html;

    if (text == NULL) {
        wall_buf_str(buf, "null");
        return;
    }
    wall_buf_init(&html, buf->pool, strlen(text) + 64);
    wall_richtext(&html, text);
    wall_json_string(buf, html.data);
}

static void compound(wall_buf_t *buf, const wall_field_t *field, const void *at)
{
    switch (field->type) {
    case WALL_T_STR:
        wall_json_string(buf, *(const char *const *)at);
        return;
    case WALL_T_ENUM:
        wall_json_string(buf, enum_name(field, *(const int *)at));
        return;
    case WALL_T_OBJ:
        wall_fields_encode(buf, field->shape, at);
        return;
    case WALL_T_OPT_OBJ:
        if (*(const void *const *)at != NULL)
            wall_fields_encode(buf, field->shape, *(const void *const *)at);
        else
            wall_buf_add(buf, "null", 4);
        return;
    case WALL_T_LIST:
    case WALL_T_STRS:
        list(buf, field, *(apr_array_header_t *const *)at);
        return;
    case WALL_T_RICH:
        rich(buf, *(const char *const *)at);
        return;
    case WALL_T_RAW:
        wall_buf_str(buf, *(const char *const *)at != NULL ? *(const char *const *)at : "null");
        return;
    default:
        return;
    }
}

void wall_fields_encode(wall_buf_t *buf, const wall_shape_t *shape, const void *in)
{
    const wall_field_t *field;
    char before = '{';

    if (shape->encoded != 0) {
        const wall_bytes_t *ready = (const void *)((const char *)in + shape->encoded);

        if (ready->data != NULL) {
            wall_buf_add(buf, ready->data, ready->len);
            return;
        }
    }
    for (field = shape->fields; field->name != NULL; field++) {
        const char *at = (const char *)in + field->offset;
        size_t len = strlen(field->name);
        char *to = wall_buf_room(buf, len + 4 + SCALAR_MAX);
        char *end;

        *to++ = before;
        *to++ = '"';
        memcpy(to, field->name, len);
        to += len;
        *to++ = '"';
        *to++ = ':';
        before = ',';
        end = write_scalar(to, field, at);
        buf->len = (size_t)((end != NULL ? end : to) - buf->data);
        buf->data[buf->len] = '\0';
        if (end == NULL)
            compound(buf, field, at);
    }
    if (before == '{')
        wall_buf_char(buf, '{');
    wall_buf_char(buf, '}');
}
