/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_ZIP_H
#define WALL_IO_ZIP_H

/**
 * @file zip.h
 * Writing a ZIP archive (PKWARE APPNOTE 6.3) as it comes, entry after entry, without knowing lengths
 * before: memory does not grow with the archive. The one place that knows libarchive.
 */
#include "core/buf.h"
#include "core/cx.h"

typedef struct wall_zip_t wall_zip_t;

/**
 * Creates @a path (mode 0640; it must not exist). The handle lives in cx->pool, whose end closes it.
 * All calls: WALL_OK, or WALL_E_INTERNAL with the reason logged; after one the archive is of no use.
 */
wall_rc_t wall_zip_create(wall_cx_t *cx, const char *path, wall_zip_t **out);
/** Begins an entry; @a name is UTF-8 with "/" between folders. The one before it ends. */
wall_rc_t wall_zip_entry(wall_zip_t *zip, const char *name);
/** Adds to the entry begun last. */
wall_rc_t wall_zip_write(wall_zip_t *zip, wall_bytes_t bytes);
/** Writes the directory and closes. @param size length of the file in bytes */
wall_rc_t wall_zip_close(wall_zip_t *zip, apr_int64_t *size);

#endif
