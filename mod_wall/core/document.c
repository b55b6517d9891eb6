/* SPDX-License-Identifier: Apache-2.0 */
#include "core/document.h"

#include <string.h>

void wall_document_data(wall_document_t *doc, const char *address, const wall_shape_t *shape,
                        const void *answer)
{
    if (doc->data.len > 0)
        wall_buf_char(&doc->data, ',');
    wall_json_string(&doc->data, address);
    wall_buf_char(&doc->data, ':');
    wall_fields_encode(&doc->data, shape, answer);
}

const char *wall_document_typed(const wall_document_t *doc, const char *name)
{
    int i;

    for (i = 0; doc->typed != NULL && i < doc->typed->nelts; i++) {
        const wall_param_t *param = &APR_ARRAY_IDX(doc->typed, i, wall_param_t);

        if (strcmp(param->name, name) == 0 && param->value != NULL)
            return param->value;
    }
    return "";
}

const char *wall_document_problem(const wall_cx_t *cx, const char *name)
{
    int i;

    for (i = 0; cx->details != NULL && i < cx->details->nelts; i++) {
        const wall_detail_t *detail = &APR_ARRAY_IDX(cx->details, i, wall_detail_t);

        if (strcmp(detail->name, name) == 0)
            return detail->text;
    }
    return NULL;
}
