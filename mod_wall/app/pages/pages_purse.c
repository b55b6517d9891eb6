/* SPDX-License-Identifier: Apache-2.0 */
/* The balance and the bricks of the day, in the place and size the web client draws them
 * (htdocs/src/pages/bricks/balance.tsx and daily.tsx): nothing moves when it takes over. */
#include "app/pages/pages_bricks.h"

#include <apr_strings.h>
#include <string.h>

#include "app/bricks/rates.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"
#include "core/crypto.h"
#include "core/site.h"
#include "core/timezone.h"

static const char *const level_names[] = { [RATES_OK] = "ok", [RATES_LOW] = "low",
                                           [RATES_BAD] = "bad" };

const char *pages_level(const wall_document_t *doc, apr_int64_t available)
{
    return level_names[rates_level(available, doc->app_bricks)];
}

/* ---- the wall graphic ---- */

enum { BRICK_WIDE = 25, BRICK_HIGH = 11, JOINT = 4, BRICKS_MOST = 1000 };

/* Which of the three firings: the same sum as grain() in htdocs/src/ui/courses.tsx. */
static char grain(int brick)
{
    return "aabc"[((apr_uint32_t)brick + 1) * 2654435761u >> 20 & 3];
}

void pages_courses(wall_document_t *doc, apr_int64_t bricks, int length, const char *label)
{
    static const char *const firings[] = { "a", "b", "c" };
    int drawn = bricks < BRICKS_MOST ? (int)bricks : BRICKS_MOST;
    int rows = drawn > 0 ? (drawn + length - 1) / length : 1;
    int height = rows * (BRICK_HIGH + JOINT) - JOINT;

    wall_html(&doc->body,
              "<svg class=\"courses\" viewBox=\"0 0 %d.5 %d\" role=\"img\" aria-label=\"%s\">",
              length * (BRICK_WIDE + JOINT) + BRICK_WIDE / 2, height, label);
    for (int kind = 0; kind < 3; kind++) {
        wall_html(&doc->body, "<path class=\"%s\" d=\"", firings[kind]);
        for (int i = 0; i < drawn; i++) {
            int row = i / length, x = i % length * (BRICK_WIDE + JOINT);

            if (grain(i) == firings[kind][0])
                wall_html(&doc->body, row % 2 ? "M%d.5 %dh25v11h-25z" : "M%d %dh25v11h-25z",
                          row % 2 ? x + (BRICK_WIDE + JOINT) / 2 : x,
                          height - BRICK_HIGH - row * (BRICK_HIGH + JOINT));
        }
        wall_buf_str(&doc->body, "\"/>");
    }
    wall_buf_str(&doc->body, "</svg>");
}

/* ---- the balance ---- */

const char *pages_reach(wall_cx_t *cx, const wall_document_t *doc, apr_int64_t available)
{
    return available >= doc->app_bricks
               ? wall_text_n(cx, "bricks.enough", available / doc->app_bricks)
               : wall_text(cx, "bricks.level.bad");
}

static void balance(wall_cx_t *cx, wall_document_t *doc, const bricks_status_t *status)
{
    apr_int64_t available = status->available;
    const char *level = pages_level(doc, available), *said = wall_text_n(cx, "bricks.n", available);

    wall_html(&doc->body,
              "<section class=\"face pad\" aria-labelledby=\"balance\"><div class=\"row\"><h2 "
              "id=\"balance\">%s</h2><span class=\"tag %s push\">",
              wall_text(cx, "bricks.balance"), level);
    pages_icon(doc, strcmp(level, "ok") == 0 ? "check" : "warn", 1);
    wall_html(&doc->body,
              "%s</span></div><p class=\"amount %s\" aria-hidden=\"true\">%s</p><p class=\"sr\">%s</p>",
              pages_reach(cx, doc, available), level, wall_number(cx, available), said);
    if (available > 0)
        pages_courses(doc, available, 40, said);
    wall_html(&doc->body, "<p class=\"soft mt\">%s</p><p class=\"small row mt levels\">",
              status->held > 0 ? wall_text_n(cx, "bricks.plus_held", status->held)
                               : wall_text(cx, "bricks.none_held"));
    for (int i = RATES_OK; i <= RATES_BAD; i++)
        wall_html(&doc->body, "<span class=\"bricks %s\">%s</span>", level_names[i],
                  wall_text(cx, apr_pstrcat(cx->pool, "bricks.means.", level_names[i], NULL)));
    wall_buf_str(&doc->body, "</p></section>");
}

/* ---- the bricks of the day ---- */

