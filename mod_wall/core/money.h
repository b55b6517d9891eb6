/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_MONEY_H
#define WALL_CORE_MONEY_H

/** @file money.h Amounts of money: whole numbers of minor units, never floating point. */
#include <apr_pools.h>

/** How many digits the minor unit of @a currency (three upper-case letters) has: 0, 2 or 3; -1 when it is
 *  no currency in use (ISO 4217). MGA counts as having none: its fifths are not paid with. */
int wall_currency_digits(const char *currency);
/**
 * Reads "19.99" as 1999 minor units. No sign, no grouping, at most @a digits behind the point.
 * @return 0, or -1 when it is not such an amount or above 10^15
 */
int wall_money_read(const char *text, int digits, apr_int64_t *minor);
/** "4.99 USD" in @a pool, with the decimal sign of @a language (NULL = English) and a no-break space. */
const char *wall_money_text(apr_pool_t *pool, apr_int64_t minor, const char *currency,
                            const char *language);

#endif
