/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/site_file.h"

#define SECRET "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

/* What every complete fragment needs; lines 1 to 6. */
#define HEAD                                                                                       \
    "WallEngine On\nWallSite test\nWallBaseURL http://wall.example.org\n"                          \
    "WallAppsHost apps.example.org\nWallSecretFile secret\n"                                       \
    "DBDParams \"sock=/x user=wall dbname=wall\"\n"

static char folder[64];
static apr_pool_t *pool;

static const char *path(const char *name)
{
    return apr_pstrcat(pool, folder, "/", name, NULL);
}

static void put(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(path(name), "w");
    fputs(text, file);
    fclose(file);
    chmod(path(name), mode);
}

static void begin(void)
{
    apr_pool_create(&pool, NULL);
    strncpy(folder, "/tmp/wall-site.XXXXXX", sizeof(folder) - 1);
    if (!mkdtemp(folder)) {
        abort();
    }
    put("secret", SECRET, 0640);
}

static void end(void)
{
    unlink(path("secret"));
    unlink(path("site.conf"));
    rmdir(folder);
    apr_pool_destroy(pool);
}

/** Reads a fragment; *out is NULL when it was refused. */
static const char *read_text(const char *text, const wall_site_t **out)
{
    *out = NULL;
    put("site.conf", text, 0644);
    return wall_site_file_read(pool, path("site.conf"), out);
}

/** The message for HEAD and @a line, after "<folder>/site.conf:". */
static const char *refused(const char *line)
{
    const wall_site_t *site;
    const char *why = read_text(apr_pstrcat(pool, HEAD, line, NULL), &site);
    size_t skip = strlen(path("site.conf"));
    if (!why) {
        return "accepted";
    }
    CU_ASSERT_EQUAL_FATAL(strncmp(why, path("site.conf"), skip), 0);
    return why + skip + 1;
}

void test_site_file__reads_what_httpd_reads(void)
{
    const wall_site_t *site;
    begin();
    const char *why = read_text("# a comment \\\nWallSite commented-out\n"
                                "<IfModule mod_wall.c>\r\n"
                                "  wallengine on\n"
                                "\tWALLSITE \"test\"\r\n"
                                "</IfModule>\n"
                                "WallBaseURL 'http://wall.example.org'\n"
                                "WallAppsHost \\\n"
                                "    apps.example.org\n"
                                "WallOllamaModel \"a \\\"quoted\\\" b\\\\c\\d \\\n"
                                "next\"\n"
                                "ServerName ignored \"whatever\n"
                                "WallSecretFile secret   \n"
                                "DBDriver mysql\n"
                                "DBDParams \"sock=/run/x.sock user=wall pass='p q'\"\n"
                                "WallTokensPerBrick 50\n"
                                "WallTokensPerBrick 60",
                                &site);
    if (why) {
        fprintf(stderr, "%s\n", why);
    }
    CU_ASSERT_PTR_NULL(why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(site);
    CU_ASSERT_EQUAL(site->engine, 1);
    CU_ASSERT_STRING_EQUAL(site->site, "test");
    CU_ASSERT_STRING_EQUAL(site->base_url, "http://wall.example.org");
    CU_ASSERT_STRING_EQUAL(site->apps_host, "apps.example.org");
    CU_ASSERT_STRING_EQUAL(site->ollama_model, "a \"quoted\" b\\c\\d next");
    CU_ASSERT_STRING_EQUAL(site->db_driver, "mysql");
    CU_ASSERT_STRING_EQUAL(site->db_params, "sock=/run/x.sock user=wall pass='p q'");
    CU_ASSERT_EQUAL(site->tokens_per_brick, 60);
    CU_ASSERT_EQUAL(site->bricks_welcome, 500); /* a default */
    CU_ASSERT_STRING_EQUAL(site->secret_file, path("secret")); /* from the fragment's folder */
    CU_ASSERT_EQUAL(site->secret[31], 0x1f);
    end();
}

void test_site_file__says_where_and_what(void)
{
    begin();
    CU_ASSERT_STRING_EQUAL(refused(""), "accepted");
    CU_ASSERT_EQUAL(strncmp(refused("WallTokensPerBrick many\n"), "7: WallTokensPerBrick ", 22), 0);
    CU_ASSERT_EQUAL(strncmp(refused("\n\nwalltokensperbrick \\\n-1\n"), "10: WallTokensPerBrick ", 23),
                    0);
    CU_ASSERT_STRING_EQUAL(refused("WallNoSuch 1\n"), "7: WallNoSuch is not a directive of Wall.");
    static const char one[] = "7: WallSite takes one value; put quotes around one with spaces.";
    CU_ASSERT_STRING_EQUAL(refused("WallSite\n"), one);
    CU_ASSERT_STRING_EQUAL(refused("WallSite a b\n"), one);
    CU_ASSERT_STRING_EQUAL(refused("WallSite \"a\"b\n"), one);
    CU_ASSERT_STRING_EQUAL(refused("WallSite a # comment\n"), one);
    CU_ASSERT_EQUAL(strncmp(refused("WallSite ${NAME}\n"), "7: WallSite uses ${...}", 23), 0);
    CU_ASSERT_EQUAL(strncmp(refused("WallSite \"UPPER CASE\"\n"), "7: WallSite ", 12), 0);
    end();
}

void test_site_file__companions(void)
{
    const wall_site_t *site;
    begin();
    const char *why = read_text("WallEngine On\nWallBaseURL http://a.example\n", &site);
    CU_ASSERT_PTR_NOT_NULL_FATAL(why);
    CU_ASSERT_PTR_NULL(site);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "WallSite"));
    end();
}

void test_site_file__secret(void)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *what; /* in the message; NULL = accepted */
    } table[] = {
        { SECRET, 0640, NULL },     { SECRET, 0600, NULL },     { SECRET, 0400, NULL },
        { SECRET, 0644, "0644" },   { SECRET, 0660, "0660" },   { SECRET, 0740, "0740" },
        { "0001\n", 0640, "secret" }, { "", 0640, "secret" },
    };
    begin();
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        put("secret", table[i].text, table[i].mode);
        const char *why = refused("");
        if (table[i].what) {
            CU_ASSERT_PTR_NOT_NULL(strstr(why, "WallSecretFile"));
            CU_ASSERT_PTR_NOT_NULL(strstr(why, table[i].what));
            CU_ASSERT_PTR_NULL(strstr(why, "000102")); /* never the secret itself */
        } else {
            CU_ASSERT_STRING_EQUAL(why, "accepted");
        }
        unlink(path("secret"));
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(refused(""), "No such file"));
    end();
}

void test_site_file__not_a_file(void)
{
    const wall_site_t *site;
    begin();
    CU_ASSERT_PTR_NOT_NULL(strstr(wall_site_file_read(pool, path("none"), &site), "No such file"));
    CU_ASSERT_PTR_NOT_NULL(strstr(wall_site_file_read(pool, folder, &site), "not a regular file"));
    end();
}
