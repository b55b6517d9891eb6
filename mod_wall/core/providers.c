/* SPDX-License-Identifier: Apache-2.0 */
#include "core/providers.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "core/site.h"

#define NAME_MAX_LEN 32 /* "oauth:" and it fit the columns that say how somebody signed in */
#define COUNT_MAX    20

/* What the providers' own documentation says; each part can be set otherwise (a GitHub of one's own). */
static const wall_provider_t presets[] = {
    { .name = "google",
      .label = "Google",
      .kind = WALL_PROVIDER_OIDC,
      .issuer = "https://accounts.google.com",
      .issuer_also = "accounts.google.com",
      .scope = "openid email profile" },
    { .name = "yandex",
      .label = "Yandex",
      .kind = WALL_PROVIDER_YANDEX,
      .scope = "login:email login:info",
      .authorize = "https://oauth.yandex.ru/authorize",
      .token = "https://oauth.yandex.ru/token",
      .userinfo = "https://login.yandex.ru/info?format=json",
      .revoke = "https://oauth.yandex.ru/revoke_token" },
    { .name = "github",
      .label = "GitHub",
      .kind = WALL_PROVIDER_GITHUB,
      .scope = "read:user user:email",
      .authorize = "https://github.com/login/oauth/authorize",
      .token = "https://github.com/login/oauth/access_token",
      .userinfo = "https://api.github.com/user",
      .emails = "https://api.github.com/user/emails",
      .revoke = "https://api.github.com/applications/{client_id}/token" },
    { .name = "facebook",
      .label = "Facebook",
      .kind = WALL_PROVIDER_FACEBOOK,
      .scope = "email public_profile",
      .authorize = "https://www.facebook.com/v21.0/dialog/oauth",
      .token = "https://graph.facebook.com/v21.0/oauth/access_token",
      .userinfo = "https://graph.facebook.com/v21.0/me",
      .revoke = "https://graph.facebook.com/v21.0/me/permissions" },
    { .name = "vk",
      .label = "VK",
      .kind = WALL_PROVIDER_VK,
      .scope = "vkid.personal_info email",
      .authorize = "https://id.vk.com/authorize",
      .token = "https://id.vk.com/oauth2/auth",
      .userinfo = "https://id.vk.com/oauth2/user_info",
      .revoke = "https://id.vk.com/oauth2/revoke" },
    { .name = "telegram",
      .label = "Telegram",
      .kind = WALL_PROVIDER_TELEGRAM,
      .authorize = "https://oauth.telegram.org/auth" },
};

static const struct {
    const char *key;
    size_t offset;
    int is_url;
} options[] = {
    { "label", offsetof(wall_provider_t, label), 0 },
    { "scope", offsetof(wall_provider_t, scope), 0 },
    { "issuer", offsetof(wall_provider_t, issuer), 1 },
    { "authorize", offsetof(wall_provider_t, authorize), 1 },
    { "token", offsetof(wall_provider_t, token), 1 },
    { "userinfo", offsetof(wall_provider_t, userinfo), 1 },
    { "emails", offsetof(wall_provider_t, emails), 1 },
    { "revoke", offsetof(wall_provider_t, revoke), 1 },
};

/* Secrets and codes travel to these: https, but for a server on this very machine. */
static int is_safe_url(const char *text)
{
    static const char *const local[] = { "http://localhost", "http://127.0.0.1", "http://[::1]" };

    if (strpbrk(text, " #\"<>\\") != NULL)
        return 0;
    if (strncmp(text, "https://", 8) == 0)
        return apr_isalnum(text[8]) || text[8] == '[';
    for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        size_t len = strlen(local[i]);

        if (strncmp(text, local[i], len) == 0 && (text[len] == ':' || text[len] == '/' || text[len] == '\0'))
            return 1;
    }
    return 0;
}

static const char *take_option(apr_pool_t *pool, wall_provider_t *provider, const char *word)
{
    const char *value = strchr(word, '=');
    size_t len = value != NULL ? (size_t)(value - word) : 0;

    for (size_t i = 0; len > 0 && i < sizeof(options) / sizeof(options[0]); i++) {
        const char **member = (const char **)((char *)provider + options[i].offset);

        if (strncmp(options[i].key, word, len) != 0 || options[i].key[len] != '\0')
            continue;
        value++;
        if (*value == '\0' || strlen(value) > 255)
            return apr_psprintf(pool, "has a %s= that is empty or too long", options[i].key);
        if (options[i].is_url && !is_safe_url(value))
            return apr_psprintf(pool, "has a %s= that is not an https address", options[i].key);
        *member = value;
        if (strcmp(options[i].key, "issuer") == 0)
            provider->issuer_also = NULL;
        return NULL;
    }
    return apr_psprintf(pool, "does not know \"%s\"; it knows label=, scope=, issuer=, authorize=, "
                        "token=, userinfo=, emails= and revoke=", word);
}

