/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mime.h"

#include <apr_encode.h>
#include <apr_strings.h>
#include <string.h>

#include "core/json.h"

#define LINE_CHARS     76 /* RFC 5322 2.1.1 says 78; with encoded words in it 76, RFC 2047 section 2 */
#define WORD_FRAME     12 /* =?UTF-8?B? and ?= */
#define WORD_MIN       24 /* characters of base64 worth beginning a word with in the rest of a line */
#define WORD_MAX       60 /* a multiple of 4: with its frame below the 75 of RFC 2047 */
#define BOUNDARY_MAX   60 /* so that the line that names it takes it */
#define LINE_BYTES     57 /* in one line of base64: 76 characters, RFC 2045 6.8 */

int wall_mime_header_safe(const char *value)
{
    for (const char *p = value; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return 0;
    }
    return wall_utf8_valid(value, strlen(value));
}

int wall_mime_address_safe(const char *address)
{
    const char *at = strchr(address, '@');

    return wall_mime_header_safe(address) && at != NULL && at != address && at[1] != '\0' &&
           strchr(at + 1, '@') == NULL && strpbrk(address, " <>,;:\"\\()[]") == NULL;
}

static int is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            return 0;
    }
    return 1;
}

/* ---- header fields: what cannot be split goes to the next line where it does not fit ---- */

typedef struct header_t {
    wall_buf_t *buf;
    size_t line; /* where in buf the present line begins */
} header_t;

static header_t begin(wall_buf_t *buf, const char *name)
{
    header_t header = { buf, buf->len };

    wall_buf_fmt(buf, "%s:", name);
    return header;
}

static size_t column(const header_t *header)
{
    return header->buf->len - header->line;
}

static void fold(header_t *header)
{
    wall_buf_str(header->buf, "\r\n");
    header->line = header->buf->len;
}

static void add_token(header_t *header, const char *token)
{
    if (column(header) + 1 + strlen(token) > LINE_CHARS)
        fold(header);
    wall_buf_fmt(header->buf, " %s", token);
}

static void end(header_t *header)
{
    wall_buf_str(header->buf, "\r\n");
}

static void add_field(wall_buf_t *buf, const char *name, const char *value)
{
    header_t header = begin(buf, name);

    add_token(&header, value);
    end(&header);
}

/* Characters of base64 that the rest of the line takes in one encoded word. */
static size_t room(const header_t *header)
{
    size_t used = column(header) + 1 + WORD_FRAME;
    size_t left = used < LINE_CHARS ? (LINE_CHARS - used) / 4 * 4 : 0;

    return left < WORD_MAX ? left : WORD_MAX;
}

/* Encoded words, each of whole characters (RFC 2047 section 2 and 5). */
static void add_words(header_t *header, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        size_t take;

        if (room(header) < WORD_MIN)
            fold(header);
        take = room(header) / 4 * 3;
        take = len < take ? len : take;
        while (take < len && ((unsigned char)text[take] & 0xc0) == 0x80)
            take--;
        wall_buf_fmt(header->buf, " =?UTF-8?B?%s?=",
                     apr_pencode_base64_binary(header->buf->pool, (const unsigned char *)text,
                                               (apr_ssize_t)take, APR_ENCODE_NONE, NULL));
        text += take;
        len -= take;
    }
}

/* Text of a header that holds text only. */
static void add_text(header_t *header, const char *text)
{
    if (is_ascii(text) && column(header) + 1 + strlen(text) <= LINE_CHARS && strstr(text, "=?") == NULL)
        add_token(header, text);
    else
        add_words(header, text);
}

static const char *quoted(apr_pool_t *pool, const char *name)
{
    wall_buf_t buf;

    wall_buf_init(&buf, pool, strlen(name) + 8);
    wall_buf_char(&buf, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            wall_buf_char(&buf, '\\');
        wall_buf_char(&buf, *name);
    }
    wall_buf_char(&buf, '"');
    return buf.data;
}

static void add_name(header_t *header, const char *name)
{
    const char *token = quoted(header->buf->pool, name);

    if (is_ascii(name) && column(header) + 1 + strlen(token) <= LINE_CHARS)
        add_token(header, token);
    else
        add_words(header, name);
}

