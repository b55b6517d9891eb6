/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALL_CORE_SITE_H
#define WALL_CORE_SITE_H

/**
 * @file site.h
 * A site's settings, declared once in WALL_DIRECTIVES. From the list derive: httpd's command_rec
 * (httpd/config.c), defaults, per-host merge, checking, the reader of the site fragment that
 * wall-worker and wallctl use (io/site_file.c), and the reference in conf/DIRECTIVES.md (checked by
 * a guard). Adding a directive is adding one line here.
 */
#include <apr_pools.h>
#include <apr_tables.h>

#include "core/buf.h"

/*
 * X(Directive, member, kind, default text, min, max, help)
 * kinds: FLAG int (On|Off) · INT apr_int64_t within min..max · STR const char * (max length)
 *        NAME const char * (a-z 0-9 _ -, at most max) · HOST const char * (host name, optional :port)
 *        URL const char * (http/https, no query, no trailing slash kept) · PATH const char * (absolute,
 *        or relative to the folder of the file the directive stands in – not ServerRoot, which the
 *        worker does not know) · REDIS const char * (unix:/path or host:port) · ZONE const char *
 *        (a time zone of the IANA data base)
 *        MAIL const char * (none, smtp://host[:port], smtps://host[:port], file:/folder)
 *        LIST apr_array_header_t * of wall_words_t, one for each line of it, of min to max words
 * A NULL default means the value has to be given where WallEngine is On; an empty one (but for STR)
 * that it may be left out: the member is then NULL. WALL_CLIENT_ROOT is given by the build: the folder
 * `make install` puts the client into.
 */