static const char *check_whole(const wall_provider_t *provider)
{
    if (provider->kind == WALL_PROVIDER_OIDC && provider->issuer == NULL)
        return "is not one of google, yandex, github, facebook, vk and telegram and therefore needs "
               "issuer=, the address of an OpenID Connect provider";
    if (provider->kind != WALL_PROVIDER_OIDC && provider->issuer != NULL)
        return "is not an OpenID Connect provider: issuer= says nothing about it";
    if (provider->kind == WALL_PROVIDER_TELEGRAM && provider->secret_file == NULL)
        return "needs the file with the bot's token";
    return NULL;
}

static const char *read_line(apr_pool_t *pool, const wall_words_t *line, wall_provider_t *provider)
{
    const char *name = line->word[0], *why;

    if (line->count < 3)
        return "takes a name, a client id, the file with the secret, and options";
    if (*name == '-' || *name == '\0' || strlen(name) > NAME_MAX_LEN ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(name))
        return "has a name that is not made of a-z, 0-9 and -";
    *provider = (wall_provider_t){ .label = name, .kind = WALL_PROVIDER_OIDC,
                                   .scope = "openid email profile" };
    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
        if (strcmp(presets[i].name, name) == 0)
            *provider = presets[i];
    }
    provider->name = name;
    provider->client_id = line->word[1];
    provider->where = line->where;
    if (*provider->client_id == '\0' || strlen(provider->client_id) > 255)
        return "has a client id that is empty or too long";
    if (strcmp(line->word[2], "none") != 0) {
        if (line->word[2][0] != '/')
            return "takes the absolute name of the file with the secret, never the secret itself";
        provider->secret_file = line->word[2];
    }
    for (int i = 3; i < line->count; i++) {
        why = take_option(pool, provider, line->word[i]);
        if (why != NULL)
            return why;
    }
    return check_whole(provider);
}

const char *wall_providers_read(apr_pool_t *pool, const apr_array_header_t *lines,
                                apr_array_header_t **out, const char **where)
{
    int count = lines != NULL ? lines->nelts : 0;

    *out = apr_array_make(pool, count > 0 ? count : 1, sizeof(wall_provider_t));
    for (int i = 0; i < count; i++) {
        const wall_words_t *line = &APR_ARRAY_IDX(lines, i, wall_words_t);
        wall_provider_t provider;
        const char *why = read_line(pool, line, &provider);

        *where = line->where;
        if (why == NULL && i >= COUNT_MAX)
            why = "is given too often: a site has at most 20";
        for (int k = 0; why == NULL && k < i; k++) {
            if (strcmp(APR_ARRAY_IDX(*out, k, wall_provider_t).name, provider.name) == 0)
                why = apr_psprintf(pool, "is given twice for %s", provider.name);
        }
        if (why != NULL)
            return why;
        *(wall_provider_t *)apr_array_push(*out) = provider;
    }
    return NULL;
}

const char *wall_provider_secret(apr_pool_t *pool, wall_provider_t *provider, const char *text,
                                 size_t len)
{
    size_t id = strlen(provider->client_id);

    while (len > 0 && apr_isspace(text[len - 1]))
        len--;
    if (len == 0 || len > 1000)
        return "must hold the client's secret";
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= 0x20 || text[i] >= 0x7f)
            return "must hold one line of printable ASCII: the client's secret";
    }
    if (provider->kind == WALL_PROVIDER_TELEGRAM &&
        (len <= id + 1 || strncmp(text, provider->client_id, id) != 0 || text[id] != ':'))
        return "must hold the bot's token, which begins with the bot's id, given as client id, and "
               "a colon";
    provider->secret = apr_pstrmemdup(pool, text, len);
    return NULL;
}

const wall_provider_t *wall_provider_find(const wall_site_t *site, const char *name)
{
    for (int i = 0; site->providers != NULL && i < site->providers->nelts; i++) {
        const wall_provider_t *provider = &APR_ARRAY_IDX(site->providers, i, wall_provider_t);

        if (strcmp(provider->name, name) == 0)
            return provider;
    }
    return NULL;
}

const char *wall_provider_names(apr_pool_t *pool, const wall_site_t *site)
{
    const char *names = "";

    for (int i = 0; site->providers != NULL && i < site->providers->nelts; i++)
        names = apr_pstrcat(pool, names, *names != '\0' ? "," : "",
                            APR_ARRAY_IDX(site->providers, i, wall_provider_t).name, NULL);
    return names;
}
