/* SPDX-License-Identifier: Apache-2.0 */
/* The flat lists everything else derives from: each entry has to keep its promises. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "core/errors.h"
#include "core/route.h"
#include "core/site.h"

void test_catalogue__errors(void)
{
    static const struct {
        const char *name;
        int status;
        const char *message;
    } errors[] = {
#define X(sym, status, message) { #sym, status, message },
        WALL_ERRORS(X)
#undef X
    };

    CU_ASSERT_EQUAL(sizeof(errors) / sizeof(errors[0]), WALL_E__COUNT - 1);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        size_t len = strlen(errors[i].message);
        CU_ASSERT((errors[i].status == 301 || errors[i].status >= 400) && errors[i].status < 600);
        CU_ASSERT_FATAL(len > 0);
        CU_ASSERT_EQUAL(errors[i].message[len - 1], '.');
    }
}

void test_catalogue__rates(void)
{
    static const struct {
        int count, period, burst;
    } rates[] = {
#define X(sym, count, period, burst, local) { count, period, burst },
        WALL_RATES(X)
#undef X
    };

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        CU_ASSERT(rates[i].count > 0 && rates[i].period > 0);
        CU_ASSERT(rates[i].burst > 0 && rates[i].burst <= rates[i].count);
    }
}

void test_catalogue__directives(void)
{
    static const struct {
        const char *name;
        const char *help;
        long long min, max;
    } directives[] = {
#define X(name, member, kind, def, min, max, help) { #name, help, min, max },
        WALL_DIRECTIVES(X)
#undef X
    };

    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        CU_ASSERT_EQUAL(strncmp(directives[i].name, "Wall", 4), 0);
        CU_ASSERT(strlen(directives[i].help) > 10);
        CU_ASSERT(directives[i].min <= directives[i].max);
    }
}
