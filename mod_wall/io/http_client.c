/* SPDX-License-Identifier: Apache-2.0 */
#include "io/http_client.h"

#include <apr_strings.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS         80
#define CONNECT_MS      5000
#define MAX_SIZE        (8u * 1024 * 1024)
#define CONNECTIONS_MAX 4 /* kept alive per thread */

/* ---- which addresses may be talked to ---- */

/** IPv4 networks that are not the public internet (IANA special-purpose registry, RFC 6890 ff.). */
static const struct {
    apr_uint32_t net;
    int bits;
} refused4[] = {
    { 0x00000000, 8 },  /* this network */
    { 0x0a000000, 8 },  /* private */
    { 0x64400000, 10 }, /* carrier-grade NAT */
    { 0x7f000000, 8 },  /* loopback */
    { 0xa9fe0000, 16 }, /* link-local, cloud metadata */
    { 0xac100000, 12 }, /* private */
    { 0xc0000000, 24 }, /* protocol assignments */
    { 0xc0000200, 24 }, /* documentation */
    { 0xc0586300, 24 }, /* 6to4 relays */
    { 0xc0a80000, 16 }, /* private */
    { 0xc6120000, 15 }, /* benchmarks */
    { 0xc6336400, 24 }, /* documentation */
    { 0xcb007100, 24 }, /* documentation */
    { 0xe0000000, 3 },  /* multicast, reserved, broadcast */
};

/** IPv6 networks within 2000::/3 (global unicast) that are refused all the same. */
static const struct {
    unsigned char net[4];
    int bits;
} refused6[] = {
    { { 0x20, 0x01, 0x00 }, 23 },       /* protocol assignments, Teredo */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
    { { 0x20, 0x02 }, 16 },             /* 6to4: carries any IPv4 address */
    { { 0x3f, 0xff }, 20 },             /* documentation */
};

static int is_public4(const unsigned char addr[4])
{
    apr_uint32_t ip = (apr_uint32_t)addr[0] << 24 | (apr_uint32_t)addr[1] << 16 |
                      (apr_uint32_t)addr[2] << 8 | addr[3];
    for (size_t i = 0; i < sizeof(refused4) / sizeof(refused4[0]); i++) {
        if (((ip ^ refused4[i].net) >> (32 - refused4[i].bits)) == 0) {
            return 0;
        }
    }
    return 1;
}

static int starts_with(const unsigned char *addr, const unsigned char *net, int bits)
{
    int whole = bits / 8, rest = bits % 8;
    return memcmp(addr, net, (size_t)whole) == 0 &&
           (rest == 0 || ((addr[whole] ^ net[whole]) >> (8 - rest)) == 0);
}

static int is_public6(const unsigned char addr[16])
{
    static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b }; /* RFC 6052 */
    if (memcmp(addr, nat64, sizeof(nat64)) == 0) {
        return is_public4(addr + 12);
    }
    if (addr[0] >> 5 != 1) { /* not 2000::/3: loopback, mapped, local, multicast … */
        return 0;
    }
    for (size_t i = 0; i < sizeof(refused6) / sizeof(refused6[0]); i++) {
        if (starts_with(addr, refused6[i].net, refused6[i].bits)) {
            return 0;
        }
    }
    return 1;
}

int wall_http_address_public(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET) {
        return is_public4((const unsigned char *)&((const struct sockaddr_in *)addr)->sin_addr);
    }
    if (addr->sa_family == AF_INET6) {
        return is_public6((const unsigned char *)&((const struct sockaddr_in6 *)addr)->sin6_addr);
    }
    return 0;
}

/* ---- handles of a thread ---- */

/**
 * A multi handle keeps the connections. Trusted and untrusted requests have one each: a connection
 * to a private address that the administrator's URL opened must never serve anybody else's.
 */
typedef struct client_t {
    CURLM *multi;
    CURL *easy;
    pid_t pid;
} client_t;

typedef struct thread_t {
    client_t clients[2]; /* [trusted] */
} thread_t;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_key;
static int usable;

static void thread_free(void *data)
{
    thread_t *thread = data;
    for (int i = 0; i < 2; i++) {
        if (thread->clients[i].pid == getpid()) {
            curl_easy_cleanup(thread->clients[i].easy);
            curl_multi_cleanup(thread->clients[i].multi);
        }
    }
    free(thread);
}

static void init(void)
{
    usable = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK &&
             pthread_key_create(&thread_key, thread_free) == 0;
}

int wall_http_init(void)
{
    pthread_once(&once, init);
    return usable ? 0 : -1;
}

static client_t *client_of(int trusted)
{
    if (wall_http_init() != 0) {
        return NULL;
    }
    thread_t *thread = pthread_getspecific(thread_key);
    if (!thread) {
        thread = calloc(1, sizeof(*thread));
        if (!thread) {
            abort(); /* as APR does */
        }
        pthread_setspecific(thread_key, thread);
    }
    client_t *client = &thread->clients[trusted ? 1 : 0];
    if (client->pid != getpid()) {
        /* A fork's child leaves its parent's handles alone: closing them would say goodbye, by TLS,
         * on connections the parent uses. */
        client->multi = curl_multi_init();
        client->easy = curl_easy_init();
        client->pid = getpid();
        if (client->multi) {
            curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
        }
    }
    return client->multi && client->easy ? client : NULL;
}

/* ---- one transfer ---- */

typedef struct transfer_t {
    const wall_http_request_t *request;
    wall_http_response_t *response;
    CURL *easy;
    wall_buf_t body;
    size_t size;
    size_t max_size;
    long long heard; /* ms, last sign of life */
    int refused;     /* an address was refused */
    char error[CURL_ERROR_SIZE];
} transfer_t;

