/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a model's answer: any bytes, any split; the split must not matter. */
#include <string.h>

#include "app/apps/answer.h"
#include "fuzz.h"

static answer_verdict_t read_in(apr_pool_t *pool, const char *text, size_t size, size_t step,
                                int cut, answer_code_t *code)
{
    answer_t *answer = answer_begin(pool);
    size_t at;

    for (at = 0; at < size; at += step) {
        answer_feed(answer, text + at, size - at < step ? size - at : step);
    }
    return answer_finish(answer, cut, 1 << 20, code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    answer_code_t whole, pieces;
    answer_verdict_t verdict;
    size_t step = 1 + (size ? data[0] % 13 : 0);
    int cut = size ? data[0] >> 7 : 0;

    verdict = read_in(pool, (const char *)data, size, size ? size : 1, cut, &whole);
    ALWAYS(read_in(pool, (const char *)data, size, step, cut, &pieces) == verdict);
    if (verdict == ANSWER_OK) {
        ALWAYS(strcmp(whole.html, pieces.html) == 0);
        ALWAYS(strcmp(whole.css, pieces.css) == 0);
        ALWAYS(strcmp(whole.js, pieces.js) == 0);
        ALWAYS(*whole.html || *whole.js);
    }
    apr_pool_destroy(pool);
    return 0;
}
