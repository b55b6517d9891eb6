/* SPDX-License-Identifier: Apache-2.0 */
/* The reader: what it calls valid json-c can build, and what json-c prints of it is valid again. */
#include <string.h>

#include "core/json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *pool = fuzz_pool();
    wall_bytes_t bytes = { (const char *)data, size };
    wall_cx_t cx = { .pool = pool };
    json_object *tree;
    const char *why, *text;
    size_t at;
    int valid = wall_json_valid(bytes, WALL_JSON_MAX_DEPTH, &why, &at);

    ALWAYS(at <= size);
    ALWAYS(valid == (why == NULL));
    ALWAYS(wall_json_parse(&cx, bytes, &tree) == (valid ? WALL_OK : WALL_E_BAD_JSON));
    if (valid)
        ALWAYS(wall_utf8_valid(bytes.data, bytes.len));
    text = valid ? json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN) : "null";
    /* json-c prints what does not fit a double as a word that is no JSON. */
    if (strstr(text, "Infinity") == NULL) {
        wall_bytes_t again = { text, strlen(text) };

        ALWAYS(wall_json_valid(again, WALL_JSON_MAX_DEPTH, &why, &at));
    }
    apr_pool_destroy(pool);
    return 0;
}
