/* SPDX-License-Identifier: Apache-2.0 */
#include "io/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct wall_zip_t {
    wall_cx_t *cx;
    struct archive *archive;
    int fd;
};

static apr_status_t cleanup(void *data)
{
    wall_zip_t *zip = data;

    if (zip->archive != NULL)
        archive_write_free(zip->archive);
    if (zip->fd >= 0)
        close(zip->fd);
    zip->archive = NULL;
    zip->fd = -1;
    return APR_SUCCESS;
}

static wall_rc_t failed(wall_zip_t *zip, const char *what)
{
    const char *why = zip->archive != NULL ? archive_error_string(zip->archive) : strerror(errno);

    return wall_fail_log(zip->cx, WALL_E_INTERNAL, WALLNO(00240) "zip: %s: %s", what,
                         why != NULL ? why : "no reason given");
}

wall_rc_t wall_zip_create(wall_cx_t *cx, const char *path, wall_zip_t **out)
{
    wall_zip_t *zip = apr_pcalloc(cx->pool, sizeof(*zip));

    zip->cx = cx;
    zip->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (zip->fd < 0)
        return failed(zip, "cannot create the file");
    apr_pool_cleanup_register(cx->pool, zip, cleanup, apr_pool_cleanup_null);
    zip->archive = archive_write_new();
    if (zip->archive == NULL || archive_write_set_format_zip(zip->archive) != ARCHIVE_OK ||
        archive_write_set_options(zip->archive, "zip:hdrcharset=UTF-8") != ARCHIVE_OK ||
        archive_write_open_fd(zip->archive, zip->fd) != ARCHIVE_OK)
        return failed(zip, "cannot begin");
    *out = zip;
    return WALL_OK;
}

wall_rc_t wall_zip_entry(wall_zip_t *zip, const char *name)
{
    struct archive_entry *entry = archive_entry_new();
    int ok;

    if (entry == NULL)
        return failed(zip, name);
    archive_entry_set_pathname_utf8(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, apr_time_sec(zip->cx->now), 0);
    ok = archive_write_header(zip->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    return ok ? WALL_OK : failed(zip, name);
}

wall_rc_t wall_zip_write(wall_zip_t *zip, wall_bytes_t bytes)
{
    la_ssize_t written = archive_write_data(zip->archive, bytes.data, bytes.len);

    return written == (la_ssize_t)bytes.len ? WALL_OK : failed(zip, "cannot write");
}

wall_rc_t wall_zip_close(wall_zip_t *zip, apr_int64_t *size)
{
    struct stat st;
    wall_rc_t rc = WALL_OK;

    if (archive_write_close(zip->archive) != ARCHIVE_OK || fstat(zip->fd, &st) != 0 ||
        fsync(zip->fd) != 0)
        rc = failed(zip, "cannot finish");
    else
        *size = st.st_size;
    apr_pool_cleanup_run(zip->cx->pool, zip, cleanup);
    return rc;
}
