/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <string.h>

#include "app/apps/answer.h"

#define MAX_SIZE 4096

/** Reads @a text in pieces of @a step bytes (0 = at once). */
static answer_verdict_t read_cut(apr_pool_t *pool, const char *text, size_t step, int cut,
                                 answer_code_t *code)
{
    answer_t *answer = answer_begin(pool);
    size_t len = strlen(text), at;

    for (at = 0; at < len; at += step ? step : len) {
        size_t piece = step && at + step < len ? step : len - at;
        answer_feed(answer, text + at, piece);
    }
    return answer_finish(answer, cut, MAX_SIZE, code);
}

/** Checks that @a text is read as these three parts, however it is split. */
static void reads_as(const char *text, const char *html, const char *css, const char *js)
{
    apr_pool_t *pool;
    size_t step;

    apr_pool_create(&pool, NULL);
    for (step = 0; step < 40; step++) {
        answer_code_t code;
        CU_ASSERT_EQUAL_FATAL(read_cut(pool, text, step, 0, &code), ANSWER_OK);
        CU_ASSERT_STRING_EQUAL(code.html, html);
        CU_ASSERT_STRING_EQUAL(code.css, css);
        CU_ASSERT_STRING_EQUAL(code.js, js);
    }
    apr_pool_destroy(pool);
}

static void refused_as(const char *text, int cut, answer_verdict_t verdict)
{
    apr_pool_t *pool;
    answer_code_t code;
    size_t step;

    apr_pool_create(&pool, NULL);
    for (step = 0; step < 20; step++) {
        CU_ASSERT_EQUAL(read_cut(pool, text, step, cut, &code), verdict);
    }
    apr_pool_destroy(pool);
}

void test_answer__perfect(void)
{
    reads_as("```html\n<p id=a>hi</p>\n```\n```css\np{color:red}\n```\n```js\na.hidden=1;\nb();\n```\n",
             "<p id=a>hi</p>", "p{color:red}", "a.hidden=1;\nb();");
}

void test_answer__no_newline_at_the_end(void)
{
    reads_as("```html\n<b>1</b>\n```\n```js\nx()\n```", "<b>1</b>", "", "x()");
}

void test_answer__unclosed_last_fence(void)
{
    reads_as("```html\n<b>1</b>\n```\n```js\nx()\ny()", "<b>1</b>", "", "x()\ny()");
}

void test_answer__fences_closed_by_the_next(void)
{
    reads_as("```html\n<b>1</b>\n```css\nb{}\n```js\nx()\n", "<b>1</b>", "b{}", "x()");
}

void test_answer__prose_around(void)
{
    reads_as("Sure! Here is `your` app:\n\n### HTML\n\n```html\n<b>1</b>\n```\nAnd the script:\n"
             "```js\nx()\n```\nEnjoy ```it```.\n",
             "<b>1</b>", "", "x()");
}

void test_answer__other_tags(void)
{
    reads_as("```HTML index.html\n<b>1</b>\n```\n```CSS\nb{}\n```\n```JavaScript\nx()\n```\n",
             "<b>1</b>", "b{}", "x()");
    reads_as("``` html\n<b>1</b>\n```\n``` {.js}\nx()\n```\n", "<b>1</b>", "", "x()");
    reads_as("~~~html\n<b>1</b>\n~~~\n~~~JS\nx()\n~~~\n", "<b>1</b>", "", "x()");
}

void test_answer__untagged_fences(void)
{
    reads_as("```\n\n<b>1</b>\n```\n```\n.b {\n}\n```\n```\nconst a = 1;\n```\n", "<b>1</b>",
             ".b {\n}", "const a = 1;");
    reads_as("```\nbody {\n}\n```\n```\nfunction f() {\n}\n```\n```\n<i>2</i>\n```\n", "<i>2</i>",
             "body {\n}", "function f() {\n}");
}

void test_answer__crlf(void)
{
    reads_as("```html\r\n<b>1</b>\r\n```\r\n```js\r\nx()\r\ny()\r\n```\r\n", "<b>1</b>", "",
             "x()\ny()");
}

