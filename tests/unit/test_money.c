/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app/purchases/provider.h"
#include "context.h"
#include "core/money.h"
#include "core/packages.h"
#include "core/site.h"

void test_money__currencies_have_their_digits(void)
{
    CU_ASSERT_EQUAL(wall_currency_digits("USD"), 2);
    CU_ASSERT_EQUAL(wall_currency_digits("EUR"), 2);
    CU_ASSERT_EQUAL(wall_currency_digits("JPY"), 0);
    CU_ASSERT_EQUAL(wall_currency_digits("KWD"), 3);
    CU_ASSERT_EQUAL(wall_currency_digits("usd"), -1);
    CU_ASSERT_EQUAL(wall_currency_digits("XXX"), -1);
    CU_ASSERT_EQUAL(wall_currency_digits("SD "), -1);
    CU_ASSERT_EQUAL(wall_currency_digits("D U"), -1);
    CU_ASSERT_EQUAL(wall_currency_digits(""), -1);
    CU_ASSERT_EQUAL(wall_currency_digits("USDT"), -1);
}

static apr_int64_t amount(const char *text, int digits)
{
    apr_int64_t minor = -2;

    return wall_money_read(text, digits, &minor) == 0 ? minor : -1;
}

void test_money__amounts_are_read_exactly(void)
{
    static const char *const wrong[] = { "",     ".",    "1.",   ".5",   "-1",  "+1",  "1,5", "1.234",
                                         "1e3",  " 1",   "1 ",   "0x1",  "1..2", "1.2.3", "\xd9\xa1",
                                         "10000000000000000000" };
    size_t i;

    CU_ASSERT_EQUAL(amount("4.99", 2), 499);
    CU_ASSERT_EQUAL(amount("19.9", 2), 1990);
    CU_ASSERT_EQUAL(amount("20", 2), 2000);
    CU_ASSERT_EQUAL(amount("0.07", 2), 7);
    CU_ASSERT_EQUAL(amount("500", 0), 500);
    CU_ASSERT_EQUAL(amount("1.250", 3), 1250);
    CU_ASSERT_EQUAL(amount("500.0", 0), -1);
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT_EQUAL(amount(wrong[i], 2), -1);
}

void test_money__amounts_are_written_as_the_language_does(void)
{
    wall_cx_t cx = test_context();

    CU_ASSERT_STRING_EQUAL(wall_money_text(cx.pool, 499, "USD", NULL), "4.99\xc2\xa0USD");
    CU_ASSERT_STRING_EQUAL(wall_money_text(cx.pool, 7, "EUR", "de"), "0,07\xc2\xa0" "EUR");
    CU_ASSERT_STRING_EQUAL(wall_money_text(cx.pool, 500, "JPY", "ru"), "500\xc2\xa0JPY");
    CU_ASSERT_STRING_EQUAL(wall_money_text(cx.pool, 1005, "KWD", "ar"), "1.005\xc2\xa0KWD");
    CU_ASSERT_STRING_EQUAL(wall_money_text(cx.pool, -150, "USD", "en"), "-1.50\xc2\xa0USD");
    apr_pool_destroy(cx.pool);
}

/* ---- packages ---- */

static apr_array_header_t *given(apr_pool_t *pool, const char *const (*lines)[6], int count)
{
    apr_array_header_t *out = apr_array_make(pool, count, sizeof(wall_words_t));

    for (int i = 0; i < count; i++) {
        wall_words_t *line = apr_array_push(out);

        memset(line, 0, sizeof *line);
        while (lines[i][line->count] != NULL) {
            line->word[line->count] = lines[i][line->count];
            line->count++;
        }
        line->where = "site.conf:7";
    }
    return out;
}

