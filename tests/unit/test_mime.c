/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app/mail/mail_jobs.h"
#include "context.h"
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

/* Encoded words hold whole characters and fit a line (RFC 2047 section 2). */
void test_mime__subject_beyond_ascii(void)
{
    wall_cx_t cx = test_context();
    wall_mime_t m = mail();
    wall_buf_t buf;
    const char *line;

    m.subject = "Подтвердите адрес электронной почты, пожалуйста";
    wall_buf_init(&buf, cx.pool, 16);
    CU_ASSERT_PTR_NULL(wall_mime_write(&buf, &m));
    line = strstr(buf.data, "Subject: =?UTF-8?B?");
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    while (strncmp(line, "Message-ID", 10) != 0) {
        const char *end = strstr(line, "\r\n");

        CU_ASSERT(end - line <= 76);
        CU_ASSERT(strncmp(end - 2, "?=", 2) == 0);
        line = end + 2;
    }
    apr_pool_destroy(cx.pool);
}

void test_mime__pauses_grow_and_end(void)
{
    CU_ASSERT_EQUAL(mail_pause_ms(1), 1000);
    CU_ASSERT_EQUAL(mail_pause_ms(2), 2000);
    CU_ASSERT_EQUAL(mail_pause_ms(12), 2048000);
    CU_ASSERT_EQUAL(mail_pause_ms(36), 3600000);
}