static long long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static size_t on_header(char *data, size_t one, size_t len, void *baton)
{
    ((transfer_t *)baton)->heard = now_ms();
    return len;
}

static size_t on_body(char *data, size_t one, size_t len, void *baton)
{
    transfer_t *transfer = baton;
    const wall_http_request_t *request = transfer->request;
    transfer->heard = now_ms();
    if (len > transfer->max_size - transfer->size) {
        transfer->response->truncated = 1;
        return 0;
    }
    transfer->size += len;
    if (!request->on_data) {
        wall_buf_add(&transfer->body, data, len);
        return len;
    }
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (request->on_data(request->baton, (int)status, data, len)) {
        transfer->response->stopped = 1;
        return 0;
    }
    return len;
}

/** Called with the address curl is about to connect to, after the name was resolved: so a name that
 *  changes its address between a check and the connection gains nothing. */
static curl_socket_t on_socket(void *baton, curlsocktype purpose, struct curl_sockaddr *addr)
{
    transfer_t *transfer = baton;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        (!transfer->request->trusted && !wall_http_address_public(&addr->addr))) {
        transfer->refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static struct curl_slist *header_list(apr_pool_t *pool, const wall_http_request_t *request)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    if (request->content_type) {
        list = curl_slist_append(list, apr_pstrcat(pool, "Content-Type: ", request->content_type,
                                                   NULL));
    } else if (request->body.len) {
        list = curl_slist_append(list, "Content-Type:"); /* not curl's idea of one */
    }
    const apr_array_header_t *headers = request->headers ? apr_table_elts(request->headers) : NULL;
    for (int i = 0; headers && i < headers->nelts; i++) {
        const apr_table_entry_t *header = &APR_ARRAY_IDX(headers, i, apr_table_entry_t);
        list = curl_slist_append(list, apr_pstrcat(pool, header->key, ": ", header->val, NULL));
    }
    return list;
}

static void set_up(transfer_t *transfer, struct curl_slist *headers)
{
    const wall_http_request_t *request = transfer->request;
    CURL *easy = transfer->easy;
    curl_easy_reset(easy); /* keeps the connections, they are the multi handle's */
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* none, whatever the environment says */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "wall");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     request->connect_timeout_ms > 0 ? (long)request->connect_timeout_ms
                                                     : (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->total_timeout_ms);
    if (request->body.data || (request->method && strcmp(request->method, "POST") == 0)) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data ? request->body.data : "");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    }
    if (request->method && strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (request->method) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
}

/**
 * Drives the transfer to its end: curl's own end (*code is set), a callback's or the idle limit's.
 * curl's progress callback comes once a second in silence; hence this loop.
 */
static void drive(CURLM *multi, transfer_t *transfer, CURLcode *code)
{
    const wall_http_request_t *request = transfer->request;
    wall_http_response_t *response = transfer->response;
    long long ticked = now_ms();
    int running = 1, queued;
    for (;;) {
        CURLMcode rc = curl_multi_perform(multi, &running);
        if (rc != CURLM_OK) {
            response->problem = curl_multi_strerror(rc);
            return;
        }
        if (!running) {
            CURLMsg *msg = curl_multi_info_read(multi, &queued);
            *code = msg && msg->msg == CURLMSG_DONE ? msg->data.result : CURLE_FAILED_INIT;
            return;
        }
        long long now = now_ms();
        if (request->on_tick && now - ticked >= TICK_MS) {
            ticked = now;
            if (request->on_tick(request->baton)) {
                response->stopped = 1;
                return;
            }
        }
        if (request->idle_timeout_ms > 0 && now - transfer->heard >= request->idle_timeout_ms) {
            response->timed_out = 1;
            response->problem = "nothing came for too long";
            return;
        }
        curl_multi_poll(multi, NULL, 0, TICK_MS, NULL);
    }
}

static void judge(wall_cx_t *cx, const transfer_t *transfer, CURLcode code)
{
    wall_http_response_t *response = transfer->response;
    switch (code) {
    case CURLE_OK:
        return;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        response->incomplete = 1;
        break;
    case CURLE_OPERATION_TIMEDOUT:
        response->timed_out = 1;
        break;
    default:
        break;
    }
    response->problem = response->stopped     ? "stopped by its caller"
                        : response->truncated ? "larger than allowed"
                        : transfer->refused   ? "its address is not on the public internet"
                        : transfer->error[0]  ? apr_pstrdup(cx->pool, transfer->error)
                                              : curl_easy_strerror(code);
}

wall_rc_t wall_http(wall_cx_t *cx, const wall_http_request_t *request,
                    wall_http_response_t *response)
{
    client_t *client = client_of(request->trusted);
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    memset(response, 0, sizeof(*response));
    if (!client) {
        response->problem = "libcurl cannot be used";
        return WALL_E_INTERNAL;
    }
    transfer_t transfer = { .request = request, .response = response, .easy = client->easy,
                            .max_size = request->max_size ? request->max_size : MAX_SIZE,
                            .heard = now_ms() };
    wall_buf_init(&transfer.body, cx->pool, request->on_data ? 1 : 4096);
    struct curl_slist *headers = header_list(cx->pool, request);
    set_up(&transfer, headers);
    curl_multi_add_handle(client->multi, client->easy);
    drive(client->multi, &transfer, &code);
    long status = 0;
    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    /* Taken out before its end, a transfer's connection is closed: a model stops working. */
    curl_multi_remove_handle(client->multi, client->easy);
    curl_easy_reset(client->easy); /* no pointers to this stack stay behind */
    curl_slist_free_all(headers);
    response->status = (int)status;
    response->body = (wall_bytes_t){ transfer.body.data, transfer.body.len };
    if (!response->problem) {
        judge(cx, &transfer, code);
    }
    return response->problem ? WALL_E_INTERNAL : WALL_OK;
}