void test_money__the_usual_packages_say_what_is_true(void)
{
    /* As the document announces them. By its prices the same money gets 24.8, 42.6 and 66.4 % more, so
     * each is true to the whole per cent; the same bricks cost 19, 29 and 39 % less. */
    static const struct {
        const char *key;
        apr_int64_t bricks, price, more, saves;
    } usual[] = { { "starter", 1000, 499, 0, 0 }, { "standard", 5000, 1999, 20, 19 },
                  { "premium", 10000, 3499, 40, 29 }, { "enterprise", 25000, 7499, 67, 39 } };
    wall_cx_t cx = test_context();
    const apr_array_header_t *packages = NULL;
    const char *where;

    CU_ASSERT_PTR_NULL_FATAL(wall_packages_read(cx.pool, NULL, &packages, &where));
    CU_ASSERT_EQUAL_FATAL(packages->nelts, 4);
    for (int i = 0; i < 4; i++) {
        const wall_package_t *p = &APR_ARRAY_IDX(packages, i, wall_package_t);

        CU_ASSERT_STRING_EQUAL(p->key, usual[i].key);
        CU_ASSERT_EQUAL(p->bricks, usual[i].bricks);
        CU_ASSERT_EQUAL(p->price_minor, usual[i].price);
        CU_ASSERT_EQUAL(p->more_percent, usual[i].more);
        CU_ASSERT_EQUAL(p->saves_percent, usual[i].saves);
    }
    CU_ASSERT_PTR_NULL(wall_packages_find(packages, "Starter"));
    apr_pool_destroy(cx.pool);
}

void test_money__no_bonus_is_announced_that_the_price_does_not_give(void)
{
    /* 10 for 1.00; 25 for 2.00 is 25 % more. */
    static const struct {
        const char *bonus;
        apr_int64_t more; /* -1: refused */
    } cases[] = { { "1%", 1 }, { "25%", 25 }, { "26%", -1 }, { "25", 150 }, { "0%", -1 }, { "-1%", -1 },
                  { "%", -1 }, { "2.5%", -1 }, { "25%%", -1 }, { "99999999999%", -1 } };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *lines[][6] = { { "Big", "25", "2.00", "EUR", cases[i].bonus, NULL },
                                   { "Small", "10", "1.00", "EUR", NULL } };
        const char *alone[][6] = { { "Small", "10", "1.00", "EUR", "5%", NULL } };
        wall_cx_t cx = test_context();
        const apr_array_header_t *packages = NULL;
        const char *where, *why = wall_packages_read(cx.pool, given(cx.pool, lines, 2), &packages, &where);

        CU_ASSERT_EQUAL(why == NULL, cases[i].more >= 0);
        if (why == NULL)
            CU_ASSERT_EQUAL(wall_packages_find(packages, "big")->more_percent, cases[i].more);
        CU_ASSERT_PTR_NOT_NULL(wall_packages_read(cx.pool, given(cx.pool, alone, 1), &packages, &where));
        apr_pool_destroy(cx.pool);
    }
}

void test_money__packages_are_sorted_and_what_is_on_top_counts(void)
{
    static const char *const lines[][6] = { { "Big box", "900", "9.00", "EUR", "100", NULL },
                                            { "Small", "100", "1.00", "EUR", NULL } };
    wall_cx_t cx = test_context();
    const apr_array_header_t *packages = NULL;
    const char *where;
    const wall_package_t *big;

    CU_ASSERT_PTR_NULL_FATAL(wall_packages_read(cx.pool, given(cx.pool, lines, 2), &packages, &where));
    big = wall_packages_find(packages, "big-box");
    CU_ASSERT_PTR_NOT_NULL_FATAL(big);
    CU_ASSERT_EQUAL(big->bricks, 1000);
    CU_ASSERT_EQUAL(big->bonus, 100);
    CU_ASSERT_EQUAL(big->more_percent, 11);
    CU_ASSERT_STRING_EQUAL(APR_ARRAY_IDX(packages, 0, wall_package_t).key, "small");
    apr_pool_destroy(cx.pool);
}