#define WALL_DIRECTIVES(X)                                                                         \
    X(WallEngine, engine, FLAG, "Off", 0, 1, "Serve Wall on this virtual host.")                   \
    X(WallSite, site, NAME, NULL, 1, 32,                                                           \
      "Short name of the site. Prefixes its Redis keys and channels; one database per site.")      \
    X(WallBaseURL, base_url, URL, NULL, 0, 255,                                                    \
      "Public address of the site as browsers see it, such as https://wall.example.org.")          \
    X(WallRedis, redis, REDIS, "127.0.0.1:6379", 0, 255,                                           \
      "Redis server: unix:/path/to/socket, or host:port.")                                         \
    X(WallMediaRoot, media_root, PATH, "/var/lib/wall/media", 0, 1024,                             \
      "Folder for uploaded and made files, outside every document root.")                          \
    X(WallClientRoot, client_root, PATH, WALL_CLIENT_ROOT, 0, 1024,                                \
      "Folder of the built web client.")                                                           \
    X(WallAppsHost, apps_host, HOST, NULL, 0, 255,                                                 \
      "Host name below which every generated app has a name of its own, with the port if it is "   \
      "not the scheme's: apps.example.org. Never a name that shares cookies with the site.")       \
    X(WallSecretFile, secret_file, PATH, NULL, 0, 1024,                                            \
      "File with the site's secret: 64 hexadecimal digits, mode 0640 or stricter.")                \
    X(WallOllamaURL, ollama_url, URL, "http://127.0.0.1:11434", 0, 255, "Address of Ollama.")      \
    X(WallOllamaModel, ollama_model, STR, "qwen2.5-coder:7b", 1, 100, "Model that writes the apps.") \
    X(WallOllamaContext, ollama_context, INT, "16384", 2048, 262144,                               \
      "Context size asked of the model (num_ctx). Changing it reloads the model.")                 \
    X(WallOllamaTimeout, ollama_timeout, INT, "120", 5, 3600,                                      \
      "Seconds without a single byte from Ollama after which an attempt counts as failed.")        \
    X(WallAIWorkers, ai_workers, INT, "1", 1, 64, "Children of the worker's AI lane.")             \
    X(WallJobLease, job_lease, INT, "30", 2, 600,                                                  \
      "Seconds a worker child owns a job without renewing before it is given to another.")         \
    X(WallJobAttempts, job_attempts, INT, "3", 1, 10,                                              \
      "How often a job is tried before it is given up and its bricks are returned.")               \
    X(WallBricksWelcome, bricks_welcome, INT, "500", 0, 1000000, "Bricks a new account starts with.") \
    X(WallBricksDaily, bricks_daily, INT, "100", 0, 1000000,                                       \
      "Bricks anybody may claim once a day; 0 = none.")                                            \
    X(WallBricksDailyAuto, bricks_daily_auto, FLAG, "Off", 0, 0,                                   \
      "Whether the day's bricks come by themselves with the first visit; Off: by a button.")       \
    X(WallBricksStreak, bricks_streak, INT, "5", 0, 1000000,                                       \
      "Bricks each day of a row of daily claims adds to the next one, from the second day on; 0 = none.") \
    X(WallBricksStreakMax, bricks_streak_max, INT, "50", 0, 1000000,                               \
      "Most bricks a row of days adds to one claim.")                                              \
    X(WallPremiumDaily, premium_daily, INT, "200", 0, 1000000,                                     \
      "Bricks a premium account may claim once a day instead of WallBricksDaily.")                 \
    X(WallPremiumMaxPerJob, premium_max_per_job, INT, "2000", 1, 1000000,                          \
      "Most bricks one generation of a premium account may hold or cost.")                         \
    X(WallPremiumPriority, premium_priority, INT, "1", 0, 7,                                       \
      "Priority of a premium account's jobs; others have 0, and higher goes first.")               \
    X(WallTimeZone, time_zone, ZONE, "Etc/UTC", 1, 64,                                             \
      "Time zone whose midnight begins the site's days and months, such as Europe/Berlin.")        \
    X(WallTokensPerBrick, tokens_per_brick, INT, "100", 1, 1000000,                                \
      "Model tokens (prompt and answer) that cost one brick; rounded up.")                         \
    X(WallBricksMaxPerJob, bricks_max_per_job, INT, "1000", 1, 1000000,                            \
      "Most bricks one generation may hold or cost.")                                              \
    X(WallMaxBody, max_body, INT, "262144", 1024, 16777216, "Largest JSON request body in bytes.") \
    X(WallMaxAppSize, max_app_size, INT, "524288", 4096, 8388608,                                  \
      "Largest generated app in bytes: HTML, CSS and JavaScript together.")                        \
    X(WallPayments, payments, NAME, "off", 1, 8,                                                    \
      "How bricks are paid for: off, stripe, or test: a checkout page of this site's own on which no "  \
      "money moves, for development.")                                                             \
    X(WallStripeKey, stripe_key_file, PATH, "", 0, 1024,                                           \
      "File with Stripe's secret key (sk_… or rk_…), mode 0640 or stricter.")                      \
    X(WallStripeWebhookSecret, stripe_webhook_file, PATH, "", 0, 1024,                             \
      "File with the signing secret (whsec_…) of the webhook endpoint "                            \
      "/api/v1/bricks/webhooks/stripe, mode 0640 or stricter; while it is being changed, the old and "   \
      "the new one.")                                                                              \
    X(WallStripeURL, stripe_url, URL, "https://api.stripe.com", 0, 255, "Address of Stripe's API.") \
    X(WallBricksPackage, packages_given, LIST, "", 4, 5,                                           \
      "A package of bricks for sale: name, bricks, price, currency (ISO 4217) and, if any, bricks "    \
      "given on top (100) or the bonus to announce (20%, no more than the price gives). Repeat it for " \
      "each; all have one currency. Without it: Starter 1000 4.99 USD, Standard 5000 19.99 USD 20%, "  \
      "Premium 10000 34.99 USD 40%, Enterprise 25000 74.99 USD 67%.")                               \
    X(WallSellerName, seller_name, STR, "", 0, 200, "Who sells the bricks, for receipts.")         \
    X(WallSellerAddress, seller_address, STR, "", 0, 500,                                          \
      "Address of the seller, for receipts; a new line where a semicolon stands.")                 \
    X(WallSellerTaxNote, seller_tax_note, STR, "", 0, 500,                                         \
      "What receipts say about tax, such as a tax number and whether tax is included.")            \
    X(WallOAuthProvider, providers_given, LIST, "", 3, 16,                                         \
      "Somebody else people may sign in with: name, client id, absolute name of the file with the "    \
      "client secret (mode 0640 or stricter; none for a client without), and options as key=value. "   \
      "Repeat it for each. google, yandex, github, facebook, vk and telegram (client id: the bot's, "  \
      "file: the bot's token) are known; any other name is an OpenID Connect provider and needs "       \
      "issuer=https://…. Options (quotes around the whole of one with spaces): label=, scope=, authorize=, token=, userinfo=, emails=, revoke=. The " \
      "provider has to allow the redirect URI WallBaseURL/api/v1/auth/oauth/NAME/callback.")           \
    X(WallMail, mail, MAIL, "none", 0, 255,                                                       \
      "How mails leave: smtp://host:port or smtps://host:port; file:/folder for development, which "  \
      "writes them there and shows them at /dev/mails; none, and nothing that needs mail is offered.") \
    X(WallMailTLS, mail_tls, NAME, "required", 1, 10,                                              \
      "Whether smtp:// is encrypted (STARTTLS): required, try or off. smtps:// always is.")          \
    X(WallMailCA, mail_ca, PATH, "/etc/ssl/certs/ca-certificates.crt", 0, 1024,                     \
      "File of the authorities trusted to vouch for the mail server.")                              \
    X(WallMailUser, mail_user, STR, "", 0, 255, "Name to sign in with at the mail server; empty: none.") \
    X(WallMailPassword, mail_password, PATH, "/etc/wall/mail-password", 0, 1024,                    \
      "File with the password of WallMailUser, mode 0640 or stricter. Read only with a WallMailUser.") \
    X(WallMailFrom, mail_from, STR, "", 0, 254,                                                    \
      "Address mails come from, wall@example.org; empty: wall@ and the host of WallBaseURL.")        \
    X(WallEmailVerification, email_verification, NAME, "first", 1, 8,                              \
      "When a new account's e-mail address is confirmed: first, before there is an account, and "     \
      "nobody learns whether an address is known; later, the account works meanwhile; off. Without "  \
      "WallMail it is off.")                                                                       \
    X(WallSignup, signup, NAME, "open", 1, 10,                                                     \
      "Who may open an account: open, everybody; invite, with an invitation; approval, once an "      \
      "administrator agreed; closed, nobody.")                                                     \
    X(WallSignupRate, signup_rate, INT, "10", 1, 1000000,                                          \
      "Accounts that may be asked for in an hour from one address (an IPv6 /64 is one address).")    \
    X(WallInvitations, invitations, INT, "5", 0, 1000,                                             \
      "Open invitations each user may have; 0: only administrators invite.")                        \
    X(WallDisposableDomains, disposable_domains, PATH, "/etc/wall/disposable-domains", 0, 1024,      \
      "File of mail domains that are refused when an account is opened, one a line, with all below "  \
      "them. Read again when it has changed; need not exist.")                                      \
    X(WallSessionHours, session_hours, INT, "24", 1, 8760,                                         \
      "Hours a session lasts that was not asked to be remembered.")                                \
    X(WallSessionDays, session_days, INT, "30", 1, 365, "Days a remembered session lasts.")        \
    X(WallSessionIdle, session_idle, INT, "20160", 5, 525600,                                      \
      "Minutes without a request after which any session ends.")                                   \
    X(WallLoginDays, login_days, INT, "90", 1, 3650,                                               \
      "Days the history of signing in is kept, with the addresses and browsers in it.")            \
    X(WallGeoIP, geoip, PATH, "", 0, 1024,                                                         \
      "Database in MaxMind's format (.mmdb, city or country) that names the place of an address in "  \
      "the list of devices. Without one the address alone is shown.")                              \
    X(WallRateFactor, rate_factor, INT, "1", 1, 1000000,                                           \
      "Multiplies every rate limit, and how many streams a user (20 in each httpd child) and an "    \
      "address (60) may have open; for load tests and sites behind one address.")                  \
    X(WallMetricsAllow, metrics_given, LIST, "", 1, 16,                                            \
      "Addresses and networks (10.0.0.0/8, ::1) that may read /metrics without signing in. "       \
      "Administrators always may.")                                                                \
    X(WallLogLevel, log_level, NAME, "info", 1, 8,                                                 \
      "What wall-worker logs: err, warn, notice, info or debug. httpd has its own LogLevel.")

