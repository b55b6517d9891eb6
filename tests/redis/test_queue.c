/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

#include "io/queue.h"
#include "server.h"

#define Q "ai"

static wall_cx_t *fresh(void)
{
    wall_cx_t *cx = server_cx();
    server_flush(cx);
    return cx;
}

/** Pops everything; the ids joined by spaces. */
static const char *pop_all(wall_cx_t *cx)
{
    const char *id, *all = "";
    while (wall_queue_pop(cx, Q, 0, &id) == WALL_OK) {
        all = apr_pstrcat(cx->pool, all, *all ? " " : "", id, NULL);
    }
    return all;
}

static void ring(wall_cx_t *cx, const char *id, apr_int64_t user)
{
    CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, id, user, 0), WALL_OK);
}

void test_queue__first_in_first_out(void)
{
    wall_cx_t *cx = fresh();
    ring(cx, "01", 1);
    ring(cx, "02", 2);
    ring(cx, "03", 3);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01 02 03");
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "");
    server_cx_free(cx);
}

void test_queue__fair_among_users(void)
{
    wall_cx_t *cx = fresh();
    for (int i = 1; i <= 5; i++) {
        ring(cx, apr_psprintf(cx->pool, "%02d-A%d", i, i), 1);
    }
    ring(cx, "06-B1", 2);
    ring(cx, "07-C1", 3);
    ring(cx, "08-C2", 3);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01-A1 06-B1 07-C1 02-A2 08-C2 03-A3 04-A4 05-A5");
    server_cx_free(cx);
}

void test_queue__newcomer_joins_the_present_round(void)
{
    wall_cx_t *cx = fresh();
    const char *id;
    for (int i = 1; i <= 5; i++) {
        ring(cx, apr_psprintf(cx->pool, "%02d-A%d", i, i), 1);
    }
    for (int i = 1; i <= 3; i++) {
        CU_ASSERT_EQUAL(wall_queue_pop(cx, Q, 0, &id), WALL_OK);
    }
    /* Not before A's fourth, which has waited for its turn, but before the fifth. */
    ring(cx, "06-B1", 2);
    ring(cx, "07-B2", 2);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "04-A4 06-B1 05-A5 07-B2");
    server_cx_free(cx);
}

void test_queue__priority_first(void)
{
    wall_cx_t *cx = fresh();
    ring(cx, "01", 1);
    CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, "02", 2, 3), WALL_OK);
    CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, "03", 3, 99), WALL_OK); /* clamped to 7 */
    CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, "04", 4, 7), WALL_OK);
    CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, "05", 5, -1), WALL_OK);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "03 04 02 01 05");
    server_cx_free(cx);
}

void test_queue__premium_turns_do_not_push_newcomers_back(void)
{
    wall_cx_t *cx = fresh();
    const char *id;
    for (int i = 1; i <= 3; i++) {
        ring(cx, apr_psprintf(cx->pool, "%02d-A%d", i, i), 1);
    }
    for (int i = 0; i < 20; i++) {
        wall_queue_ring(cx, Q, "00-P", 9, 5);
        CU_ASSERT_EQUAL(wall_queue_pop(cx, Q, 0, &id), WALL_OK);
        CU_ASSERT_STRING_EQUAL(id, "00-P");
    }
    ring(cx, "04-B1", 2);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01-A1 04-B1 02-A2 03-A3");
    server_cx_free(cx);
}

void test_queue__ringing_twice_changes_nothing(void)
{
    wall_cx_t *cx = fresh();
    ring(cx, "01", 1);
    ring(cx, "02", 1);
    for (int i = 0; i < 5; i++) {
        ring(cx, "01", 1);
        CU_ASSERT_EQUAL(wall_queue_ring(cx, Q, "02", 1, 7), WALL_OK);
    }
    ring(cx, "03", 2);
    ring(cx, "04", 1); /* the third of user 1, not the eighth */
    ring(cx, "05", 2);
    ring(cx, "06", 2);
    ring(cx, "07", 2);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01 03 02 05 04 06 07");
    server_cx_free(cx);
}

