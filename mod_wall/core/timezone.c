/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timezone.h"

#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include "core/timefmt.h"

#define DAY_US   (86400LL * APR_USEC_PER_SEC)
#define NO_DAY   (-(1LL << 40))

#define WORDS    32 /* UTF-16 units of such a text */

/* ICU's names are UTF-16; those of zones are ASCII. 0 when it is too long or not ASCII. */
static int32_t wide(const char *name, UChar *out)
{
    size_t len = name != NULL ? strlen(name) : 0;

    if (len == 0 || len > WALL_ZONE_MAX ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/") != len)
        return 0;
    u_charsToUChars(name, out, (int32_t)len);
    return (int32_t)len;
}

int wall_zone_valid(const char *name)
{
    UChar text[WALL_ZONE_MAX], canonical[WALL_ZONE_MAX * 2];
    UErrorCode status = U_ZERO_ERROR;
    UBool known = 0;
    int32_t len = wide(name, text);

    if (len == 0 || (strchr(name, '/') == NULL && strcmp(name, "UTC") != 0) ||
        strcmp(name, "Etc/Unknown") == 0)
        return 0;
    ucal_getCanonicalTimeZoneID(text, len, canonical, WALL_ZONE_MAX * 2, &known, &status);
    return U_SUCCESS(status) && known;
}

void wall_day_date(apr_int64_t number, char *out)
{
    char text[WALL_RFC3339_LEN + 1];

    wall_time_rfc3339(text, number * DAY_US);
    memcpy(out, text, WALL_DATE_LEN);
    out[WALL_DATE_LEN] = '\0';
}

int wall_day_weekday(apr_int64_t number)
{
    return (int)(((number + 3) % 7 + 7) % 7) + 1; /* 1970-01-01 was a Thursday */
}

apr_int64_t wall_day_number(const char *date)
{
    char text[] = "0000-00-00T00:00:00Z";
    apr_time_t t;

    if (date == NULL || strlen(date) != WALL_DATE_LEN)
        return NO_DAY;
    memcpy(text, date, WALL_DATE_LEN);
    t = wall_time_from_rfc3339(text);
    if (t == 0)
        return strcmp(date, "1970-01-01") == 0 ? 0 : NO_DAY;
    return t >= 0 ? t / DAY_US : -((-t + DAY_US - 1) / DAY_US);
}

/* A Gregorian calendar; NULL when there is no such zone. */
static UCalendar *open_calendar(const char *zone)
{
    UChar text[WALL_ZONE_MAX];
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar;

    if (!wall_zone_valid(zone))
        return NULL;
    calendar = ucal_open(text, wide(zone, text), "en", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        return NULL;
    /* A midnight the clock jumps over is the first instant after the jump. */
    ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_NEXT_VALID);
    ucal_setAttribute(calendar, UCAL_LENIENT, 1);
    return calendar;
}

typedef struct ymd_t {
    int32_t year, month, day; /* month from 0, as ICU counts */
} ymd_t;

static int date_of(UCalendar *calendar, apr_time_t t, ymd_t *out)
{
    UErrorCode status = U_ZERO_ERROR;

    /* Whole milliseconds, rounded down: the last microsecond of a day is still that day. */
    ucal_setMillis(calendar, (UDate)(t >= 0 ? t / 1000 : -((-t + 999) / 1000)), &status);
    out->year = ucal_get(calendar, UCAL_YEAR, &status);
    out->month = ucal_get(calendar, UCAL_MONTH, &status);
    out->day = ucal_get(calendar, UCAL_DATE, &status);
    return U_SUCCESS(status) ? 0 : -1;
}

/* The first instant of @a date. Of a midnight that comes twice, because the clock is set back over it,
 * the one after @a t where @a after is set. */
static int first_instant(UCalendar *calendar, ymd_t date, int after, apr_time_t t, apr_time_t *out)
{
    static const UCalendarWallTimeOption which[] = { UCAL_WALLTIME_FIRST, UCAL_WALLTIME_LAST };
    UErrorCode status = U_ZERO_ERROR;
    int i;

    for (i = 0; i < 2; i++) {
        ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, which[i]);
        ucal_clear(calendar);
        ucal_setDateTime(calendar, date.year, date.month, date.day, 0, 0, 0, &status);
        *out = (apr_time_t)ucal_getMillis(calendar, &status) * 1000;
        if (U_FAILURE(status) || !after || *out > t)
            break;
    }
    return U_SUCCESS(status) ? 0 : -1;
}

