/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_TIMEZONE_H
#define WALL_CORE_TIMEZONE_H

/**
 * @file timezone.h
 * Days as people live them: IANA time zones, by ICU's calendar (thread-safe: every call has a calendar
 * of its own). A day begins at its first instant, which is not always 00:00 – where the clock jumps
 * over midnight it is 01:00 – and lasts until the next day begins: 23, 24 or 25 hours, or none at all
 * where a zone left a date out.
 */
#include <apr_time.h>

#define WALL_ZONE_MAX 64 /* longest zone name taken, in bytes */
#define WALL_DATE_LEN 10 /* 2026-11-21 */

/** A calendar day in one zone. */
typedef struct wall_local_day_t {
    char date[WALL_DATE_LEN + 1]; /* "2026-11-21", as a DATE column wants it */
    apr_int64_t number;           /* days since 1970-01-01 of the calendar: yesterday's is one less */
    int weekday;                  /* ISO 8601: 1 Monday … 7 Sunday */
    apr_time_t begins;            /* its first instant */
    apr_time_t ends;              /* the next day's first instant */
} wall_local_day_t;

/** 1 when @a name is a zone of the IANA data base, such as Europe/Berlin, Etc/UTC or UTC. Names are
 *  case-sensitive; offsets ("GMT+3") and abbreviations ("CET") are none. */
int wall_zone_valid(const char *name);
/**
 * The day in @a zone that holds the instant @a t. Years 1 to 9999.
 * @return 0, or -1 when there is no such zone or ICU's data are missing; @a out is then that of UTC
 */
int wall_zone_day(const char *zone, apr_time_t t, wall_local_day_t *out);
/** The day in @a zone that is called @a date, "2026-11-21". A date the zone left out begins and ends
 *  at one instant. -1 also when @a date is none; otherwise as wall_zone_day(). */
int wall_zone_date(const char *zone, const char *date, wall_local_day_t *out);
/** First instants of the month in @a zone that holds @a t, and of the next. Otherwise as
 *  wall_zone_day(). */
int wall_zone_month(const char *zone, apr_time_t t, apr_time_t *begins, apr_time_t *ends);
/** ISO 8601 weekday of day @a number: 1 Monday … 7 Sunday. */
int wall_day_weekday(apr_int64_t number);
#define WALL_WHEN_MAX 64 /* bytes of a name or a length of time in words, with the NUL */
/** A weekday's short name in @a language ("Sat") into @a out (WALL_WHEN_MAX bytes). "" when ICU has none. */
void wall_weekday_name(const char *language, int weekday, char *out);
/** "3 hr 5 min" in @a language, the minute begun counted as whole, at least one; into @a out
 *  (WALL_WHEN_MAX bytes). */
void wall_hours_name(const char *language, apr_time_t length, char *out);
/** "2026-11-21" of day number @a number into @a out (WALL_DATE_LEN + 1 bytes). */
void wall_day_date(apr_int64_t number, char *out);
/** The day's number; -1 << 40 when @a date is none. Inverse of wall_day_date(). */
apr_int64_t wall_day_number(const char *date);

#endif
