/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mime.h"

#include <apr_encode.h>
#include <apr_strings.h>
#include <string.h>

#include "core/json.h"

#define WORD_BYTES 39 /* in one encoded word: 52 characters of base64, 64 with its frame */
#define LINE_BYTES 57 /* in one line of base64: 76 characters, RFC 2045 6.8 */

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

/* Encoded words, each of whole characters, on lines of their own (RFC 2047 section 2 and 5). */
static void add_words(wall_buf_t *buf, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        size_t take = len < WORD_BYTES ? len : WORD_BYTES;

        while (take < len && ((unsigned char)text[take] & 0xc0) == 0x80)
            take--;
        wall_buf_str(buf, "=?UTF-8?B?");
        wall_buf_str(buf, apr_pencode_base64_binary(buf->pool, (const unsigned char *)text,
                                                    (apr_ssize_t)take, APR_ENCODE_NONE, NULL));
        wall_buf_str(buf, "?=");
        text += take;
        len -= take;
        if (len > 0)
            wall_buf_str(buf, "\r\n ");
    }
}

/* Text of a header that holds text only. */
static void add_text(wall_buf_t *buf, const char *text)
{
    if (is_ascii(text) && strlen(text) <= 60 && strstr(text, "=?") == NULL)
        wall_buf_str(buf, text);
    else
        add_words(buf, text);
}

static void add_name(wall_buf_t *buf, const char *name)
{
    if (!is_ascii(name) || strlen(name) > 60) {
        add_words(buf, name);
        return;
    }
    wall_buf_char(buf, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            wall_buf_char(buf, '\\');
        wall_buf_char(buf, *name);
    }
    wall_buf_char(buf, '"');
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

const char *wall_mime_write(wall_buf_t *buf, const wall_mime_t *mail)
{
    const char *unsafe = find_unsafe(mail), *boundary;
    char date[APR_RFC822_DATE_LEN];

    if (unsafe != NULL)
        return unsafe;
    /* Base64 has no "=_", so no part can hold the boundary. */
    boundary = apr_pstrcat(buf->pool, "=_",
                           apr_pstrndup(buf->pool, mail->message_id,
                                        strcspn(mail->message_id, "@")),
                           NULL);
    apr_rfc822_date(date, mail->date);
    date[strlen(date) - 3] = '\0'; /* "GMT" is the obsolete form of +0000 (RFC 5322 4.3) */
    wall_buf_fmt(buf, "Date: %s+0000\r\nFrom: ", date);
    add_name(buf, mail->from_name);
    wall_buf_fmt(buf, " <%s>\r\nTo: <%s>\r\nSubject: ", mail->from, mail->to);
    add_text(buf, mail->subject);
    wall_buf_fmt(buf,
                 "\r\nMessage-ID: <%s>\r\nContent-Language: %s\r\nAuto-Submitted: "
                 "auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
                 "boundary=\"%s\"\r\n\r\n",
                 mail->message_id, mail->language, boundary);
    add_part(buf, boundary, "text/plain", with_crlf(buf->pool, mail->text));
    add_part(buf, boundary, "text/html", with_crlf(buf->pool, mail->html));
    wall_buf_fmt(buf, "--%s--\r\n", boundary);
    return NULL;
}