#define WALL_SITE_TYPE_FLAG  int
#define WALL_SITE_TYPE_INT   apr_int64_t
#define WALL_SITE_TYPE_STR   const char *
#define WALL_SITE_TYPE_NAME  const char *
#define WALL_SITE_TYPE_HOST  const char *
#define WALL_SITE_TYPE_URL   const char *
#define WALL_SITE_TYPE_PATH  const char *
#define WALL_SITE_TYPE_REDIS const char *
#define WALL_SITE_TYPE_MAIL  const char *
#define WALL_SITE_TYPE_ZONE  const char *
#define WALL_SITE_TYPE_LIST  apr_array_header_t *

#define WALL_WORDS_MAX 16

/** One line of a directive that may be repeated. */
typedef struct wall_words_t {
    int count;
    const char *word[WALL_WORDS_MAX];
    const char *where; /* "file:line" or NULL */
} wall_words_t;

typedef enum wall_directive_t {
#define X(name, member, kind, def, min, max, help) WALL_D_##member,
    WALL_DIRECTIVES(X)
#undef X
    WALL_D__COUNT
} wall_directive_t;

typedef struct wall_site_t {
#define X(name, member, kind, def, min, max, help) WALL_SITE_TYPE_##kind member;
    WALL_DIRECTIVES(X)
#undef X
    unsigned char set[WALL_D__COUNT];   /* given explicitly, by directive */
    const char *where[WALL_D__COUNT];   /* "file:line" it was given at, for messages */
    /* derived by wall_site_finish() */
    const char *origin;        /* scheme://host[:port] of base_url */
    int secure;                /* base_url is https */
    const char *apps_scheme;   /* "http" or "https", as base_url */
    unsigned char secret[32];  /* from secret_file; io/ reads the file */
    const char *stripe_key;            /* from its file; NULL = none */
    apr_array_header_t *stripe_webhook_secrets; /* of const char *; from their file; NULL = none */
    apr_array_header_t *providers; /* of wall_provider_t (core/providers.h), may be empty */
    const apr_array_header_t *metrics_allow; /* of apr_ipsubnet_t * (core/subnets.h) */
    const apr_array_header_t *packages; /* of wall_package_t (core/packages.h), never empty */
    const char *db_driver;     /* DBDriver and DBDParams of the fragment (worker, wallctl) */
    const char *db_params;
} wall_site_t;

