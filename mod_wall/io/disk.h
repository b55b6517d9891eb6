/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_IO_DISK_H
#define WALL_IO_DISK_H

/** @file disk.h What a file system has left. */
#include "core/errors.h"

/**
 * Free share of the file system that holds @a path, as an unprivileged process may use it, rounded
 * down. @return WALL_E_INTERNAL (nothing recorded) when it cannot be asked
 */
wall_rc_t wall_disk_free_percent(const char *path, int *percent);

#endif
