/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_SITE_FILE_H
#define WALL_IO_SITE_FILE_H

/**
 * @file site_file.h
 * Reads a site fragment (conf/sites/NAME.conf) without httpd: the same file the virtual host
 * includes. Knows every Wall directive plus DBDriver and DBDParams; passes over other directives and
 * comments; a Wall directive it does not know, or a wrong value, is an error with file and line.
 * Lines and words are split as httpd does it (continued by a backslash at the end, quotes, backslash
 * escapes, names in any case); section lines are passed over and what they contain is read. A value
 * with ${…} is refused, since only httpd knows its variables. Relative PATHs start at the folder of
 * the file. Lines are counted as httpd does: a continued one by its last.
 */
#include "core/site.h"

/** @return NULL and *out, or a message "file:line: WallX …" in @a pool. The result is finished
 *  (defaults, companions, secret read). */
const char *wall_site_file_read(apr_pool_t *pool, const char *file, const wall_site_t **out);
/** The text of a small file with a secret, which only its owner and its group may read (0640 or
 *  stricter), NUL-terminated in @a pool. NULL, or why it is not used, without the file's name. */
const char *wall_site_secret_text(apr_pool_t *pool, const char *file, wall_bytes_t *out);
/** Reads and checks the secret file (mode, length) and the other files with secrets into @a site, which
 *  is finished. NULL, or why not as wall_site_finish() says it. */
const char *wall_site_secret_read(apr_pool_t *pool, wall_site_t *site);

#endif
