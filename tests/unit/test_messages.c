/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "app/apps/apps_jobs.h"
#include "context.h"
#include "core/html.h"
#include "core/messages.h"

static const char forms[] =
    "{\"n\":{\"zero\":\"z\",\"one\":\"1\",\"two\":\"2\",\"few\":\"f\",\"many\":\"m\",\"other\":\"o\"}}";

static void add(wall_messages_t *messages, const char *language, const char *json)
{
    CU_ASSERT_PTR_NULL(
        wall_messages_add(messages, language, (wall_bytes_t){ json, strlen(json) }));
}

/* The forms of ICU 74 (node's Intl.PluralRules) for these numbers. */
void test_messages__plural_forms(void)
{
    static const apr_int64_t numbers[] = { 0,  1,  2,  3,  4,   5,   6,   10,  11,  12,
                                           14, 15, 20, 21, 22,  25,  99,  100, 101, 102,
                                           103, 110, 111, 112, 121, 200, 211, 1000, 1000000, 2000000 };
    static const struct {
        const char *language;
        const char *forms;
    } languages[] = {
        { "en", "o1oooooooooooooooooooooooooooo" }, { "de", "o1oooooooooooooooooooooooooooo" },
        { "es", "o1oooooooooooooooooooooooooomm" }, { "ru", "m1fffmmmmmmmm1fmmm1ffmmm1mmmmm" },
        { "ar", "z12fffffmmmmmmmmmoooffmmmomooo" },
    };
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    cx.messages = messages;
    for (size_t l = 0; l < sizeof(languages) / sizeof(languages[0]); l++) {
        add(messages, languages[l].language, forms);
        cx.language = languages[l].language;
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            const char expected[] = { languages[l].forms[i], '\0' };
            CU_ASSERT_STRING_EQUAL(wall_text_n(&cx, "n", numbers[i]), expected);
        }
    }
    apr_pool_destroy(cx.pool);
}

void test_messages__a_form_that_is_missing_is_other(void)
{
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    add(messages, "ru", "{\"n\":{\"one\":\"1\",\"other\":\"{n} o\"}}");
    cx.messages = messages;
    cx.language = "ru";
    CU_ASSERT_STRING_EQUAL(wall_text_n(&cx, "n", 21), "1");
    CU_ASSERT_STRING_EQUAL(wall_text_n(&cx, "n", 3), "3 o");
    apr_pool_destroy(cx.pool);
}

void test_messages__negotiation(void)
{
    static const struct {
        const char *header;
        const char *language;
    } cases[] = {
        { NULL, "en" }, { "", "en" }, { "de", "de" }, { "DE-ch", "de" }, { "de_AT", "de" },
        { "fr", "en" }, { "fr, ru;q=0.5", "ru" }, { "de;q=0.4, ru;q=0.8, en;q=0.5", "ru" },
        { "de, ru", "de" }, { "de;q=0, ru;q=0.1", "ru" }, { " ru ; q=0.9 , de;q=0.8", "ru" },
        { "*", "en" }, { "d", "en" }, { "deu", "en" }, { ",,;;q=,", "en" }, { "de;q=x", "en" },
        { "en-GB,de", "en" }, { "x-klingon,ar;q=0.1", "ar" },
    };
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    add(messages, "ru", "{}");
    add(messages, "en", "{}");
    add(messages, "de", "{}");
    add(messages, "ar", "{}");
    CU_ASSERT_STRING_EQUAL(wall_messages_languages(messages)[0], "ar");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_STRING_EQUAL(wall_messages_negotiate(messages, cx.pool, cases[i].header),
                               cases[i].language);
    CU_ASSERT(wall_messages_has(messages, "de-CH") && !wall_messages_has(messages, "fr") &&
              !wall_messages_has(messages, ""));
    CU_ASSERT_STRING_EQUAL(wall_language_direction("ar"), "rtl");
    CU_ASSERT_STRING_EQUAL(wall_language_direction("de"), "ltr");
    apr_pool_destroy(cx.pool);
}

void test_messages__what_is_missing_falls_back(void)
{
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    cx.language = "de";
    CU_ASSERT_STRING_EQUAL(wall_text(&cx, "a"), "a");
    CU_ASSERT_STRING_EQUAL(wall_error_text(&cx, WALL_E_BUSY), wall_error_message(WALL_E_BUSY));
    CU_ASSERT_STRING_EQUAL(wall_text_or(&cx, "a", "{x}{y}", "x", "1", NULL), "1");
    cx.messages = messages;
    add(messages, "en", "{\"a\":\"english\",\"b\":\"english {n}\"}");
    add(messages, "de", "{\"b\":\"deutsch {n}\",\"error.WALL_BUSY\":\"voll\"}");
    CU_ASSERT_STRING_EQUAL(wall_text(&cx, "a"), "english");
    CU_ASSERT_STRING_EQUAL(wall_text_n(&cx, "b", 5), "deutsch 5");
    CU_ASSERT_STRING_EQUAL(wall_error_text(&cx, WALL_E_BUSY), "voll");
    CU_ASSERT_STRING_EQUAL(wall_text_or(&cx, "c", "source", NULL), "source");
    CU_ASSERT_PTR_NOT_NULL(
        wall_messages_add(messages, "xx", (wall_bytes_t){ "{\"a\":{\"one\":\"1\"}}", 17 }));
    CU_ASSERT_PTR_NOT_NULL(wall_messages_add(messages, "xx", (wall_bytes_t){ "[]", 2 }));
    apr_pool_destroy(cx.pool);
}

