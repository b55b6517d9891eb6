/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "models.h"

#define TYPE_JSON "application/json; charset=utf-8"
#define TYPE_LINES "application/x-ndjson"
#define TYPE_TEXT "text/plain; charset=utf-8"
enum { BODY_MAX = 64 << 20, BLOCK = 16384, CONNECTIONS_MAX = 4096 };

typedef struct {
    char method[8], path[128];
    buf_t body;
    bool too_large;
    unsigned int status;
    int64_t start_ns;
    gen_t *gen;
} request_t;

static struct {
    const server_config_t *config;
    struct MHD_Daemon *daemon;
    int stop_fd;
} server;

static enum MHD_Result send_reply(struct MHD_Connection *connection, request_t *request,
                                  unsigned int status, const char *type, const buf_t *body)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body->len, body->data ? body->data : (void *)"", MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    request->status = status;
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_text(struct MHD_Connection *connection, request_t *request,
                                 unsigned int status, const char *text)
{
    buf_t body = { 0 };
    buf_str(&body, text);
    enum MHD_Result result = send_reply(connection, request, status, TYPE_TEXT, &body);
    buf_free(&body);
    return result;
}

static enum MHD_Result send_refusal(struct MHD_Connection *connection, request_t *request,
                                    const refusal_t *refusal)
{
    buf_t body = { 0 };
    buf_str(&body, "{\"error\":");
    buf_json(&body, refusal->text, strlen(refusal->text));
    buf_str(&body, "}");
    enum MHD_Result result = send_reply(connection, request, (unsigned int)refusal->status,
                                        TYPE_JSON, &body);
    buf_free(&body);
    return result;
}

static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max)
{
    (void)position;
    ssize_t n = gen_read(cls, out, max);
    return n >= 0 ? n : n == -1 ? MHD_CONTENT_READER_END_OF_STREAM
                                : MHD_CONTENT_READER_END_WITH_ERROR;
}

static enum MHD_Result send_stream(struct MHD_Connection *connection, request_t *request)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, request->gen, NULL);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, TYPE_LINES);
    request->status = MHD_HTTP_OK;
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result generate(struct MHD_Connection *connection, request_t *request, bool chat)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    watch_t watch = { info->connect_fd, server.stop_fd };
    refusal_t refusal = { 0 };
    buf_t reply = { 0 };
    request->gen = gen_new(&server.config->gen, &watch, chat);
    enum MHD_Result result = MHD_NO;    /* closes the connection */
    switch (gen_begin(request->gen, request->body.data, request->body.len, &refusal, &reply)) {
    case GEN_REFUSED:
        result = send_refusal(connection, request, &refusal);
        break;
    case GEN_OBJECT:
        result = send_reply(connection, request, MHD_HTTP_OK, TYPE_JSON, &reply);
        break;
    case GEN_STREAM:
        result = send_stream(connection, request);
        break;
    case GEN_GONE:
        break;
    }
    buf_free(&reply);
    return result;
}

static enum MHD_Result chat(struct MHD_Connection *connection, request_t *request)
{
    return generate(connection, request, true);
}

static enum MHD_Result complete(struct MHD_Connection *connection, request_t *request)
{
    return generate(connection, request, false);
}

static enum MHD_Result root(struct MHD_Connection *connection, request_t *request)
{
    return send_text(connection, request, MHD_HTTP_OK, "Ollama is running");
}

static enum MHD_Result send_json(struct MHD_Connection *connection, request_t *request,
                                 void (*write)(buf_t *))
{
    buf_t body = { 0 };
    write(&body);
    enum MHD_Result result = send_reply(connection, request, MHD_HTTP_OK, TYPE_JSON, &body);
    buf_free(&body);
    return result;
}

static void write_version(buf_t *out)
{
    buf_str(out, "{\"version\":\"0.33.0\"}");
}

static enum MHD_Result version(struct MHD_Connection *connection, request_t *request)
{
    return send_json(connection, request, write_version);
}

static enum MHD_Result tags(struct MHD_Connection *connection, request_t *request)
{
    return send_json(connection, request, models_tags);
}

static enum MHD_Result ps(struct MHD_Connection *connection, request_t *request)
{
    return send_json(connection, request, models_ps);
}

static enum MHD_Result stats(struct MHD_Connection *connection, request_t *request)
{
    return send_json(connection, request, models_stats);
}

static enum MHD_Result about_model(struct MHD_Connection *connection, request_t *request, bool pull)
{
    buf_t reply = { 0 };
    refusal_t refusal = { 0 };
    bool stream = false;
    const char *body = request->body.data;
    size_t len = request->body.len;
    bool right = pull ? models_pull(body, len, &reply, &stream, &refusal)
                      : models_show(body, len, &reply, &refusal);
    enum MHD_Result result =
        right ? send_reply(connection, request, MHD_HTTP_OK, stream ? TYPE_LINES : TYPE_JSON, &reply)
              : send_refusal(connection, request, &refusal);
    buf_free(&reply);
    return result;
}

