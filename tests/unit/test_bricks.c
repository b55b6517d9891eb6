/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_pools.h>
#include <string.h>

#include "app/bricks/bricks.h"
#include "core/site.h"

void test_bricks__tokens_round_up(void)
{
    CU_ASSERT_EQUAL(bricks_for_tokens(0, 100), 1);
    CU_ASSERT_EQUAL(bricks_for_tokens(1, 100), 1);
    CU_ASSERT_EQUAL(bricks_for_tokens(100, 100), 1);
    CU_ASSERT_EQUAL(bricks_for_tokens(101, 100), 2);
    CU_ASSERT_EQUAL(bricks_for_tokens(4321, 1), 4321);
    CU_ASSERT_EQUAL(bricks_for_tokens(APR_INT64_MAX, 1), APR_INT64_MAX);
}

void test_bricks__typical_prompts(void)
{
    static const char *const prompts[] = {
        "A kitchen timer with three presets",
        "A to-do list for today where I can tick things off",
        "A memory game with twelve cards, a move counter and a restart button",
        "Split a restaurant bill between friends, with tip, and show who owes what",
    };
    size_t i;

    for (i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        bricks_range_t range = bricks_estimate_prompt(prompts[i], NULL, 100, 1000);
        CU_ASSERT(range.min >= 10 && range.min < range.max && range.max <= 70);
    }
}

void test_bricks__more_work_costs_more(void)
{
    bricks_range_t plain = bricks_estimate_prompt("A dice to roll", NULL, 100, 1000);
    bricks_range_t rich = bricks_estimate_prompt(
        "A platform game with levels, score, sound, keyboard control, animation and a level editor",
        NULL, 100, 1000);

    CU_ASSERT(rich.max > plain.max);
    CU_ASSERT(rich.min > plain.min);
}

void test_bricks__complexity_bounds(void)
{
    CU_ASSERT_EQUAL(bricks_complexity(""), 150);
    CU_ASSERT_EQUAL(bricks_complexity("game animation chart canvas 3d simulation physics"), 300);
    /* a word counts at its beginning only */
    CU_ASSERT_EQUAL(bricks_complexity("endgame"), bricks_complexity("endgrme"));
    CU_ASSERT(bricks_complexity("GAME") > bricks_complexity("gxme"));
}

void test_bricks__estimate_bounds(void)
{
    bricks_range_t range = bricks_estimate_prompt("x", NULL, 1000000, 1000);

    CU_ASSERT_EQUAL(range.min, 1);
    CU_ASSERT_EQUAL(range.max, 1);
    range = bricks_estimate_prompt("x", NULL, 1, 7);
    CU_ASSERT_EQUAL(range.min, 7);
    CU_ASSERT_EQUAL(range.max, 7);
}

void test_bricks__formula(void)
{
    const char *prompt = "A dice to roll, with a shake button"; /* 35 characters, one feature: 156 % */
    bricks_range_t range = bricks_estimate_prompt(prompt, NULL, 1, 100000);
    apr_int64_t expected = (35 + 3600) * bricks_complexity(prompt) / 400;

    CU_ASSERT_EQUAL(bricks_complexity(prompt), 156);
    CU_ASSERT_EQUAL(bricks_expected_tokens(prompt), expected);
    CU_ASSERT_EQUAL(range.min, 450 + 8 + expected * 600 / 1000);
    CU_ASSERT_EQUAL(range.max, (450 + 8 + expected * 2) * 12 / 10);
}

void test_bricks__estimates_learn(void)
{
    const char *prompt = "A dice to roll";
    apr_int64_t expected = bricks_expected_tokens(prompt), asked = 450 + 3;
    bricks_rate_t rate = { .samples = BRICKS_ENOUGH_SAMPLES - 1, .low_permille = 900,
                           .mean_permille = 1000, .high_permille = 1100, .mean_bricks = 33 };
    bricks_range_t first = bricks_estimate_prompt(prompt, NULL, 1, 100000);
    bricks_range_t range = bricks_estimate_prompt(prompt, &rate, 1, 100000);

    /* too few samples teach nothing */
    CU_ASSERT(range.min == first.min && range.max == first.max);
    CU_ASSERT(bricks_mean_cost(&rate, 100) != 33);
    rate.samples++;
    range = bricks_estimate_prompt(prompt, &rate, 1, 100000);
    CU_ASSERT_EQUAL(range.min, asked + expected * 900 / 1000);
    CU_ASSERT_EQUAL(range.max, (asked + expected * 1100 / 1000) * 12 / 10);
    CU_ASSERT_EQUAL(bricks_mean_cost(&rate, 100), 33);
    /* nonsense is kept within bounds */
    rate.low_permille = 0;
    rate.high_permille = 1000000;
    range = bricks_estimate_prompt(prompt, &rate, 1, 100000);
    CU_ASSERT_EQUAL(range.min, asked + expected * BRICKS_RATE_LEAST / 1000);
    CU_ASSERT_EQUAL(range.max, (asked + expected * BRICKS_RATE_MOST / 1000) * 12 / 10);
}

void test_bricks__streak(void)
{
    wall_site_t site = { .bricks_streak = 5, .bricks_streak_max = 50 };

    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, 1), 0);
    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, 2), 10);
    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, 10), 50);
    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, 11), 50);
    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, APR_INT64_MAX), 50);
    site.bricks_streak = 0;
    CU_ASSERT_EQUAL(bricks_streak_bonus(&site, 9), 0);
}