/* Values are put in as they are, once, and escaped with the rest where they become HTML. */
void test_messages__values_are_neither_read_nor_trusted(void)
{
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);
    wall_buf_t html;

    add(messages, "en", "{\"by\":\"{name} & {name}{gone}{open\"}");
    cx.messages = messages;
    cx.language = "en";
    CU_ASSERT_STRING_EQUAL(wall_text_with(&cx, "by", "name", "{name}%s<b>", NULL),
                           "{name}%s<b> & {name}%s<b>{open");
    wall_buf_init(&html, cx.pool, 16);
    wall_html(&html, "%s", wall_text_with(&cx, "by", "name", "<b>", NULL));
    CU_ASSERT_STRING_EQUAL(html.data, "&lt;b&gt; &amp; &lt;b&gt;{open");
    apr_pool_destroy(cx.pool);
}

void test_messages__reasons_speak(void)
{
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    CU_ASSERT_PTR_NULL(wall_why_text(&cx, WALL_NO_WHY));
    CU_ASSERT_STRING_EQUAL(wall_why_text(&cx, WALL_WHY(TOO_LONG, .n = 30)),
                           "Use at most 30 characters.");
    add(messages, "de",
        "{\"why.TOO_LONG\":{\"one\":\"Ein Zeichen.\",\"other\":\"{n} Zeichen.\"},"
        "\"error.WALL_CONFLICT\":\"Geht nicht.\",\"job.JOB_ENDED\":\"x\"}");
    cx.messages = messages;
    cx.language = "de";
    wall_fail(&cx, WALL_E_VALIDATION, "name", WALL_WHY(TOO_LONG, .n = 1));
    CU_ASSERT_STRING_EQUAL(test_detail(&cx, "name"), "Ein Zeichen.");
    CU_ASSERT_STRING_EQUAL(wall_fail_text(&cx, WALL_E_CONFLICT), "Geht nicht.");
    wall_fail(&cx, WALL_E_CONFLICT, NULL, WALL_WHY(TOO_LONG, .n = 7));
    CU_ASSERT_STRING_EQUAL(wall_fail_text(&cx, WALL_E_CONFLICT), "7 Zeichen.");
    wall_fail(&cx, WALL_E_INTERNAL, NULL, WALL_WHY(TOO_LONG, .n = 7));
    CU_ASSERT_STRING_EQUAL(wall_fail_text(&cx, WALL_E_INTERNAL),
                           wall_error_message(WALL_E_INTERNAL));
    apr_pool_destroy(cx.pool);
}

void test_messages__failed_jobs_speak(void)
{
    wall_cx_t cx = test_context();
    wall_messages_t *messages = wall_messages_new(cx.pool);

    CU_ASSERT_STRING_EQUAL(apps_failure_text(&cx, "ANSWER_CUT_JS", "old", 30, 44, 0),
                           "The code stopped halfway through the script, after 30 s. All 44 bricks "
                           "are back in your balance.");
    CU_ASSERT_STRING_EQUAL(apps_failure_text(&cx, "MODEL_BUSY", "old", 0, 44, 1),
                           "The AI had too much to do. It is tried again; your bricks stay held.");
    CU_ASSERT_STRING_EQUAL(apps_failure_text(&cx, "NEWER", "old", 0, 44, 1), "old");
    CU_ASSERT_PTR_NULL(apps_failure_text(&cx, NULL, NULL, 0, 0, 1));
    add(messages, "de", "{\"job.MODEL_BUSY\":\"Zu viel.\",\"job.RETURNED\":\"Alle {n}.\"}");
    cx.messages = messages;
    cx.language = "de";
    CU_ASSERT_STRING_EQUAL(apps_failure_text(&cx, "MODEL_BUSY", "old", 0, 44, 0), "Zu viel. Alle 44.");
    CU_ASSERT_STRING_EQUAL(apps_failure_code(APPS_ANSWER_CUT_JS), "ANSWER_CUT");
    CU_ASSERT_PTR_NULL(apps_failure_code(APPS_NOTHING_FAILED));
    apr_pool_destroy(cx.pool);
}

void test_messages__numbers_are_grouped(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 0), "0");
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 999), "999");
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 1240), "1,240");
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, -1234567), "-1,234,567");
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, APR_INT64_MAX), "9,223,372,036,854,775,807");
    cx.language = "de";
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 12345), "12.345");
    cx.language = "es";
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 1234), "1234");
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 12345), "12.345");
    cx.language = "ru";
    CU_ASSERT_STRING_EQUAL(wall_number(&cx, 1234), "1\xc2\xa0" "234");
    apr_pool_destroy(cx.pool);
}
