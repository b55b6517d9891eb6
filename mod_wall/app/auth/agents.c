/* SPDX-License-Identifier: Apache-2.0 */
#include "app/auth/agents.h"

#include <stddef.h>
#include <string.h>

typedef struct sign_t {
    const char *text; /* occurs in the header */
    const char *name;
} sign_t;

/* The first that occurs wins. Browsers name those they descend from: Edge says Chrome and Safari as
 * well, Chrome says Safari. */
static const sign_t browsers[] = {
    { "Edg/", "Edge" },
    { "EdgA/", "Edge" },
    { "EdgiOS/", "Edge" },
    { "OPR/", "Opera" },
    { "OPT/", "Opera" },
    { "SamsungBrowser/", "Samsung Internet" },
    { "YaBrowser/", "Yandex Browser" },
    { "Vivaldi/", "Vivaldi" },
    { "UCBrowser/", "UC Browser" },
    { "DuckDuckGo/", "DuckDuckGo" },
    { "FxiOS/", "Firefox" },
    { "SeaMonkey/", "SeaMonkey" },
    { "Firefox/", "Firefox" },
    { "CriOS/", "Chrome" },
    { "HeadlessChrome/", "Chrome" },
    { "Chromium/", "Chromium" },
    { "Chrome/", "Chrome" },
    { "curl/", "curl" },
    { "Wget/", "Wget" },
    { "python-requests/", "Python" },
    { "Python-urllib/", "Python" },
    { "Go-http-client/", "Go" },
    { "okhttp/", "OkHttp" },
    { NULL, NULL },
};

/* Android says Linux as well, iPhones say "like Mac OS X". */
static const sign_t systems[] = {
    { "Windows Phone", "Windows Phone" },
    { "Windows", "Windows" },
    { "Android", "Android" },
    { "iPhone", "iOS" },
    { "iPod", "iOS" },
    { "iPad", "iPadOS" },
    { "CrOS", "ChromeOS" },
    { "Mac OS X", "macOS" },
    { "Macintosh", "macOS" },
    { "FreeBSD", "FreeBSD" },
    { "OpenBSD", "OpenBSD" },
    { "NetBSD", "NetBSD" },
    { "Linux", "Linux" },
    { NULL, NULL },
};

static const char *first_of(const sign_t *signs, const char *text)
{
    for (; signs->text != NULL; signs++) {
        if (strstr(text, signs->text) != NULL)
            return signs->name;
    }
    return NULL;
}

auth_agent_t auth_agent_read(const char *user_agent)
{
    auth_agent_t agent = { NULL, NULL };

    if (user_agent == NULL)
        return agent;
    agent.browser = first_of(browsers, user_agent);
    /* Many say Safari; the one that is says its version in a word of its own. */
    if (agent.browser == NULL && strstr(user_agent, "Safari/") != NULL &&
        strstr(user_agent, "Version/") != NULL)
        agent.browser = "Safari";
    agent.system = first_of(systems, user_agent);
    return agent;
}
