/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_SITE_VALUES_H
#define WALL_CORE_SITE_VALUES_H

/** @file site_values.h From the text of a directive to its value, one function a kind. Private to site.c. */
#include "core/site.h"

/** What a value is checked against. */
typedef struct wall_value_rule_t {
    apr_pool_t *pool;
    apr_int64_t min, max;
    const char *base_dir; /* relative PATHs start there */
} wall_value_rule_t;

/* Each returns NULL, or why the value is refused; @a out is in the rule's pool. */
const char *wall_value_FLAG(const wall_value_rule_t *rule, const char *value, int *out);
const char *wall_value_INT(const wall_value_rule_t *rule, const char *value, apr_int64_t *out);
const char *wall_value_STR(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_NAME(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_HOST(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_URL(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_PATH(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_REDIS(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_MAIL(const wall_value_rule_t *rule, const char *value, const char **out);
const char *wall_value_LIST(const wall_value_rule_t *rule, const char *value,
                            apr_array_header_t **out);
const char *wall_value_ZONE(const wall_value_rule_t *rule, const char *value, const char **out);
/** What a kind does not know of directive @a which alone. NULL, or why the value is refused. */
const char *wall_value_own_rule(apr_pool_t *pool, wall_directive_t which, const char *value);

#endif