/** One row of the directive table, for those who walk it. */
typedef struct wall_directive_info_t {
    const char *name;
    const char *kind;
    const char *fallback; /* NULL: has to be given */
    apr_int64_t min, max;
    const char *help;
} wall_directive_info_t;
extern const wall_directive_info_t wall_directives[WALL_D__COUNT];
/** The words a directive is one of, NULL at their end; NULL: it is not of that sort. */
const char *const *wall_directive_choices(wall_directive_t which);

/** A site with nothing set. */
wall_site_t *wall_site_new(apr_pool_t *pool);
/**
 * Sets one directive from its text.
 * @param base_dir  folder relative PATHs start from
 * @param where     "file:line" or NULL
 * @return NULL, or why the value is refused (a sentence in @a pool, without the directive's name)
 */
const char *wall_site_set(wall_site_t *site, apr_pool_t *pool, wall_directive_t which,
                          const char *value, const char *base_dir, const char *where);
/**
 * Adds one line of a LIST directive. Otherwise as wall_site_set(), which refuses these.
 * @param words  @a count of them, any number
 */
const char *wall_site_add(wall_site_t *site, apr_pool_t *pool, wall_directive_t which, int count,
                          const char *const *words, const char *where);
/** Values set in @a host win over those in @a global; used for virtual hosts. */
wall_site_t *wall_site_merge(apr_pool_t *pool, const wall_site_t *global, const wall_site_t *host);
/**
 * Fills defaults and derived members and checks companions. Nothing is demanded while engine is
 * off; who reads a fragment alone (worker, wallctl) turns it on first.
 * @return NULL, or a sentence that names the directive at fault ("WallSite is missing …")
 */
const char *wall_site_finish(wall_site_t *site, apr_pool_t *pool);
/** Takes the text of the secret file. NULL, or why it is refused. */
const char *wall_site_secret(wall_site_t *site, wall_bytes_t text);
/** Takes the text of one of the other files with secrets (@a which names it), after
 *  wall_site_finish(). NULL, or why it is refused. */
const char *wall_site_take_secret(wall_site_t *site, apr_pool_t *pool, wall_directive_t which,
                                  wall_bytes_t text);
/** After all secrets were read: what is wrong with them together, as wall_site_finish() says it. */
const char *wall_site_check_payments(const wall_site_t *site, apr_pool_t *pool);

#endif
