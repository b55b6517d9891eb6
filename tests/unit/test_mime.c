/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_encode.h>
#include <apr_strings.h>
#include <string.h>

#include "app/mail/mail_jobs.h"
#include "context.h"
#include "core/json.h"
#include "core/mime.h"

static wall_mime_t mail(void)
{
    return (wall_mime_t){ .from = "wall@example.org", .from_name = "example.org",
                          .to = "ada@example.org", .message_id = "wall.1@example.org",
                          .subject = "Hello", .language = "en", .text = "a\nb\n", .html = "<p>a",
                          .date = 0 };
}

void test_mime__refuses_what_begins_another_header(void)
{
    static const char *const bad[] = { "a\r\nBcc: b", "a\nb", "a\rb", "a\tb", "a\x7f", "\xff" };
    wall_cx_t cx = test_context();
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 16);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        wall_mime_t m = mail();

        m.subject = bad[i];
        CU_ASSERT_STRING_EQUAL(wall_mime_write(&buf, &m), "Subject");
        m = mail();
        m.from_name = bad[i];
        CU_ASSERT_STRING_EQUAL(wall_mime_write(&buf, &m), "From");
    }
    CU_ASSERT_EQUAL(buf.len, 0);
    apr_pool_destroy(cx.pool);
}

void test_mime__addresses(void)
{
    static const char *const good[] = { "a@b.c", "a+b@c.d", "o'hara@example.org", "grüße@example.org" };
    static const char *const bad[] = { "",         "a",        "@b.c",      "a@",          "a@b@c",
                                       "a b@c.d",  "a@b.c>",   "a@b.c,d@e.f", "a@b.c\r\nX: y", "\"a\"@b.c",
                                       "a@b.c;d" };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CU_ASSERT(wall_mime_address_safe(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT(!wall_mime_address_safe(bad[i]));
}

void test_mime__whole_message(void)
{
    static const char expected[] =
        "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
        "From: \"example.org\" <wall@example.org>\r\n"
        "To: <ada@example.org>\r\n"
        "Subject: Hello\r\n"
        "Message-ID: <wall.1@example.org>\r\n"
        "Content-Language: en\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=\"=_wall.1\"\r\n\r\n"
        "--=_wall.1\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nYQ0KYg0K\r\n"
        "--=_wall.1\r\nContent-Type: text/html; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nPHA+YQ==\r\n"
        "--=_wall.1--\r\n";
    wall_cx_t cx = test_context();
    wall_mime_t m = mail();
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 16);
    CU_ASSERT_PTR_NULL(wall_mime_write(&buf, &m));
    CU_ASSERT_STRING_EQUAL(buf.data, expected);
    apr_pool_destroy(cx.pool);
}

/* Every line of the headers but those that cannot be split is short enough, and a line with encoded
 * words even shorter. @return the encoded words of the subject, decoded and joined */
static const char *headers_fit(const wall_cx_t *cx, const char *message, const char *unsplit)
{
    const char *subject = "";
    int in_subject = 0;

    for (const char *line = message, *end; (end = strstr(line, "\r\n")) != NULL && end != line; line = end + 2) {
        const char *at = apr_pstrmemdup(cx->pool, line, (apr_size_t)(end - line));

        CU_ASSERT(strlen(at) <= (strstr(at, "=?") != NULL ? 76 : 78) || strstr(at, unsplit) != NULL);
        CU_ASSERT(strspn(at, " \t") < strlen(at)); /* RFC 5322 3.2.2: no line of white space only */
        if (*at != ' ')
            in_subject = strncmp(at, "Subject:", 8) == 0;
        for (const char *word = at; in_subject && (word = strstr(word, "=?UTF-8?B?")) != NULL;) {
            const char *text = word + 10;
            apr_size_t len;
            const unsigned char *plain;

            CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(text, "?="));
            len = (apr_size_t)(strstr(text, "?=") - text);
            CU_ASSERT(len + 12 <= 75);
            plain = apr_pdecode_base64_binary(cx->pool, text, (apr_ssize_t)len, APR_ENCODE_NONE, &len);
            CU_ASSERT_PTR_NOT_NULL_FATAL(plain);
            CU_ASSERT(wall_utf8_valid((const char *)plain, len)); /* whole characters */
            subject = apr_pstrcat(cx->pool, subject, apr_pstrmemdup(cx->pool, (const char *)plain, len), NULL);
            word = text;
        }
    }
    return subject;
}

static const char *repeated(const wall_cx_t *cx, const char *text, int times)
{
    const char *all = "";

    while (times-- > 0)
        all = apr_pstrcat(cx->pool, all, text, NULL);
    return all;
}

/* RFC 5322 2.1.1 and RFC 2047 section 2, for subjects, names, hosts and numbers of any length. */
void test_mime__lines_of_headers_fit(void)
{
    static const char *const letters[] = { "a", "ш", "ع", "語", "😀" };

    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        for (int times = 1; times <= 200; times++) {
            wall_cx_t cx = test_context();
            wall_mime_t m = mail();
            const char *words;
            wall_buf_t buf;

            m.subject = repeated(&cx, letters[i], times);
            m.from_name = repeated(&cx, letters[i], 201 - times);
            m.message_id = apr_psprintf(cx.pool, "wall.%s.1700000000000000.%d@example.org",
                                        repeated(&cx, "s", times % 28 + 1), times * 1000003);
            wall_buf_init(&buf, cx.pool, 16);
            CU_ASSERT_PTR_NULL(wall_mime_write(&buf, &m));
            words = headers_fit(&cx, buf.data, "\x01");
            CU_ASSERT_STRING_EQUAL(words, i > 0 || times > 67 ? m.subject : "");
            apr_pool_destroy(cx.pool);
        }
    }
}

/* An address cannot be split: it stands on a line of its own, and the others fit. */
void test_mime__long_addresses(void)
{
    for (int times = 1; times <= 240; times++) {
        wall_cx_t cx = test_context();
        wall_mime_t m = mail();
        const char *host = repeated(&cx, "h", times);
        wall_buf_t buf;

        m.from = apr_pstrcat(cx.pool, "wall@", host, NULL);
        m.to = apr_pstrcat(cx.pool, "a@", host, NULL);
        m.from_name = host;
        m.message_id = apr_pstrcat(cx.pool, "wall.wall.1.1@", host, NULL);
        wall_buf_init(&buf, cx.pool, 16);
        CU_ASSERT_PTR_NULL(wall_mime_write(&buf, &m));
        headers_fit(&cx, buf.data, apr_pstrcat(cx.pool, "@", host, ">", NULL));
        CU_ASSERT_PTR_NOT_NULL(strstr(buf.data, apr_pstrcat(cx.pool, " <", m.to, ">\r\n", NULL)));
        if (times > 76) /* RFC 5322 2.1.1: below 998 in any case */
            CU_ASSERT_PTR_NOT_NULL(strstr(buf.data, apr_pstrcat(cx.pool, "To:\r\n <", m.to, ">\r\n", NULL)));
        apr_pool_destroy(cx.pool);
    }
}

void test_mime__pauses_grow_and_end(void)
{
    CU_ASSERT_EQUAL(mail_pause_ms(1), 1000);
    CU_ASSERT_EQUAL(mail_pause_ms(2), 2000);
    CU_ASSERT_EQUAL(mail_pause_ms(12), 2048000);
    CU_ASSERT_EQUAL(mail_pause_ms(36), 3600000);
}
