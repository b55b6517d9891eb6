/* SPDX-License-Identifier: Apache-2.0 */
#include "core/money.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define MOST 1000000000000000LL

/* ISO 4217 list one (2024), without funds, metals and testing codes. */
static const char two[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP "
    "MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD "
    "UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ";
static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF ";
static const char three[] = "BHD IQD JOD KWD LYD OMR TND ";

static int listed(const char *list, const char *currency)
{
    for (; *list != '\0'; list += 4) {
        if (memcmp(list, currency, 3) == 0)
            return 1;
    }
    return 0;
}

int wall_currency_digits(const char *currency)
{
    if (strlen(currency) != 3)
        return -1;
    if (listed(two, currency))
        return 2;
    if (listed(none, currency))
        return 0;
    return listed(three, currency) ? 3 : -1;
}

int wall_money_read(const char *text, int digits, apr_int64_t *minor)
{
    apr_int64_t value = 0;
    int behind = -1;

    if (!apr_isdigit(*text))
        return -1;
    for (; *text != '\0'; text++) {
        if (*text == '.' && behind < 0 && apr_isdigit(text[1])) {
            behind = 0;
            continue;
        }
        if (!apr_isdigit(*text) || value > MOST / 10 || (behind >= 0 && ++behind > digits))
            return -1;
        value = value * 10 + (*text - '0');
    }
    for (behind = behind < 0 ? 0 : behind; behind < digits; behind++) {
        if (value > MOST / 10)
            return -1;
        value *= 10;
    }
    *minor = value;
    return value > MOST ? -1 : 0;
}

const char *wall_money_text(apr_pool_t *pool, apr_int64_t minor, const char *currency,
                            const char *language)
{
    static const char space[] = "\xc2\xa0";
    int digits = wall_currency_digits(currency);
    const char *sign = minor < 0 ? "-" : "";
    apr_int64_t amount = minor < 0 ? -minor : minor, unit = digits == 3 ? 1000 : 100;
    char point = language == NULL || !strcmp(language, "en") || !strcmp(language, "ar") ? '.' : ',';

    if (digits <= 0)
        return apr_psprintf(pool, "%s%" APR_INT64_T_FMT "%s%s", sign, amount, space, currency);
    return apr_psprintf(pool, "%s%" APR_INT64_T_FMT "%c%0*d%s%s", sign, amount / unit, point, digits,
                        (int)(amount % unit), space, currency);
}
