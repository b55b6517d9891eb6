/* SPDX-License-Identifier: Apache-2.0 */
#include <apr_strings.h>

#include "context.h"
#include "core/words.h"

/* 1 when @a text contains one of @a words (separated by |). */
static int hit(const char *words, const char *text)
{
    wall_cx_t cx = test_context();
    apr_array_header_t *list = apr_array_make(cx.pool, 4, sizeof(const char *));
    char *state, *word = apr_strtok(apr_pstrdup(cx.pool, words), "|", &state);
    int found;

    for (; word != NULL; word = apr_strtok(NULL, "|", &state))
        *(const char **)apr_array_push(list) = word;
    found = wall_words_in(wall_words_make(cx.pool, list), text);
    apr_pool_destroy(cx.pool);
    return found;
}

void test_words__whole_words_only(void)
{
    CU_ASSERT_TRUE(hit("spoiler", "A spoiler follows"));
    CU_ASSERT_TRUE(hit("spoiler", "spoiler"));
    CU_ASSERT_TRUE(hit("spoiler", "(spoiler!)"));
    CU_ASSERT_TRUE(hit("spoiler", "**spoiler** _spoiler_"));
    CU_ASSERT_TRUE(hit("spoiler", "_spoiler_"));
    CU_ASSERT_TRUE(hit("spoiler", "#spoiler"));
    CU_ASSERT_FALSE(hit("spoiler", "spoilers"));
    CU_ASSERT_FALSE(hit("spoiler", "antispoiler"));
    CU_ASSERT_FALSE(hit("spoiler", "spoiler2"));
    CU_ASSERT_FALSE(hit("spoiler", "spoile r"));
    CU_ASSERT_TRUE(hit("spoiler", "spoilers and a spoiler")); /* not only the first place */
    CU_ASSERT_TRUE(hit("giveaway|spoiler", "a spoiler"));
    CU_ASSERT_TRUE(hit("new  york", "In New\nYork today"));
    CU_ASSERT_FALSE(hit("new york", "New, York"));
    CU_ASSERT_TRUE(hit("C++", "I like c++."));
    CU_ASSERT_FALSE(hit("art", "Bartók, heart, arts"));
}

void test_words__case_width_and_composition(void)
{
    CU_ASSERT_TRUE(hit("STRASSE", "die Straße"));
    CU_ASSERT_TRUE(hit("straße", "DIE STRASSE"));
    CU_ASSERT_TRUE(hit("Спойлер", "это СПОЙЛЕР"));
    CU_ASSERT_FALSE(hit("спойлер", "спойлеры"));
    CU_ASSERT_TRUE(hit("ΣΊΣΥΦΟΣ", "σίσυφος"));
    CU_ASSERT_TRUE(hit("caf\xc3\xa9", "CAFE\xcc\x81")); /* composed and not */
    CU_ASSERT_FALSE(hit("cafe", "caf\xc3\xa9"));
    CU_ASSERT_FALSE(hit("cafe", "cafe\xcc\x81")); /* an accent belongs to its letter */
    CU_ASSERT_TRUE(hit("abc", "ＡＢＣ"));
    CU_ASSERT_TRUE(hit("spoiler", "spoi\xc2\xadler spoi\xe2\x80\x8bler")); /* soft hyphen, zero width */
    CU_ASSERT_TRUE(hit("مفسد", "هذا مفسد!"));
    CU_ASSERT_FALSE(hit("مفسد", "المفسد"));
}

void test_words__scripts_without_spaces(void)
{
    CU_ASSERT_TRUE(hit("ネタバレ", "これはネタバレです"));
    CU_ASSERT_TRUE(hit("剧透", "小心剧透啊"));
    CU_ASSERT_TRUE(hit("สปอย", "ระวังสปอยนะ"));
    CU_ASSERT_TRUE(hit("spoiler", "これはspoilerです"));
}

void test_words__nothing_to_look_for(void)
{
    CU_ASSERT_FALSE(hit("", "anything"));
    CU_ASSERT_FALSE(hit(" |\xe2\x80\x8b", "any thing"));
    CU_ASSERT_FALSE(hit("x", ""));
    CU_ASSERT_FALSE(wall_words_in(NULL, "x"));
    wall_cx_t cx = test_context();
    CU_ASSERT_PTR_NULL(wall_words_fold(cx.pool, " \xc2\xad "));
    CU_ASSERT_STRING_EQUAL(wall_words_fold(cx.pool, "  Große   STADT "), "grosse stadt");
    apr_pool_destroy(cx.pool);
}

void test_words__long_texts_and_growth(void)
{
    wall_cx_t cx = test_context();
    char *text = apr_pcalloc(cx.pool, 60001);

    for (int i = 0; i < 20000; i++) /* each becomes eighteen */
        memcpy(text + (size_t)i * 3, "\xef\xb7\xba", 3);
    CU_ASSERT_FALSE(hit("صلى الله عليه وسلم", text));
    memcpy(text + 30000, " \xef\xb7\xba ", 5);
    text[30005] = ' ';
    CU_ASSERT_TRUE(hit("صلى الله عليه وسلم", text));
    memset(text, 'a', 60000);
    CU_ASSERT_FALSE(hit("aaaaaaaaaa", text));
    apr_pool_destroy(cx.pool);
}