void test_money__wrong_packages_are_refused(void)
{
    static const char *const wrong[][6] = {
        { "", "1", "1", "USD", NULL },        { "<b>", "1", "1", "USD", NULL },
        { "A", "0", "1", "USD", NULL },       { "A", "10000001", "1", "USD", NULL },
        { "A", "-5", "1", "USD", NULL },      { "A", "1", "0", "USD", NULL },
        { "A", "1", "4.999", "USD", NULL },   { "A", "1", "4.99", "JPY", NULL },
        { "A", "1", "4,99", "USD", NULL },    { "A", "1", "4.99", "usd", NULL },
        { "A", "1", "4.99", "ABC", NULL },    { "A", "10000000", "1", "USD", "1", NULL },
        { "A", "1", "99999999999", "USD", NULL },
    };
    static const char *const two[][6] = { { "A", "1", "1", "USD", NULL }, { "B", "2", "1", "EUR", NULL } };
    static const char *const twice[][6] = { { "A", "1", "1", "USD", NULL }, { "a", "2", "1", "USD", NULL } };
    wall_cx_t cx = test_context();
    const apr_array_header_t *packages;
    const char *where = NULL;
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CU_ASSERT_PTR_NOT_NULL(wall_packages_read(cx.pool, given(cx.pool, &wrong[i], 1), &packages, &where));
        CU_ASSERT_STRING_EQUAL(where, "site.conf:7");
    }
    CU_ASSERT_PTR_NOT_NULL(wall_packages_read(cx.pool, given(cx.pool, two, 2), &packages, &where));
    CU_ASSERT_PTR_NOT_NULL(wall_packages_read(cx.pool, given(cx.pool, twice, 2), &packages, &where));
    apr_pool_destroy(cx.pool);
}

/* ---- signatures ---- */

static apr_array_header_t *secrets_of(apr_pool_t *pool, const char *one, const char *other)
{
    apr_array_header_t *secrets = apr_array_make(pool, 2, sizeof(const char *));

    *(const char **)apr_array_push(secrets) = one;
    if (other != NULL)
        *(const char **)apr_array_push(secrets) = other;
    return secrets;
}

void test_money__signatures(void)
{
    static const char text[] = "{\"id\":\"evt_1\"}";
    wall_cx_t cx = test_context();
    apr_pool_t *pool = cx.pool;
    wall_bytes_t body = { text, sizeof text - 1 }, other = { text, sizeof text - 2 };
    apr_time_t now = apr_time_from_sec(1700000000);
    apr_array_header_t *one = secrets_of(pool, "whsec_a", NULL), *both = secrets_of(pool, "whsec_b", "whsec_a");
    const char *header = payment_signature_make(pool, "whsec_a", body, now);

    /* What Stripe's own library computes for it. */
    CU_ASSERT_STRING_EQUAL(header, "t=1700000000,v1=97ea69f91fd566038386bacf87292eb0d73a8207414ee62ed313d49996fe0639");
    CU_ASSERT_TRUE(payment_signature_ok(pool, one, header, body, now));
    CU_ASSERT_TRUE(payment_signature_ok(pool, both, header, body, now));
    CU_ASSERT_TRUE(payment_signature_ok(pool, one, header, body, now + apr_time_from_sec(300)));
    CU_ASSERT_TRUE(payment_signature_ok(pool, one, header, body, now - apr_time_from_sec(300)));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, header, body, now + apr_time_from_sec(301)));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, header, body, now - apr_time_from_sec(301)));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, header, other, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, secrets_of(pool, "whsec_c", NULL), header, body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, NULL, header, body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, NULL, body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, "t=1700000000", body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, "v1=00", body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, "t=99999999999999999999,v1=00", body, now));
    CU_ASSERT_FALSE(payment_signature_ok(pool, one, ",,=,t=,v1=", body, now));
    apr_pool_destroy(cx.pool);
}
