/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "core/richtext.h"

#define LINK(url, text) "<a href=\"" url "\" rel=\"nofollow noopener ugc\" target=\"_blank\">" text "</a>"

static wall_cx_t cx;

static const char *html_of(const char *text)
{
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 64);
    wall_richtext(&buf, text);
    return buf.data;
}

void test_richtext__what_is_allowed(void)
{
    cx = test_context();
    static const char *const cases[][2] = {
        { "one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>" },
        { "# Big\n\n## Less\n\n###### Least", "<h2>Big</h2><h3>Less</h3><h3>Least</h3>" },
        { "**strong** *em* `co<de`", "<p><strong>strong</strong> <em>em</em> <code>co&lt;de</code></p>" },
        { "- a\n- b", "<ul><li>a</li><li>b</li></ul>" },
        { "1. a\n\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>" },
        { "> said", "<blockquote><p>said</p></blockquote>" },
        { "```js\nlet a = \"<b>\";\n```", "<pre><code>let a = &quot;&lt;b&gt;&quot;;\n</code></pre>" },
        { "a\n\n---\n\nb", "<p>a</p><hr><p>b</p>" },
        { "[t](https://a.example/x?y&z)", "<p>" LINK("https://a.example/x?y&amp;z", "t") "</p>" },
        { "see https://a.example/b.", "<p>see " LINK("https://a.example/b", "https://a.example/b") ".</p>" },
        { "![alt](https://a.example/p.png)", "<p>" LINK("https://a.example/p.png", "alt") "</p>" },
        { "😀 مرحبا", "<p>😀 مرحبا</p>" },
        { "", "" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_STRING_EQUAL(html_of(cases[i][0]), cases[i][1]);
    apr_pool_destroy(cx.pool);
}

void test_richtext__what_is_not(void)
{
    cx = test_context();
    static const char *const cases[][2] = {
        { "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>" },
        { "a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>" },
        { "[x](javascript:alert(1))", "<p>x</p>" },
        { "[x](JaVaScRiPt:alert(1))", "<p>x</p>" },
        { "[x](data:text/html,hi)", "<p>x</p>" },
        { "[x](/login)", "<p>x</p>" },
        { "[x](//evil.example)", "<p>x</p>" },
        { "[x](https://a.example/\"onmouseover=\"y)",
          "<p>" LINK("https://a.example/&quot;onmouseover=&quot;y", "x") "</p>" },
        { "http://", "<p>http://</p>" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_STRING_EQUAL(html_of(cases[i][0]), cases[i][1]);
    apr_pool_destroy(cx.pool);
}

/* What is made to be slow is not: nesting and openers without closers stay linear. */
void test_richtext__hostile(void)
{
    cx = test_context();
    static const char *const pieces[] = { "> ", "[", "*a **b ", "`", "<b", "http://", "- ", "![", "&" };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        char *text = calloc(1, 20001);

        for (size_t n = 0; n + strlen(pieces[i]) <= 20000; n += strlen(pieces[i]))
            memcpy(text + n, pieces[i], strlen(pieces[i]));
        CU_ASSERT_PTR_NULL(strstr(html_of(text), "<b<"));
        free(text);
    }
    apr_pool_destroy(cx.pool);
}