void test_queue__remove(void)
{
    wall_cx_t *cx = fresh();
    ring(cx, "01", 1);
    ring(cx, "02", 1);
    ring(cx, "03", 2);
    CU_ASSERT_EQUAL(wall_queue_remove(cx, Q, "02"), WALL_OK);
    CU_ASSERT_EQUAL(wall_queue_remove(cx, Q, "02"), WALL_OK);
    CU_ASSERT_EQUAL(wall_queue_remove(cx, Q, "nobody"), WALL_OK);
    ring(cx, "04", 2); /* the second of user 2 */
    ring(cx, "05", 1); /* the second of user 1 again: cancelling cost no turn */
    ring(cx, "06", 1);
    ring(cx, "07", 2);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01 03 04 05 06 07");
    server_cx_free(cx);
}

void test_queue__leaves_nothing_behind(void)
{
    wall_cx_t *cx = fresh();
    ring(cx, "01", 1);
    ring(cx, "02", 1);
    ring(cx, "03", 2);
    CU_ASSERT_EQUAL(server_say(cx, "HLEN wall:test:queue:ai:tags").number, 5);
    const char *id;
    wall_queue_pop(cx, Q, 0, &id);
    wall_queue_pop(cx, Q, 0, &id); /* 03: nothing of user 2 waits any more */
    CU_ASSERT_EQUAL(server_say(cx, "HLEN wall:test:queue:ai:tags").number, 2);
    wall_queue_remove(cx, Q, "02");
    CU_ASSERT_EQUAL(server_say(cx, "DBSIZE").number, 0);
    ring(cx, "04", 1);
    pop_all(cx);
    CU_ASSERT_EQUAL(server_say(cx, "DBSIZE").number, 0);
    server_cx_free(cx);
}

void test_queue__place(void)
{
    wall_cx_t *cx = fresh();
    wall_queue_place_t place = { 9, 9 };
    CU_ASSERT_EQUAL(wall_queue_place(cx, Q, "01", &place), WALL_OK);
    CU_ASSERT(place.position == 0 && place.total == 0);
    ring(cx, "01", 1);
    ring(cx, "02", 1);
    ring(cx, "03", 2);
    CU_ASSERT_EQUAL(wall_queue_place(cx, Q, "02", &place), WALL_OK);
    CU_ASSERT(place.position == 3 && place.total == 3);
    CU_ASSERT_EQUAL(wall_queue_place(cx, Q, "03", &place), WALL_OK);
    CU_ASSERT(place.position == 2 && place.total == 3);
    server_cx_free(cx);
}

void test_queue__wiped_and_rung_again(void)
{
    wall_cx_t *cx = fresh();
    for (int i = 1; i <= 4; i++) {
        ring(cx, apr_psprintf(cx->pool, "%02d", i), i % 2);
    }
    server_flush(cx);
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "");
    for (int i = 1; i <= 4; i++) {
        ring(cx, apr_psprintf(cx->pool, "%02d", i), i % 2);
    }
    CU_ASSERT_STRING_EQUAL(pop_all(cx), "01 02 03 04");
    server_cx_free(cx);
}

void test_queue__waits_no_longer_than_told(void)
{
    wall_cx_t *cx = fresh();
    const char *id;
    long long start = server_ms();
    CU_ASSERT_EQUAL(wall_queue_pop(cx, Q, 1300, &id), WALL_E_NOT_FOUND);
    long long took = server_ms() - start;
    CU_ASSERT(took >= 1250 && took < 1600);
    ring(cx, "01", 1);
    CU_ASSERT_EQUAL(wall_queue_pop(cx, Q, 1300, &id), WALL_OK);
    CU_ASSERT_STRING_EQUAL(id, "01");
    server_cx_free(cx);
}

void test_queue__eta_is_kept(void)
{
    wall_cx_t *cx = fresh();
    CU_ASSERT_EQUAL(wall_queue_eta(cx, Q), 0);
    wall_queue_announce(cx, Q, 2500);
    CU_ASSERT_EQUAL(wall_queue_eta(cx, Q), 2500);
    wall_queue_announce(cx, Q, 0);
    CU_ASSERT_EQUAL(wall_queue_eta(cx, Q), 2500);
    server_cx_free(cx);
}
