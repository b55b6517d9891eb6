/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"
#include "core/csv.h"

static void field(const char *text, const char *expected)
{
    wall_cx_t cx = test_context();
    wall_buf_t buf;

    wall_buf_init(&buf, cx.pool, 16);
    wall_csv_text(&buf, text);
    CU_ASSERT_STRING_EQUAL(buf.data, expected);
    apr_pool_destroy(cx.pool);
}

void test_csv__quotes(void)
{
    field("Tide table", "\"Tide table\"");
    field("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\"");
    field("", "\"\"");
    field(NULL, "\"\"");
}

void test_csv__formulas_stay_text(void)
{
    field("=1+1", "\"'=1+1\"");
    field("+49", "\"'+49\"");
    field("-2+3", "\"'-2+3\"");
    field("@SUM(A1)", "\"'@SUM(A1)\"");
    field("  =1", "\"'  =1\"");
    field("\t=1", "\"'\t=1\"");
    field("\r=1", "\"'\r=1\"");
    field("=\"a\"", "\"'=\"\"a\"\"\"");
    field("\xef\xbc\x9d""1", "\"'\xef\xbc\x9d""1\"");
    field("1=1", "\"1=1\"");
}
