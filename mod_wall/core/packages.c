/* SPDX-License-Identifier: Apache-2.0 */
#include "core/packages.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "core/money.h"
#include "core/site.h"

#define NAME_MAX_BYTES 40

/* Document 000, 8.4. */
static const wall_words_t usual[] = {
    { .count = 4, .word = { "Starter", "1000", "4.99", "USD" } },
    { .count = 5, .word = { "Standard", "5000", "19.99", "USD", "20%" } },
    { .count = 5, .word = { "Premium", "10000", "34.99", "USD", "40%" } },
    { .count = 5, .word = { "Enterprise", "25000", "74.99", "USD", "67%" } },
};

/* A whole number from 0 to WALL_PACKAGE_BRICKS, or -1. */
static apr_int64_t number(const char *text)
{
    size_t len = strlen(text);
    apr_int64_t value;

    if (len == 0 || len > 9 || strspn(text, "0123456789") != len)
        return -1;
    value = apr_atoi64(text);
    return value <= WALL_PACKAGE_BRICKS ? value : -1;
}

static const char *key_of(apr_pool_t *pool, const char *name)
{
    char *key = apr_pstrdup(pool, name);

    for (char *p = key; *p != '\0'; p++)
        *p = *p == ' ' ? '-' : (char)apr_tolower(*p);
    return key;
}

/* The fifth word: bricks on top, or the bonus that is announced ("20%"). 0, or -1. */
static int read_bonus(apr_pool_t *pool, const char *word, wall_package_t *out)
{
    size_t len = strlen(word);

    if (len > 1 && word[len - 1] == '%') {
        out->more_percent = number(apr_pstrmemdup(pool, word, len - 1));
        return out->more_percent > 0 ? 0 : -1;
    }
    out->bonus = number(word);
    return out->bonus >= 0 ? 0 : -1;
}

static const char *read_line(apr_pool_t *pool, const wall_words_t *line, wall_package_t *out)
{
    const char *name = line->word[0];
    size_t len = strlen(name);
    int digits = wall_currency_digits(line->word[3]);

    memset(out, 0, sizeof(*out));
    if (len < 1 || len > NAME_MAX_BYTES || !apr_isalnum(name[0]) ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -") != len)
        return "begins with a name of at most 40 letters a-z, digits, spaces and -";
    if (digits < 0)
        return "has no currency of ISO 4217 in its fourth place, such as USD";
    if (line->count > 4 && read_bonus(pool, line->word[4], out) != 0)
        return "has bricks on top, or a bonus such as 20%, in its fifth place";
    out->bricks = number(line->word[1]);
    if (out->bricks < 1 || out->bricks + out->bonus > WALL_PACKAGE_BRICKS)
        return apr_psprintf(pool, "has 1 to %d bricks, those on top included", WALL_PACKAGE_BRICKS);
    if (wall_money_read(line->word[2], digits, &out->price_minor) != 0 || out->price_minor < 1 ||
        out->price_minor > WALL_PACKAGE_PRICE)
        return apr_psprintf(pool, "has a price such as %s in its third place",
                            digits == 0 ? "500" : digits == 2 ? "4.99" : "1.250");
    out->bricks += out->bonus;
    out->name = name;
    out->key = key_of(pool, name);
    out->currency = line->word[3];
    out->where = line->where;
    return NULL;
}

static int by_bricks(const void *a, const void *b)
{
    const wall_package_t *x = a, *y = b;

    return x->bricks != y->bricks ? (x->bricks < y->bricks ? -1 : 1)
                                  : (x->price_minor > y->price_minor) - (x->price_minor < y->price_minor);
}

/* Bricks for one unit of money against those of the first; both products stay below 10^18.
 * @return 0, or -1 when more is announced than that */
static int compare(wall_package_t *package, const wall_package_t *first)
{
    apr_int64_t ours = package->bricks * first->price_minor;
    apr_int64_t theirs = first->bricks * package->price_minor;
    __int128 more = ours > theirs ? (__int128)(ours - theirs) * 100 : 0;

    if (package->more_percent > 0 && more <= (__int128)(package->more_percent - 1) * theirs)
        return -1;
    if (package->more_percent == 0)
        package->more_percent = (apr_int64_t)(more / theirs);
    package->saves_percent = (apr_int64_t)(more / ours);
    return 0;
}

const char *wall_packages_read(apr_pool_t *pool, const apr_array_header_t *lines,
                               const apr_array_header_t **out, const char **where)
{
    int given = lines != NULL && lines->nelts > 0;
    int count = given ? lines->nelts : (int)(sizeof(usual) / sizeof(usual[0]));
    const wall_words_t *line = given ? (const wall_words_t *)lines->elts : usual;
    apr_array_header_t *packages = apr_array_make(pool, count, sizeof(wall_package_t));

    if (count > WALL_PACKAGES_MAX)
        return apr_psprintf(pool, "stands there more than %d times", WALL_PACKAGES_MAX);
    for (; packages->nelts < count; line++) {
        wall_package_t package;
        const char *why = read_line(pool, line, &package);

        *where = line->where;
        if (why != NULL)
            return why;
        if (wall_packages_find(packages, package.key) != NULL)
            return apr_psprintf(pool, "%s is there twice", package.name);
        if (packages->nelts > 0 &&
            strcmp(APR_ARRAY_IDX(packages, 0, wall_package_t).currency, package.currency) != 0)
            return "has another currency than the first";
        *(wall_package_t *)apr_array_push(packages) = package;
    }
    qsort(packages->elts, (size_t)count, sizeof(wall_package_t), by_bricks);
    for (int i = 0; i < count; i++) {
        wall_package_t *package = &APR_ARRAY_IDX(packages, i, wall_package_t);

        *where = package->where;
        if (compare(package, &APR_ARRAY_IDX(packages, 0, wall_package_t)) != 0)
            return apr_psprintf(pool, "announces a bonus of %" APR_INT64_T_FMT
                                " %%, its price gives less", package->more_percent);
    }
    *where = NULL;
    *out = packages;
    return NULL;
}

const wall_package_t *wall_packages_find(const apr_array_header_t *packages, const char *key)
{
    for (int i = 0; i < packages->nelts; i++) {
        const wall_package_t *package = &APR_ARRAY_IDX(packages, i, wall_package_t);

        if (strcmp(package->key, key) == 0)
            return package;
    }
    return NULL;
}