void test_answer__backticks_in_code(void)
{
    reads_as("```html\n<b>1</b>\n```\n```js\nconst t = `a\n\\`\\`\\`js\n${b}`;\n`` + c ``;\n```\n",
             "<b>1</b>", "", "const t = `a\n\\`\\`\\`js\n${b}`;\n`` + c ``;");
}

void test_answer__nested_fences(void)
{
    reads_as("```html\n<pre>\n```bash\nls\n```\n</pre>\n```\n```js\nx()\n```\n",
             "<pre>\n```bash\nls\n```\n</pre>", "", "x()");
    reads_as("````html\n<pre>\n```\nls\n```\n</pre>\n````\n", "<pre>\n```\nls\n```\n</pre>", "", "");
}

void test_answer__glued_fence(void)
{
    reads_as("```html\n<b>1</b>\n```\n```js\nx();```", "<b>1</b>", "", "x();");
}

void test_answer__blank_lines_inside_stay(void)
{
    reads_as("```html\n<b>1</b>\n\n\n<i>2</i>\n\n```\n", "<b>1</b>\n\n\n<i>2</i>", "", "");
}

void test_answer__two_blocks_of_one_part(void)
{
    reads_as("```html\n<b>1</b>\n```\n```js\nx()\n```\nand\n```js\ny()\n```\n", "<b>1</b>", "",
             "x()\ny()");
}

void test_answer__other_languages_are_left_out(void)
{
    reads_as("```bash\nnpm i\n```\n```html\n<b>1</b>\n```\n", "<b>1</b>", "", "");
}

void test_answer__thoughts(void)
{
    reads_as("<think>\nI could write\n```html\n<u>no</u>\n```\n</think>\n```html\n<b>1</b>\n```\n",
             "<b>1</b>", "", "");
}

void test_answer__combined_document_in_a_fence(void)
{
    const char *page = "<!DOCTYPE html>\n<html><head><style>b{}</style></head>\n<body><b>1</b>"
                       "<script>x()</script></body></html>";
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    reads_as(apr_pstrcat(pool, "```html\n", page, "\n```\n", NULL), page, "", "");
    apr_pool_destroy(pool);
}

void test_answer__bare_document(void)
{
    reads_as("Here you go.\n<!doctype html><html><body><b>1</b></body></html>\nBye.",
             "<!doctype html><html><body><b>1</b></body></html>", "", "");
    reads_as("<div>1</div>\n<script>x()</script>", "<div>1</div>\n<script>x()</script>", "", "");
}

void test_answer__json(void)
{
    reads_as("{\"html\":\"<b>1</b>\",\"css\":\"b{}\",\"js\":\"x()\\ny()\"}", "<b>1</b>", "b{}",
             "x()\ny()");
    reads_as("```json\n{\"js\":\"x()\",\"html\":\"<b>1</b>\"}\n```\n", "<b>1</b>", "", "x()");
}

void test_answer__nothing(void)
{
    refused_as("", 0, ANSWER_EMPTY);
    refused_as("I am sorry, I cannot do that.", 0, ANSWER_EMPTY);
    refused_as("```html\n```\n```css\n```\n```js\n\n```\n", 0, ANSWER_EMPTY);
    refused_as("```css\nb{}\n```\n", 0, ANSWER_EMPTY);
    refused_as("```html\nno tags, 1 < 2\n```\n", 0, ANSWER_EMPTY);
    refused_as("{\"html\":\"\",\"js\":\" \"}", 0, ANSWER_EMPTY);
    refused_as("{\"html\":5}", 0, ANSWER_EMPTY);
}

void test_answer__cut(void)
{
    refused_as("```html\n<b>1</b>\n```\n```js\nx(", 1, ANSWER_CUT);
    refused_as("```html\n<b>1</b>\n```\n```css\nb{}\n```\n", 1, ANSWER_CUT);
    refused_as("{\"html\":\"<b>1", 1, ANSWER_CUT);
    refused_as("<!doctype html><html><body><b>", 1, ANSWER_CUT);
    refused_as("thinking about it", 1, ANSWER_CUT);
}

void test_answer__cut_after_the_end_is_complete(void)
{
    apr_pool_t *pool;
    answer_code_t code;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_EQUAL(read_cut(pool, "```html\n<b>1</b>\n```\n```js\nx()\n```\nThis app", 3, 1, &code),
                    ANSWER_OK);
    apr_pool_destroy(pool);
}

