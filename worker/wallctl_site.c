/* SPDX-License-Identifier: Apache-2.0 */
/* wallctl secret, site */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ids.h"
#include "wallctl.h"

#define SECRET_BYTES 32

int wallctl_secret(wallctl_t *ctl, int argc, char **argv)
{
    const char *secret = wall_random_hex(ctl->cx->pool, SECRET_BYTES);
    FILE *file;
    int fd, failed;

    if (argc != 2 || argv[1][0] == '-')
        return wallctl_usage(argv[0], "say where to write the secret");
    fd = open(argv[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0 && errno == EEXIST)
        return wallctl_fail("%s exists and is left as it is; `wallctl secret --help` says what a new one "
                            "would cost.", argv[1]);
    if (fd < 0)
        return wallctl_fail("%s: %s", argv[1], strerror(errno));
    /* The umask may have taken the group's bit away. */
    failed = fchmod(fd, 0640) != 0;
    file = fdopen(fd, "w");
    failed |= file == NULL || fprintf(file, "%s\n", secret) < 0 || fflush(file) != 0 ||
              fsync(fd) != 0;
    if (file != NULL)
        failed |= fclose(file) != 0;
    if (failed) {
        unlink(argv[1]);
        return wallctl_fail("%s could not be written: %s", argv[1], strerror(errno));
    }
    printf("%s written, mode 0640. httpd and wall-worker must be able to read it, nobody else:\n"
           "  chgrp www-data %s\n", argv[1], argv[1]);
    return WALLCTL_OK;
}

static void print_setting(const wall_site_t *site, const char *name, wall_directive_t which,
                          const char *value)
{
    printf("%-20s %-40s # %s\n", name, value, site->where[which] != NULL ? site->where[which]
           : site->set[which] ? "set" : "default");
}

static const char *text_of_flag(char *buf, size_t size, int value)
{
    snprintf(buf, size, "%s", value ? "On" : "Off");
    return buf;
}

static const char *text_of_int(char *buf, size_t size, apr_int64_t value)
{
    snprintf(buf, size, "%" APR_INT64_T_FMT, value);
    return buf;
}

static const char *text_of_str(char *buf, size_t size, const char *value)
{
    const char *quote = value != NULL && strpbrk(value, " \t#") != NULL ? "\"" : "";

    snprintf(buf, size, "%s%s%s", quote, value != NULL ? value : "", quote);
    return buf;
}

/* The lines of a directive that stands there several times, with | between them. */
static const char *text_of_list(char *buf, size_t size, const apr_array_header_t *lines)
{
    size_t used = 0;

    buf[0] = '\0';
    for (int i = 0; lines != NULL && i < lines->nelts; i++) {
        const wall_words_t *line = &APR_ARRAY_IDX(lines, i, wall_words_t);

        for (int w = 0; w < line->count && used < size; w++)
            used += (size_t)snprintf(buf + used, size - used, "%s%s",
                                     w > 0 ? " " : i > 0 ? " | " : "", line->word[w]);
    }
    return buf;
}

#define TEXT_LIST  text_of_list
#define TEXT_FLAG  text_of_flag
#define TEXT_INT   text_of_int
#define TEXT_STR   text_of_str
#define TEXT_NAME  text_of_str
#define TEXT_HOST  text_of_str
#define TEXT_URL   text_of_str
#define TEXT_PATH  text_of_str
#define TEXT_REDIS text_of_str
#define TEXT_MAIL  text_of_str
#define TEXT_ZONE  text_of_str

/* "pass=…" of DBDParams is nobody's business on a terminal. */
static void print_params(const char *params)
{
    const char *secret = strstr(params, "pass=");

    if (secret == NULL) {
        printf("%-20s \"%s\"\n", "DBDParams", params);
        return;
    }
    secret += 5;
    printf("%-20s \"%.*s***%s\"\n", "DBDParams", (int)(secret - params), params,
           secret + strcspn(secret, " ;,|\t"));
}

int wallctl_site(wallctl_t *ctl, int argc, char **argv)
{
    static const char *const flags[] = { "check", NULL };
    const wall_site_t *site = ctl->site;
    char buf[2048];
    unsigned given;

    if (!wallctl_flags(argc, argv, flags, &given))
        return WALLCTL_USAGE;
    if (given != 0) {
        /* A wrong file was refused before this ran. */
        printf("%s: nothing is wrong\n", ctl->site_file);
        return WALLCTL_OK;
    }
#define X(name, member, kind, def, min, max, help)                                                 \
    print_setting(site, #name, WALL_D_##member, TEXT_##kind(buf, sizeof buf, site->member));
    WALL_DIRECTIVES(X)
#undef X
    printf("%-20s %s\n", "DBDriver", site->db_driver != NULL ? site->db_driver : "mysql");
    print_params(site->db_params);
    return WALLCTL_OK;
}
