/* SPDX-License-Identifier: Apache-2.0 */
/* The bricks of the day: once a day in the site's time zone, more for days in a row. */
#include <apr_strings.h>

#include "app/bricks/bricks_actions.h"
#include "core/fields.h"
#include "core/site.h"
#include "core/timefmt.h"
#include "core/timezone.h"
#include "io/db.h"
#include "io/sql_statements.h"

#define WEEK_BEFORE 4 /* days of the drawing before today, */
#define WEEK_DAYS   7 /* and all of them */

typedef struct state_t {
    int is_premium;
    apr_time_t now;
    const char *last_day; /* "2026-11-21"; NULL: never claimed */
    apr_int64_t streak_days;
} state_t;

static const wall_field_t state_fields[] = {
    WALL_BOOL(state_t, is_premium),
    WALL_TIME(state_t, now),
    WALL_STR(state_t, last_day),
    WALL_I64(state_t, streak_days),
    WALL_FIELDS_END
};
static const wall_shape_t state_shape = WALL_SHAPE_OF("DailyState", state_t, state_fields);

/** Where a user stands today. */
typedef struct today_t {
    wall_local_day_t day;
    apr_int64_t last;   /* number of the day claimed last; far in the past: none */
    apr_int64_t streak; /* days in a row up to the last claim, if the row is not broken; else 0 */
    apr_int64_t daily;  /* what a claim gives without a bonus */
} today_t;

apr_int64_t bricks_streak_bonus(const wall_site_t *site, apr_int64_t streak_days)
{
    apr_int64_t bonus;

    if (streak_days < 2 || site->bricks_streak == 0) {
        return 0;
    }
    /* no overflow, however long somebody keeps coming */
    bonus = streak_days > site->bricks_streak_max ? site->bricks_streak_max
                                                  : streak_days * site->bricks_streak;
    return bonus < site->bricks_streak_max ? bonus : site->bricks_streak_max;
}

static wall_rc_t look(wall_cx_t *cx, apr_int64_t user_id, today_t *out)
{
    state_t state;
    wall_rc_t rc = wall_db_one(cx, sql_bricks_daily_state(user_id), &state_shape, &state);

    if (rc != WALL_OK) {
        return rc;
    }
    if (wall_zone_day(cx->site->time_zone, state.now, &out->day) != 0) {
        return wall_fail_log(cx, WALL_E_INTERNAL, WALLNO(00612) "the time zone %s cannot be used",
                             cx->site->time_zone);
    }
    out->last = wall_day_number(state.last_day);
    out->streak = out->last >= out->day.number - 1 ? state.streak_days : 0;
    out->daily = state.is_premium ? cx->site->premium_daily : cx->site->bricks_daily;
    return WALL_OK;
}

/* A day after today is claimed when the site's zone was moved: it counts. */
static int is_claimed(const today_t *today)
{
    return today->last >= today->day.number;
}

/** When the next claim can be made, if today's has been. */
static apr_time_t next_claim(const wall_cx_t *cx, const today_t *today)
{
    char date[WALL_DATE_LEN + 1];
    wall_local_day_t next;

    if (today->last <= today->day.number) {
        return today->day.ends;
    }
    wall_day_date(today->last + 1, date);
    (void)wall_zone_date(cx->site->time_zone, date, &next);
    return next.begins;
}

/* ---- the claim ---- */

typedef struct claim_t {
    apr_int64_t user_id;
    int automatic;
    bricks_claim_t out;
} claim_t;

static wall_rc_t refuse(wall_cx_t *cx, const claim_t *claim, const today_t *today)
{
    wall_rc_t rc = WALL_E_ALREADY_CLAIMED;

    if (!claim->automatic) {
        rc = wall_fail(cx, rc, NULL, WALL_NO_WHY);
        wall_fail_time(cx, "next_claim_at", next_claim(cx, today));
    }
    return rc;
}