static int day_in(const char *zone, apr_time_t t, wall_local_day_t *out)
{
    UCalendar *calendar = open_calendar(zone);
    ymd_t date, next;
    int failed;

    if (calendar == NULL)
        return -1;
    failed = date_of(calendar, t, &date);
    next = date;
    next.day++; /* ICU carries it into the next month */
    failed |= first_instant(calendar, date, 0, t, &out->begins);
    failed |= first_instant(calendar, next, 1, t, &out->ends);
    ucal_close(calendar);
    if (failed == 0) {
        snprintf(out->date, sizeof out->date, "%04u-%02u-%02u", (unsigned)date.year % 10000U,
                 ((unsigned)date.month + 1U) % 100U, (unsigned)date.day % 100U);
        out->number = wall_day_number(out->date);
        out->weekday = wall_day_weekday(out->number);
    }
    return failed;
}

int wall_zone_day(const char *zone, apr_time_t t, wall_local_day_t *out)
{
    memset(out, 0, sizeof *out);
    if (day_in(zone, t, out) == 0)
        return 0;
    (void)day_in("UTC", t, out);
    return -1;
}

int wall_zone_date(const char *zone, const char *date, wall_local_day_t *out)
{
    UCalendar *calendar = open_calendar(zone);
    UCalendar *used = calendar != NULL ? calendar : open_calendar("UTC");
    ymd_t ymd = { 0, 0, 0 };
    int failed = calendar == NULL || used == NULL;

    memset(out, 0, sizeof *out);
    out->number = wall_day_number(date);
    if (used == NULL || out->number == NO_DAY) {
        ucal_close(used);
        return -1;
    }
    wall_day_date(out->number, out->date);
    out->weekday = wall_day_weekday(out->number);
    ymd.year = 1970;
    ymd.day = (int32_t)out->number + 1; /* ICU carries days into months and years */
    failed |= first_instant(used, ymd, 0, 0, &out->begins);
    ymd.day++;
    failed |= first_instant(used, ymd, 0, 0, &out->ends);
    ucal_close(used);
    return failed ? -1 : 0;
}

static int month_in(const char *zone, apr_time_t t, apr_time_t *begins, apr_time_t *ends)
{
    UCalendar *calendar = open_calendar(zone);
    ymd_t date, next;
    int failed;

    if (calendar == NULL)
        return -1;
    failed = date_of(calendar, t, &date);
    date.day = 1;
    next = date;
    next.month++; /* ICU carries it into the next year */
    failed |= first_instant(calendar, date, 0, t, begins);
    failed |= first_instant(calendar, next, 1, t, ends);
    ucal_close(calendar);
    return failed;
}

int wall_zone_month(const char *zone, apr_time_t t, apr_time_t *begins, apr_time_t *ends)
{
    *begins = *ends = 0;
    if (month_in(zone, t, begins, ends) == 0)
        return 0;
    (void)month_in("UTC", t, begins, ends);
    return -1;
}

/* What does not fit is left out rather than cut within a character. */
static void narrow(const UChar *text, int32_t len, UErrorCode status, char *out)
{
    int32_t bytes = 0;

    *out = '\0';
    if (U_FAILURE(status))
        return;
    u_strToUTF8(out, WALL_WHEN_MAX - 1, &bytes, text, len, &status);
    out[U_SUCCESS(status) ? bytes : 0] = '\0';
}

void wall_weekday_name(const char *language, int weekday, char *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_NONE, UDAT_NONE, language, NULL, 0, NULL, 0, &status);
    UChar name[WORDS];
    int32_t len = 0;

    if (U_SUCCESS(status)) /* there Sunday is 1 */
        len = udat_getSymbols(format, UDAT_STANDALONE_SHORT_WEEKDAYS, weekday % 7 + 1, name, WORDS,
                              &status);
    narrow(name, len, status, out);
    udat_close(format);
}

/** "5 min" as @a skeleton says. */
static void measured(const char *language, const char *skeleton, int64_t n, char *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormatter *format;
    UFormattedNumber *number;
    UChar wanted[80], text[WORDS];
    int32_t len;

    u_charsToUChars(skeleton, wanted, (int32_t)strlen(skeleton));
    format = unumf_openForSkeletonAndLocale(wanted, (int32_t)strlen(skeleton), language, &status);
    number = unumf_openResult(&status);
    unumf_formatInt(format, n, number, &status);
    len = unumf_resultToString(number, text, WORDS, &status);
    narrow(text, len, status, out);
    unumf_closeResult(number);
    unumf_close(format);
}

void wall_hours_name(const char *language, apr_time_t length, char *out)
{
    apr_time_t minute = 60 * (apr_time_t)APR_USEC_PER_SEC, n = (length + minute - 1) / minute;
    char hours[WALL_WHEN_MAX] = "", minutes[WALL_WHEN_MAX] = "";

    if (n < 1)
        n = 1;
    if (n >= 60)
        measured(language, "measure-unit/duration-hour unit-width-short", n / 60, hours);
    if (n % 60 != 0)
        measured(language, "measure-unit/duration-minute unit-width-short", n % 60, minutes);
    if (snprintf(out, WALL_WHEN_MAX, "%s%s%s", hours, *hours && *minutes ? " " : "", minutes) >=
        WALL_WHEN_MAX)
        *out = '\0';
}
