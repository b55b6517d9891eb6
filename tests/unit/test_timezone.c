/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>

#include "context.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "core/timezone.h"

#define HOUR (3600LL * APR_USEC_PER_SEC)

typedef struct day_case_t {
    const char *zone;
    const char *at;     /* instant */
    const char *date;   /* its date there */
    const char *begins; /* first instants of that date and the next */
    const char *ends;
} day_case_t;

/* Ends of summer time as the IANA data base (2023c and later) has them. */
static const day_case_t days[] = {
    { "Etc/UTC", "2026-11-21T08:15:00Z", "2026-11-21", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z" },
    { "UTC", "2026-12-31T23:59:59.999Z", "2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z" },
    { "Europe/Berlin", "2026-11-20T23:30:00Z", "2026-11-21", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z" },
    { "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z" },
    { "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z" },
    { "Asia/Kolkata", "2026-11-20T18:29:59Z", "2026-11-20", "2026-11-19T18:30:00Z", "2026-11-20T18:30:00Z" },
    { "Asia/Kolkata", "2026-11-20T18:30:00Z", "2026-11-21", "2026-11-20T18:30:00Z", "2026-11-21T18:30:00Z" },
    { "America/New_York", "2026-07-05T03:59:59Z", "2026-07-04", "2026-07-04T04:00:00Z", "2026-07-05T04:00:00Z" },
    /* midnight is jumped over: the day begins at 01:00 */
    { "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z" },
    { "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z" },
    /* 24:00 is set back to 23:00: that hour comes twice, the day has 25 */
    { "America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z" },
    /* 01:00 is set back to 00:00: midnight comes twice, the day begins with the first */
    { "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z" },
    { "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z" },
    /* 00:01 is set back to 23:01 of the day before */
    { "America/St_Johns", "2009-11-01T02:30:30Z", "2009-11-01", "2009-11-01T02:30:00Z", "2009-11-02T03:30:00Z" },
    { "America/St_Johns", "2009-11-01T03:00:00Z", "2009-10-31", "2009-10-31T02:30:00Z", "2009-11-01T03:30:00Z" },
    /* a date that never was */
    { "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z" },
    { "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z" },
};

void test_timezone__days(void)
{
    size_t i;

    for (i = 0; i < sizeof days / sizeof *days; i++) {
        const day_case_t *c = &days[i];
        apr_time_t at = wall_time_from_rfc3339(c->at);
        wall_local_day_t day;
        int ok = wall_zone_day(c->zone, at, &day) == 0 && strcmp(day.date, c->date) == 0 &&
                 day.begins == wall_time_from_rfc3339(c->begins) &&
                 day.ends == wall_time_from_rfc3339(c->ends);

        if (!ok) {
            char begins[WALL_RFC3339_LEN + 1], ends[WALL_RFC3339_LEN + 1];

            wall_time_rfc3339(begins, day.begins);
            wall_time_rfc3339(ends, day.ends);
            printf("\n    %s at %s is %s, %s to %s", c->zone, c->at, day.date, begins, ends);
        }
        CU_ASSERT(ok);
    }
}

/* Whatever the zone does: following the ends of days visits each date once, in order. */
void test_timezone__no_day_comes_twice(void)
{
    static const char *const zones[] = { "Europe/Berlin", "America/Sao_Paulo", "America/Havana",
                                         "America/St_Johns", "Pacific/Apia", "Africa/Cairo",
                                         "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe" };
    size_t i;

    for (i = 0; i < sizeof zones / sizeof *zones; i++) {
        apr_time_t t = wall_time_from_rfc3339("2007-01-01T12:00:00Z");
        apr_int64_t last = 0;
        int n;

        for (n = 0; n < 366 * 6; n++) {
            wall_local_day_t day;

            CU_ASSERT_EQUAL_FATAL(wall_zone_day(zones[i], t, &day), 0);
            CU_ASSERT(day.begins <= t && t < day.ends);
            CU_ASSERT(last == 0 || day.number > last);
            CU_ASSERT(last == 0 || day.number <= last + 2);
            CU_ASSERT(day.ends - day.begins >= 22 * HOUR && day.ends - day.begins <= 26 * HOUR);
            last = day.number;
            t = day.ends;
        }
    }
}

void test_timezone__last_instant_belongs_to_its_day(void)
{
    apr_time_t midnight = wall_time_from_rfc3339("2026-11-20T23:00:00Z");
    wall_local_day_t day;

    CU_ASSERT_EQUAL(wall_zone_day("Europe/Berlin", midnight - 1, &day), 0);
    CU_ASSERT_STRING_EQUAL(day.date, "2026-11-20");
    CU_ASSERT_EQUAL(wall_zone_day("Europe/Berlin", midnight, &day), 0);
    CU_ASSERT_STRING_EQUAL(day.date, "2026-11-21");
    CU_ASSERT_EQUAL(day.weekday, 6);
    CU_ASSERT_EQUAL(wall_zone_day("UTC", -1, &day), 0);
    CU_ASSERT_STRING_EQUAL(day.date, "1969-12-31");
    CU_ASSERT(day.number == -1 && day.weekday == 3);
}

void test_timezone__months(void)
{
    apr_time_t begins, ends;

    CU_ASSERT_EQUAL(wall_zone_month("Europe/Berlin", wall_time_from_rfc3339("2026-11-30T23:30:00Z"),
                                    &begins, &ends), 0);
    CU_ASSERT_EQUAL(begins, wall_time_from_rfc3339("2026-11-30T23:00:00Z"));
    CU_ASSERT_EQUAL(ends, wall_time_from_rfc3339("2026-12-31T23:00:00Z"));
    CU_ASSERT_EQUAL(wall_zone_month("UTC", wall_time_from_rfc3339("2024-02-29T12:00:00Z"), &begins,
                                    &ends), 0);
    CU_ASSERT_EQUAL(begins, wall_time_from_rfc3339("2024-02-01T00:00:00Z"));
    CU_ASSERT_EQUAL(ends, wall_time_from_rfc3339("2024-03-01T00:00:00Z"));
}

void test_timezone__dates(void)
{
    wall_local_day_t day;

    CU_ASSERT_EQUAL(wall_zone_date("Europe/Berlin", "2026-03-29", &day), 0);
    CU_ASSERT_EQUAL(day.begins, wall_time_from_rfc3339("2026-03-28T23:00:00Z"));
    CU_ASSERT_EQUAL(day.ends, wall_time_from_rfc3339("2026-03-29T22:00:00Z"));
    CU_ASSERT(day.weekday == 7 && strcmp(day.date, "2026-03-29") == 0);
    CU_ASSERT_EQUAL(wall_zone_date("UTC", "1969-02-28", &day), 0);
    CU_ASSERT_EQUAL(day.ends, wall_time_from_rfc3339("1969-03-01T00:00:00Z"));
    CU_ASSERT_EQUAL(wall_zone_date("Pacific/Apia", "2011-12-30", &day), 0);
    CU_ASSERT_EQUAL(day.begins, day.ends);
    CU_ASSERT_EQUAL(wall_zone_date("UTC", "2026-02-29", &day), -1);
    CU_ASSERT_EQUAL(wall_zone_date("UTC", NULL, &day), -1);
    CU_ASSERT_EQUAL(wall_zone_date("Mars/Olympus", "2026-11-21", &day), -1);
}

void test_timezone__names(void)
{
    static const char *const good[] = { "UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Ushuaia",
                                        "Asia/Calcutta", "Etc/GMT+3" };
    static const char *const bad[] = { "", "Mars/Olympus", "GMT+3", "CET", "europe/berlin",
                                       "Etc/Unknown", "Europe/Berlin ", "../etc/passwd", "Europe/K\xC3\xB6ln",
                                       "/", "Europe/", "America/Argentina/America/Argentina/America/"
                                       "Argentina/America/Argentina/Ushuaia" };
    wall_local_day_t day;
    size_t i;

    for (i = 0; i < sizeof good / sizeof *good; i++)
        CU_ASSERT_EQUAL(wall_zone_valid(good[i]), 1);
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_EQUAL(wall_zone_valid(bad[i]), 0);
    CU_ASSERT_EQUAL(wall_zone_valid(NULL), 0);
    CU_ASSERT_EQUAL(wall_zone_day("Mars/Olympus", wall_time_from_rfc3339("2026-11-21T08:15:00Z"), &day), -1);
    CU_ASSERT_STRING_EQUAL(day.date, "2026-11-21");
}

void test_timezone__day_numbers(void)
{
    char date[WALL_DATE_LEN + 1];

    CU_ASSERT_EQUAL(wall_day_number("1970-01-01"), 0);
    CU_ASSERT_EQUAL(wall_day_number("1969-12-31"), -1);
    CU_ASSERT_EQUAL(wall_day_number("2026-11-21"), 20778);
    CU_ASSERT(wall_day_number("2026-02-30") < -1000000);
    CU_ASSERT(wall_day_number("tomorrow") < -1000000);
    CU_ASSERT(wall_day_number(NULL) < -1000000);
    wall_day_date(20778, date);
    CU_ASSERT_STRING_EQUAL(date, "2026-11-21");
    wall_day_date(-1, date);
    CU_ASSERT_STRING_EQUAL(date, "1969-12-31");
}

static void *walk(void *zone)
{
    apr_time_t t = wall_time_from_rfc3339("2026-01-01T12:00:00Z");
    wall_local_day_t day;
    apr_int64_t wrong = 0;
    int n;

    for (n = 0; n < 300; n++) {
        wrong += wall_zone_day(zone, t + n * 24 * HOUR, &day) != 0 || day.number != 20454 + n;
    }
    return (void *)(apr_uintptr_t)wrong;
}

void test_timezone__threads(void)
{
    static char zones[4][20] = { "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Etc/UTC" };
    pthread_t threads[4];
    int i;

    for (i = 0; i < 4; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, walk, zones[i]), 0);
    for (i = 0; i < 4; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        CU_ASSERT_PTR_NULL(wrong);
    }
}

void test_timezone__directive(void)
{
    wall_cx_t cx = test_context();
    wall_site_t *site = wall_site_new(cx.pool);

    CU_ASSERT_PTR_NULL(wall_site_set(site, cx.pool, WALL_D_time_zone, "Europe/Berlin", "/", NULL));
    CU_ASSERT_STRING_EQUAL(site->time_zone, "Europe/Berlin");
    CU_ASSERT_PTR_NOT_NULL(wall_site_set(site, cx.pool, WALL_D_time_zone, "Berlin", "/", NULL));
    apr_pool_destroy(cx.pool);
}

void test_timezone__words(void)
{
    static const struct {
        const char *language, *weekday;
        int day, minutes;
        const char *hours;
    } cases[] = {
        { "en", "Mon", 1, 65, "1 hr 5 min" },  { "en", "Sun", 7, 120, "2 hr" },
        { "de", "Sa", 6, 59, "59 Min." },      { "ru", "вс", 7, 0, "1 мин" },
    };
    char text[WALL_WHEN_MAX];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *space;

        wall_weekday_name(cases[i].language, cases[i].day, text);
        CU_ASSERT_STRING_EQUAL(text, cases[i].weekday);
        wall_hours_name(cases[i].language, apr_time_from_sec(cases[i].minutes * 60 - 30), text);
        while ((space = strstr(text, "\xC2\xA0")) != NULL) { /* some join number and unit firmly */
            *space = ' ';
            memmove(space + 1, space + 2, strlen(space + 2) + 1);
        }
        CU_ASSERT_STRING_EQUAL(text, cases[i].hours);
    }
}
