/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEMO_QUIZ_BANK_H
#define DEMO_QUIZ_BANK_H

#include <json-c/json.h>
#include <stdint.h>

#include "text.h"

/* At most `count` rows [question, right, wrong, wrong, wrong] on the topic the words name. */
json_object *quiz_questions(const words_t *words, size_t count, uint64_t *random);

#endif