static wall_rc_t claim_work(wall_cx_t *cx, void *baton)
{
    claim_t *claim = baton;
    apr_int64_t streak, bonus;
    bricks_posted_t posted;
    today_t today;
    /* Two at once: the second waits here and then sees the first's claim. */
    wall_rc_t rc = bricks_lock(cx, claim->user_id);

    if (rc == WALL_OK) {
        rc = look(cx, claim->user_id, &today);
    }
    if (rc != WALL_OK || is_claimed(&today)) {
        return rc == WALL_OK ? refuse(cx, claim, &today) : rc;
    }
    if (today.daily == 0) {
        return claim->automatic ? WALL_E_ALREADY_CLAIMED
                                : wall_fail(cx, WALL_E_FORBIDDEN, NULL, WALL_WHY(DAILY_OFF));
    }
    streak = today.streak + 1;
    bonus = bricks_streak_bonus(cx->site, streak);
    rc = wall_db_exec(cx, sql_bricks_claim_add(claim->user_id, today.day.date, streak,
                                               today.daily + bonus, bonus),
                      NULL);
    if (rc == WALL_E_DUPLICATE) {
        today.last = today.day.number;
        return refuse(cx, claim, &today);
    }
    if (rc == WALL_OK) {
        rc = bricks_post(cx,
                         &(bricks_movement_t){
                             .user_id = claim->user_id, .type = BRICKS_EARNED,
                             .source = BRICKS_FROM_DAILY_CLAIM, .account = BRICKS_ACCOUNT_TREASURY,
                             .amount = today.daily + bonus,
                             .key = apr_psprintf(cx->pool, "daily:%" APR_INT64_T_FMT ":%s",
                                                 claim->user_id, today.day.date),
                             .metadata = apr_psprintf(cx->pool,
                                                      "{\"streak_days\":%" APR_INT64_T_FMT
                                                      ",\"streak_bonus\":%" APR_INT64_T_FMT "}",
                                                      streak, bonus),
                         },
                         &posted);
    }
    if (rc == WALL_OK) {
        claim->out = (bricks_claim_t){ 1, today.daily + bonus, streak, bonus, today.day.ends,
                                       posted.balance };
    }
    return rc;
}

wall_rc_t bricks_claim_daily(wall_cx_t *cx, const void *in, bricks_claim_t *out)
{
    claim_t claim = { .user_id = cx->viewer.user_id };
    wall_rc_t rc = wall_db_tx(cx, claim_work, &claim);

    *out = claim.out;
    return rc;
}

void bricks_visit(wall_cx_t *cx)
{
    claim_t claim = { .user_id = cx->viewer.user_id, .automatic = 1 };
    today_t today;

    if (!cx->site->bricks_daily_auto || claim.user_id == 0) {
        return;
    }
    /* Nearly always it has been claimed: that takes no lock to see. */
    if (look(cx, claim.user_id, &today) != WALL_OK ||
        (!is_claimed(&today) && today.daily > 0 && wall_db_tx(cx, claim_work, &claim) != WALL_OK)) {
        wall_fail_clear(cx); /* who visits is not to blame, and comes again */
    }
}

/* ---- what it looks like ---- */

static const char *const day_states[] = {
    [BRICKS_DAY_CLAIMED] = "claimed", [BRICKS_DAY_MISSED] = "missed", [BRICKS_DAY_READY] = "ready",
    [BRICKS_DAY_LATER] = "later",     NULL
};

static const wall_field_t week_fields[] = {
    WALL_STR(bricks_week_day_t, date, .required = 1, .doc = "The day, in the site's time zone.",
             .example = "\"2026-11-21\""),
    WALL_I64(bricks_week_day_t, weekday, .doc = "1 Monday to 7 Sunday.", .example = "6"),
    WALL_ENUM(bricks_week_day_t, state, day_states, .required = 1,
              .doc = "ready is today while nothing has been claimed."),
    WALL_FIELDS_END
};
static const wall_shape_t week_shape =
    WALL_SHAPE_OF("BricksWeekDay", bricks_week_day_t, week_fields);

