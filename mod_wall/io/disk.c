/* SPDX-License-Identifier: Apache-2.0 */
#include "io/disk.h"

#include <sys/statvfs.h>

wall_rc_t wall_disk_free_percent(const char *path, int *percent)
{
    struct statvfs fs;
    unsigned long long usable;

    if (statvfs(path, &fs) != 0)
        return WALL_E_INTERNAL;
    /* What root alone may use counts as not there; some file systems (btrfs) count nothing. */
    usable = (unsigned long long)fs.f_blocks - fs.f_bfree + fs.f_bavail;
    *percent = usable == 0 ? 100 : (int)((unsigned long long)fs.f_bavail * 100 / usable);
    return WALL_OK;
}