static void week(wall_cx_t *cx, wall_document_t *doc, const bricks_daily_t *daily)
{
    static const struct {
        const char *mark, *text;
    } states[] = { [BRICKS_DAY_CLAIMED] = { "had", "daily.claimed" },
                   [BRICKS_DAY_MISSED] = { "", "daily.missed" },
                   [BRICKS_DAY_READY] = { "today", "daily.ready" },
                   [BRICKS_DAY_LATER] = { "", "daily.later" } };

    wall_html(&doc->body, "<ol class=\"week\" aria-label=\"%s\">", wall_text(cx, "daily.week"));
    for (int i = 0; i < daily->week->nelts; i++) {
        const bricks_week_day_t *day = &APR_ARRAY_IDX(daily->week, i, bricks_week_day_t);
        char name[WALL_WHEN_MAX];

        wall_weekday_name(cx->language, (int)day->weekday, name);
        wall_html(&doc->body, "<li class=\"%s\">%s<span class=\"sr\"> %s</span></li>",
                  states[day->state].mark, name, wall_text(cx, states[day->state].text));
    }
    wall_buf_str(&doc->body, "</ol>");
}

/** How many there are today. */
static const char *offered(wall_cx_t *cx, const bricks_daily_t *daily)
{
    if (!daily->claimable)
        return wall_text_n(cx, "daily.done", daily->amount);
    if (daily->streak_bonus == 0)
        return wall_text_n(cx, "daily.today", daily->amount);
    return wall_text_with(cx, "daily.today_bonus", "amount",
                          wall_number(cx, daily->amount - daily->streak_bonus), "bonus",
                          wall_number(cx, daily->streak_bonus), NULL);
}

/** The button that gets them; a disabled one once they are got. */
static void claim(wall_cx_t *cx, wall_document_t *doc, const bricks_daily_t *daily, const char *left)
{
    if (daily->automatic) {
        wall_html(&doc->body, "<p class=\"small soft\">%s</p>", wall_text(cx, "daily.automatic"));
        return;
    }
    wall_html(&doc->body,
              "<form method=\"post\" action=\"/bricks/claim\"><input type=\"hidden\" name=\"csrf_token\" "
              "value=\"%s\"><button class=\"btn main full\"%s>%s</button></form>",
              cx->viewer.csrf_token, daily->claimable ? "" : " disabled",
              daily->claimable
                  ? wall_text_n(cx, "daily.claim", daily->amount)
                  : wall_text_with(cx, "daily.again", "bricks",
                                   wall_text_n(cx, "bricks.n", daily->amount), "left", left, NULL));
}

static void todays(wall_cx_t *cx, wall_document_t *doc, const bricks_daily_t *daily)
{
    char left[WALL_WHEN_MAX];

    wall_hours_name(cx->language, daily->day_ends_at - cx->now, left);
    wall_html(&doc->body,
              "<section class=\"face pad daily\" aria-labelledby=\"daily\"><div class=\"row\"><h2 "
              "id=\"daily\">%s</h2><span class=\"small soft push\">%s</span></div>",
              wall_text(cx, "bricks.source.daily_claim"),
              daily->streak_days > 0 ? wall_text_n(cx, "daily.row", daily->streak_days)
                                     : wall_text(cx, "daily.no_row"));
    week(cx, doc, daily);
    wall_html(&doc->body, "<p class=\"small soft\">%s %s</p>", offered(cx, daily),
              wall_text_with(cx, "daily.ends", "zone", daily->time_zone, "left", left, NULL));
    claim(cx, doc, daily, left);
    wall_buf_str(&doc->body, "</section>");
}

void pages_purse(wall_cx_t *cx, wall_document_t *doc, const bricks_status_t *status)
{
    wall_buf_str(&doc->body, "<div class=\"purse\">");
    balance(cx, doc, status);
    if (status->daily.amount > 0)
        todays(cx, doc, &status->daily);
    wall_buf_str(&doc->body, "</div>");
}

wall_rc_t pages_claim_sent(wall_cx_t *cx, const pages_token_in_t *in, wall_document_t *doc)
{
    bricks_claim_t got;
    wall_rc_t rc;

    if (pages_sent_to_login(cx, doc))
        return WALL_OK;
    if (!wall_equal_secret(in->csrf_token, cx->viewer.csrf_token))
        return wall_fail(cx, WALL_E_CSRF, NULL, WALL_NO_WHY);
    doc->redirect = "/bricks";
    rc = bricks_claim_daily(cx, NULL, &got);
    if (rc != WALL_E_ALREADY_CLAIMED) /* a form that is sent twice: the page says that they are there */
        return rc;
    wall_fail_clear(cx);
    return WALL_OK;
}