static const wall_field_t daily_fields[] = {
    WALL_BOOL(bricks_daily_t, claimable, .doc = "Whether a claim gives something now."),
    WALL_BOOL(bricks_daily_t, automatic,
              .doc = "The site gives them with the first visit of a day; nobody has to claim."),
    WALL_I64(bricks_daily_t, amount,
             .doc = "What the claim of today gives or gave, the bonus included; 0: this site gives none.",
             .example = "125"),
    WALL_I64(bricks_daily_t, streak_bonus, .doc = "How much of it is for days in a row.",
             .example = "25"),
    WALL_I64(bricks_daily_t, streak_days, .doc = "Days in a row that have been claimed.",
             .example = "4"),
    WALL_TIME(bricks_daily_t, next_claim_at,
              .doc = "When the next claim can be made; null while one can be made now."),
    WALL_TIME(bricks_daily_t, day_ends_at, .required = 1, .doc = "The site's next midnight."),
    WALL_STR(bricks_daily_t, time_zone, .required = 1, .doc = "Whose midnight that is.",
             .example = "\"Etc/UTC\""),
    WALL_LIST(bricks_daily_t, week, &week_shape,
              .doc = "Seven days to draw: the last four, today and the next two."),
    WALL_FIELDS_END
};
const wall_shape_t bricks_daily_shape = WALL_SHAPE_OF("BricksDaily", bricks_daily_t, daily_fields);

typedef struct claimed_day_t {
    const char *local_day;
} claimed_day_t;
static const wall_field_t claimed_day_fields[] = { WALL_STR(claimed_day_t, local_day),
                                                   WALL_FIELDS_END };
static const wall_shape_t claimed_day_shape =
    WALL_SHAPE_OF("ClaimedDay", claimed_day_t, claimed_day_fields);

static int holds(const apr_array_header_t *claimed, const char *date)
{
    int i;

    for (i = 0; i < claimed->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(claimed, i, claimed_day_t).local_day, date) == 0) {
            return 1;
        }
    }
    return 0;
}

static wall_rc_t draw_week(wall_cx_t *cx, apr_int64_t user_id, const today_t *today,
                           apr_array_header_t **out)
{
    apr_int64_t number = today->day.number - WEEK_BEFORE, end = number + WEEK_DAYS;
    char first[WALL_DATE_LEN + 1];
    apr_array_header_t *claimed;
    wall_rc_t rc;

    wall_day_date(number, first);
    rc = wall_db_list(cx, sql_bricks_claims_since(user_id, first), &claimed_day_shape, &claimed);
    *out = apr_array_make(cx->pool, WEEK_DAYS, sizeof(bricks_week_day_t));
    for (; rc == WALL_OK && number < end; number++) {
        bricks_week_day_t *day = apr_array_push(*out);
        char date[WALL_DATE_LEN + 1];

        wall_day_date(number, date);
        day->date = apr_pstrdup(cx->pool, date);
        day->weekday = wall_day_weekday(number);
        day->state = holds(claimed, date)          ? BRICKS_DAY_CLAIMED
                     : number < today->day.number  ? BRICKS_DAY_MISSED
                     : number == today->day.number ? BRICKS_DAY_READY
                                                   : BRICKS_DAY_LATER;
    }
    return rc;
}

wall_rc_t bricks_daily(wall_cx_t *cx, apr_int64_t user_id, bricks_daily_t *out)
{
    today_t today;
    apr_int64_t streak;
    wall_rc_t rc = look(cx, user_id, &today);

    if (rc != WALL_OK) {
        return rc;
    }
    streak = is_claimed(&today) ? today.streak : today.streak + 1;
    out->claimable = !is_claimed(&today) && today.daily > 0;
    out->automatic = cx->site->bricks_daily_auto;
    out->streak_bonus = today.daily > 0 ? bricks_streak_bonus(cx->site, streak) : 0;
    out->amount = today.daily + out->streak_bonus;
    out->streak_days = today.streak;
    out->next_claim_at = out->claimable || today.daily == 0 ? 0 : next_claim(cx, &today);
    out->day_ends_at = today.day.ends;
    out->time_zone = cx->site->time_zone;
    return draw_week(cx, user_id, &today, &out->week);
}
