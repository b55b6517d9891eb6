/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_OPENAPI_H
#define WALL_CORE_OPENAPI_H

/** @file openapi.h The OpenAPI 3.1 document of a set of route tables. */
#include "core/buf.h"
#include "core/route.h"

/** Appends the document, indented by two spaces, stable in order. */
void wall_openapi_write(wall_buf_t *buf, const wall_route_t *const *tables);

#endif
