/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_PACKAGES_H
#define WALL_CORE_PACKAGES_H

/** @file packages.h What is for sale, as the site's configuration says it (WallBricksPackage). */
#include <apr_pools.h>
#include <apr_tables.h>

#define WALL_PACKAGES_MAX     12
#define WALL_PACKAGE_BRICKS   10000000   /* most bricks of a package, those on top included */
#define WALL_PACKAGE_PRICE    1000000000 /* most minor units it may cost */

/** A package. The percentages compare it with the smallest one. Computed ones are rounded down; a bonus
 *  that is announced is refused when it is a whole per cent or more above what the money gets. */
typedef struct wall_package_t {
    const char *key;          /* the name in lower case, spaces as -: what a buyer sends */
    const char *name;
    apr_int64_t bricks;       /* all of them */
    apr_int64_t bonus;        /* of which this many are given on top */
    apr_int64_t price_minor;  /* in minor units of the currency */
    const char *currency;     /* ISO 4217, upper case */
    apr_int64_t more_percent; /* more bricks for the same money: as announced, else computed */
    const char *where;        /* "file:line" it stands at; NULL = one of the usual ones */
    apr_int64_t saves_percent; /* less money for the same bricks */
} wall_package_t;

/**
 * Reads the lines of WallBricksPackage; the document's four packages without any. Sorted by bricks.
 * @param lines of wall_words_t; NULL or empty = none
 * @param where set to "file:line" of the line at fault when there is one
 * @return NULL, or why they are refused
 */
const char *wall_packages_read(apr_pool_t *pool, const apr_array_header_t *lines,
                               const apr_array_header_t **out, const char **where);
/** The package called @a key, or NULL. */
const wall_package_t *wall_packages_find(const apr_array_header_t *packages, const char *key);

#endif
