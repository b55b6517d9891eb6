/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_CATALOGUES_H
#define WALL_IO_CATALOGUES_H

/** @file catalogues.h Reads the texts in people's languages (core/messages.h) from their files. */
#include "core/messages.h"

/**
 * Adds every LANGUAGE.json of @a folder to @a messages.
 * @return NULL, or why not, naming the file, in @a pool
 */
const char *wall_catalogues_read(apr_pool_t *pool, const char *folder, wall_messages_t *messages);

#endif