static void add_part(wall_buf_t *buf, const char *boundary, const char *type, const char *body)
{
    size_t len = strlen(body);

    wall_buf_fmt(buf,
                 "--%s\r\nContent-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: "
                 "base64\r\n\r\n",
                 boundary, type);
    while (len > 0) {
        size_t take = len < LINE_BYTES ? len : LINE_BYTES;

        wall_buf_str(buf, apr_pencode_base64_binary(buf->pool, (const unsigned char *)body,
                                                    (apr_ssize_t)take, APR_ENCODE_NONE, NULL));
        wall_buf_str(buf, "\r\n");
        body += take;
        len -= take;
    }
}

/* RFC 2046 5.1.1: lines of text end in CRLF before they are encoded. */
static const char *with_crlf(apr_pool_t *pool, const char *text)
{
    wall_buf_t buf;

    wall_buf_init(&buf, pool, strlen(text) + 64);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            wall_buf_char(&buf, '\r');
        if (*text != '\r')
            wall_buf_char(&buf, *text);
    }
    return buf.data;
}

static const char *find_unsafe(const wall_mime_t *mail)
{
    return !wall_mime_address_safe(mail->from)         ? "From"
           : !wall_mime_header_safe(mail->from_name)   ? "From"
           : !wall_mime_address_safe(mail->to)         ? "To"
           : !wall_mime_address_safe(mail->message_id) ? "Message-ID"
           : !wall_mime_header_safe(mail->subject)     ? "Subject"
           : !wall_mime_header_safe(mail->language)    ? "Content-Language"
                                                       : NULL;
}

static const char *in_brackets(apr_pool_t *pool, const char *address)
{
    return apr_pstrcat(pool, "<", address, ">", NULL);
}

static void add_headers(wall_buf_t *buf, const wall_mime_t *mail, const char *boundary)
{
    char date[APR_RFC822_DATE_LEN];
    header_t header;

    apr_rfc822_date(date, mail->date);
    date[strlen(date) - 3] = '\0'; /* "GMT" is the obsolete form of +0000 (RFC 5322 4.3) */
    add_field(buf, "Date", apr_pstrcat(buf->pool, date, "+0000", NULL));
    header = begin(buf, "From");
    add_name(&header, mail->from_name);
    add_token(&header, in_brackets(buf->pool, mail->from));
    end(&header);
    add_field(buf, "To", in_brackets(buf->pool, mail->to));
    header = begin(buf, "Subject");
    add_text(&header, mail->subject);
    end(&header);
    add_field(buf, "Message-ID", in_brackets(buf->pool, mail->message_id));
    add_field(buf, "Content-Language", mail->language);
    add_field(buf, "Auto-Submitted", "auto-generated");
    add_field(buf, "MIME-Version", "1.0");
    header = begin(buf, "Content-Type");
    add_token(&header, "multipart/alternative;");
    add_token(&header, apr_pstrcat(buf->pool, "boundary=\"", boundary, "\"", NULL));
    end(&header);
}

const char *wall_mime_write(wall_buf_t *buf, const wall_mime_t *mail)
{
    const char *unsafe = find_unsafe(mail), *boundary;

    if (unsafe != NULL)
        return unsafe;
    /* Base64 has no "=_", so no part can hold the boundary; at most 70 characters (RFC 2046 5.1.1). */
    boundary = apr_pstrcat(buf->pool, "=_",
                           apr_pstrndup(buf->pool, mail->message_id,
                                        strcspn(mail->message_id, "@")),
                           NULL);
    boundary = apr_pstrndup(buf->pool, boundary, BOUNDARY_MAX);
    add_headers(buf, mail, boundary);
    wall_buf_str(buf, "\r\n");
    add_part(buf, boundary, "text/plain", with_crlf(buf->pool, mail->text));
    add_part(buf, boundary, "text/html", with_crlf(buf->pool, mail->html));
    wall_buf_fmt(buf, "--%s--\r\n", boundary);
    return NULL;
}