static enum MHD_Result show(struct MHD_Connection *connection, request_t *request)
{
    return about_model(connection, request, false);
}

static enum MHD_Result pull(struct MHD_Connection *connection, request_t *request)
{
    return about_model(connection, request, true);
}

static const struct {
    const char *path;
    bool post;
    enum MHD_Result (*handle)(struct MHD_Connection *, request_t *);
} routes[] = {
    { "/", false, root },           { "/api/version", false, version },
    { "/api/tags", false, tags },   { "/api/ps", false, ps },
    { "/api/show", true, show },    { "/api/chat", true, chat },
    { "/api/pull", true, pull },    { "/api/generate", true, complete },
    { "/demo/stats", false, stats },
};

static enum MHD_Result dispatch(struct MHD_Connection *connection, request_t *request)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
        if (strcmp(routes[i].path, request->path) != 0)
            continue;
        const char *method = request->method;
        bool fits = routes[i].post ? strcmp(method, "POST") == 0
                                   : strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
        if (!fits)
            return send_text(connection, request, 405, "405 method not allowed");
        if (request->too_large)
            return send_text(connection, request, 413, "413 request entity too large");
        return routes[i].handle(connection, request);
    }
    return send_text(connection, request, 404, "404 page not found");
}

/* Ollama bound to loopback answers only names that mean this machine or a local network. */
static bool host_allowed(struct MHD_Connection *connection)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    char name[256], self[256] = "";
    unsigned char address[16];
    if (!server.config->loopback || !host || !*host)
        return true;
    snprintf(name, sizeof(name), "%s", host[0] == '[' ? host + 1 : host);
    name[strcspn(name, host[0] == '[' ? "]" : ":")] = '\0';
    if (inet_pton(AF_INET6, name, address) == 1)
        return true;
    if (inet_pton(AF_INET, name, address) == 1)
        return address[0] == 127 || address[0] == 10 || address[0] == 0
               || (address[0] == 192 && address[1] == 168)
               || (address[0] == 172 && address[1] >= 16 && address[1] < 32);
    gethostname(self, sizeof(self) - 1);
    if (!*name || strcasecmp(name, "localhost") == 0 || strcasecmp(name, self) == 0)
        return true;
    static const char *const local[] = { ".localhost", ".local", ".internal" };
    for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++) {
        size_t n = strlen(local[i]), len = strlen(name);
        if (len > n && strcasecmp(name + len - n, local[i]) == 0)
            return true;
    }
    return false;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *http_version, const char *upload,
                                  size_t *upload_len, void **slot)
{
    (void)cls;
    (void)http_version;
    request_t *request = *slot;
    if (!request) {
        request = calloc(1, sizeof(*request));
        if (!request)
            return MHD_NO;
        snprintf(request->method, sizeof(request->method), "%s", method);
        snprintf(request->path, sizeof(request->path), "%s", path);
        request->start_ns = clock_mono_ns();
        *slot = request;
        return MHD_YES;
    }
    if (*upload_len) {
        request->too_large |= request->body.len + *upload_len > BODY_MAX;
        if (!request->too_large)
            buf_add(&request->body, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    if (!host_allowed(connection))
        return send_text(connection, request, 403, "");
    return dispatch(connection, request);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)connection;
    (void)how;
    request_t *request = *slot;
    char words[80] = "";
    if (!request)
        return;
    if (request->gen)
        gen_end(request->gen, words, sizeof(words));
    fprintf(stderr, "%s %s %u %.3f s%s%s\n", request->method, request->path, request->status,
            (double)(clock_mono_ns() - request->start_ns) / 1e9, *words ? ", " : "", words);
    buf_free(&request->body);
    free(request);
    *slot = NULL;
}

uint16_t server_start(const server_config_t *config)
{
    server.config = config;
    server.stop_fd = eventfd(0, EFD_CLOEXEC);
    unsigned int flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD
                         | MHD_USE_POLL;
    if (config->address->sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    server.daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR, config->address,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned int)CONNECTIONS_MAX, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (server.stop_fd < 0 || !server.daemon) {
        fprintf(stderr, "wall-demo-model: cannot listen: %s\n", strerror(errno));
        return 0;
    }
    return MHD_get_daemon_info(server.daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void server_stop(void)
{
    uint64_t one = 1;
    if (write(server.stop_fd, &one, sizeof(one)) < 0)
        abort();
    MHD_stop_daemon(server.daemon);
    close(server.stop_fd);
}