void test_answer__too_large(void)
{
    apr_pool_t *pool;
    char *big;

    apr_pool_create(&pool, NULL);
    big = apr_pcalloc(pool, MAX_SIZE + 2);
    memset(big, 'x', MAX_SIZE + 1);
    refused_as(apr_pstrcat(pool, "```html\n<b>", big, "</b>\n```\n", NULL), 0, ANSWER_TOO_LARGE);
    apr_pool_destroy(pool);
}

void test_answer__not_utf8(void)
{
    refused_as("```html\n<b>\xff\xfe</b>\n```\n", 0, ANSWER_NOT_TEXT);
}

void test_answer__parts_only_grow(void)
{
    static const char text[] = "```html\n<b>1</b>\n\n```\n```css\nb{}\n```\n```js\nx()\n  ``` \n";
    apr_pool_t *pool;
    answer_t *answer;
    answer_code_t code;
    char seen[64] = "";
    size_t told = 0, at;

    apr_pool_create(&pool, NULL);
    answer = answer_begin(pool);
    for (at = 0; at < sizeof text - 1; at++) {
        wall_bytes_t html;
        answer_feed(answer, text + at, 1);
        html = answer_part(answer, ANSWER_HTML);
        CU_ASSERT_FATAL(html.len >= told && html.len < sizeof seen);
        memcpy(seen + told, html.data + told, html.len - told);
        told = html.len;
    }
    CU_ASSERT_EQUAL(answer_stage(answer), ANSWER_JS);
    CU_ASSERT_EQUAL(answer_finish(answer, 0, MAX_SIZE, &code), ANSWER_OK);
    CU_ASSERT_STRING_EQUAL(seen, code.html);
    CU_ASSERT_STRING_EQUAL(code.js, "x()");
    apr_pool_destroy(pool);
}

/* ---- references to other sites ---- */

static void cleans_html(const char *html, const char *expected, int removed)
{
    apr_pool_t *pool;
    int count = 0;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_STRING_EQUAL(answer_clean_html(pool, html, &count), expected);
    CU_ASSERT_EQUAL(count, removed);
    apr_pool_destroy(pool);
}

void test_answer__external_attributes_go(void)
{
    cleans_html("<script src=\"https://cdn.example/x.js\"></script><b>", "<script></script><b>", 1);
    cleans_html("<img alt=a src='//x.example/a.png'>", "<img alt=a>", 1);
    cleans_html("<LINK REL=stylesheet HREF=http://x.example/a.css />", "<LINK REL=stylesheet />", 1);
    cleans_html("<meta http-equiv=refresh content=\"0;url=https://x.example\">",
                "<meta http-equiv=refresh>", 1);
    cleans_html("<b style=\"background:url(https://x.example/a)\">",
                "<b style=\"background:url(data:,)\">", 1);
    cleans_html("<style>@import 'https://x.example/a.css';b{}</style>", "<style>b{}</style>", 1);
}

void test_answer__the_rest_stays(void)
{
    static const char *const same[] = {
        "<a href=\"#top\">up</a>", "<img src=\"data:image/png;base64,AA==\">",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"#a\"/></svg>",
        "<p>see src=\"https://x.example\"</p>", "<!-- <img src=https://x.example> -->",
        "<script>const u = '<img src=https://x.example>';</script>",
        "<textarea><img src=https://x.example></textarea>", "a < b <", "<", "<b", "<b a='", "<b a=",
        "<input value=\"https://x.example\">",
    };
    size_t i;

    for (i = 0; i < sizeof same / sizeof *same; i++) {
        cleans_html(same[i], same[i], 0);
    }
}

void test_answer__external_css_goes(void)
{
    apr_pool_t *pool;
    int removed = 0;

    apr_pool_create(&pool, NULL);
    CU_ASSERT_STRING_EQUAL(
        answer_clean_css(pool, "@import url('https://f.example/c?a;b');\na{b:URL( \"http://x/y\" )}"
                               "c{d:url(data:x)}@media x{}", &removed),
        "\na{b:url(data:,)}c{d:url(data:x)}@media x{}");
    CU_ASSERT_EQUAL(removed, 2);
    apr_pool_destroy(pool);
}
