/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timefmt.h"

#include <string.h>

#define DAY_S     86400LL
#define YEAR_0    (-719528LL * DAY_S)         /* 0000-01-01, seconds from 1970 */
#define YEAR_9999 (2932897LL * DAY_S - 1)     /* last second of 9999 */

typedef struct civil_t {
    int year, month, day, hour, minute, second, micro;
} civil_t;

/* Both directions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil,
 * civil_from_days); eras of 400 years that begin on the first of March. */
static long long days_from_civil(int y, int m, int d)
{
    long long era;
    unsigned yoe, doy, doe;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = (unsigned)(y - era * 400);
    doy = (153U * (unsigned)(m > 2 ? m - 3 : m + 9) + 2U) / 5U + (unsigned)d - 1U;
    doe = yoe * 365U + yoe / 4U - yoe / 100U + doy;
    return era * 146097LL + (long long)doe - 719468LL;
}

static void civil_from_days(long long z, civil_t *out)
{
    long long era;
    unsigned doe, yoe, doy, mp;

    z += 719468;
    era = (z >= 0 ? z : z - 146096) / 146097;
    doe = (unsigned)(z - era * 146097);
    yoe = (doe - doe / 1460U + doe / 36524U - doe / 146096U) / 365U;
    doy = doe - (365U * yoe + yoe / 4U - yoe / 100U);
    mp = (5U * doy + 2U) / 153U;
    out->day = (int)(doy - (153U * mp + 2U) / 5U + 1U);
    out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
    out->year = (int)((long long)yoe + era * 400 + (out->month <= 2));
}

static void explode(apr_time_t t, civil_t *out)
{
    long long seconds = t / APR_USEC_PER_SEC;
    long long micro = t % APR_USEC_PER_SEC;
    long long day, rest;

    if (micro < 0) {
        micro += APR_USEC_PER_SEC;
        seconds--;
    }
    if (seconds < YEAR_0)
        seconds = YEAR_0;
    if (seconds > YEAR_9999)
        seconds = YEAR_9999;
    day = seconds / DAY_S;
    rest = seconds % DAY_S;
    if (rest < 0) {
        rest += DAY_S;
        day--;
    }
    civil_from_days(day, out);
    out->hour = (int)(rest / 3600);
    out->minute = (int)(rest / 60 % 60);
    out->second = (int)(rest % 60);
    out->micro = (int)micro;
}

static char *digits(char *out, int value, int count)
{
    int i;

    for (i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

/* Writes "YYYY-MM-DD" between "HH:MM:SS" and what follows; returns the end. */
static char *date_and_time(char *out, const civil_t *c, char between)
{
    out = digits(out, c->year, 4);
    *out++ = '-';
    out = digits(out, c->month, 2);
    *out++ = '-';
    out = digits(out, c->day, 2);
    *out++ = between;
    out = digits(out, c->hour, 2);
    *out++ = ':';
    out = digits(out, c->minute, 2);
    *out++ = ':';
    out = digits(out, c->second, 2);
    *out++ = '.';
    return out;
}

void wall_time_rfc3339(char *out, apr_time_t t)
{
    civil_t c;

    explode(t, &c);
    out = date_and_time(out, &c, 'T');
    out = digits(out, c.micro / 1000, 3);
    *out++ = 'Z';
    *out = '\0';
}

const char *wall_time_sql(apr_pool_t *pool, apr_time_t t)
{
    char *text, *end;
    civil_t c;

    if (t == 0)
        return NULL;
    text = apr_palloc(pool, sizeof("2026-11-21 08:15:00.123456"));
    explode(t, &c);
    end = date_and_time(text, &c, ' ');
    end = digits(end, c.micro, 6);
    *end = '\0';
    return text;
}

/* Reads exactly @a count digits; NULL (also for a NULL @a text) when they are not there. */
static const char *read_digits(const char *text, int count, int *value)
{
    int i, v = 0;

    if (text == NULL)
        return NULL;
    for (i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return NULL;
        v = v * 10 + (text[i] - '0');
    }
    *value = v;
    return text + count;
}

static const char *expect(const char *text, char c)
{
    return text != NULL && *text == c ? text + 1 : NULL;
}

static const char *read_fraction(const char *text, int *micro)
{
    int unit = 100000;

    *micro = 0;
    if (text == NULL || *text != '.')
        return text;
    text++;
    if (*text < '0' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; unit /= 10)
        *micro += (*text++ - '0') * unit;
    return text;
}

/* Reads "YYYY-MM-DD?HH:MM:SS[.ffffff]"; NULL when it is not one, else what follows. */
static const char *read_civil(const char *text, char between, civil_t *c)
{
    text = read_digits(text, 4, &c->year);
    text = read_digits(expect(text, '-'), 2, &c->month);
    text = read_digits(expect(text, '-'), 2, &c->day);
    text = read_digits(expect(text, between), 2, &c->hour);
    text = read_digits(expect(text, ':'), 2, &c->minute);
    text = read_digits(expect(text, ':'), 2, &c->second);
    return read_fraction(text, &c->micro);
}

static int days_in(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

static int is_real(const civil_t *c)
{
    return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days_in(c->year, c->month) &&
           c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

static apr_time_t implode(const civil_t *c)
{
    return (days_from_civil(c->year, c->month, c->day) * DAY_S + c->hour * 3600LL +
            c->minute * 60LL + c->second) * APR_USEC_PER_SEC + c->micro;
}

apr_time_t wall_time_from_sql(const char *text)
{
    civil_t c = { 0 };

    text = read_civil(text, ' ', &c);
    return text != NULL && *text == '\0' && is_real(&c) ? implode(&c) : 0;
}

apr_time_t wall_time_from_rfc3339(const char *text)
{
    civil_t c = { 0 };
    int sign, hours = 0, minutes = 0;

    text = read_civil(text, 'T', &c);
    if (text == NULL || !is_real(&c))
        return 0;
    if (strcmp(text, "Z") == 0)
        return implode(&c);
    sign = *text == '-' ? -1 : 1;
    if (*text != '+' && *text != '-')
        return 0;
    text = read_digits(text + 1, 2, &hours);
    text = read_digits(expect(text, ':'), 2, &minutes);
    if (text == NULL || *text != '\0' || hours > 23 || minutes > 59)
        return 0;
    return implode(&c) - sign * (hours * 3600LL + minutes * 60LL) * APR_USEC_PER_SEC;
}
