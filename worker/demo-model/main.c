/* SPDX-License-Identifier: Apache-2.0 */
/* wall-demo-model: answers Ollama's protocol without a model, for machines that have none and for
 * tests. See README.md. */
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

static const char usage[] =
    "Usage: wall-demo-model [options]\n"
    "Answers Ollama's HTTP protocol with ready-made small apps; no model needed.\n\n"
    "  --listen ADDRESS:PORT  default 127.0.0.1:11434; port 0 takes a free one\n"
    "  --port-file FILE       write the port there once listening\n"
    "  --rate N               tokens a second, default 60\n"
    "  --seed N               for requests that bring no seed; default 7\n"
    "  --load-ms N            pretended time to load the model, default 400\n"
    "  --slots N              answers written at once, default 1; the rest waits\n"
    "  --max-queue N          requests that may wait for a load, default 512\n"
    "  --faults               obey [[fault:NAME]] and [[rate:N]] in prompts\n"
    "  --help, --version\n";

typedef struct {
    struct sockaddr_storage address;
    const char *port_file;
    sched_config_t sched;
    server_config_t server;
} options_t;

static bool parse_listen(const char *text, options_t *options)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;
    char *end;
    if (!colon || len >= sizeof(host) || !colon[1])
        return false;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end || port > 65535)
        return false;
    bool bracket = text[0] == '[' && text[len - 1] == ']';
    snprintf(host, sizeof(host), "%.*s", (int)(bracket ? len - 2 : len), text + bracket);
    struct sockaddr_in *v4 = (struct sockaddr_in *)&options->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&options->address;
    memset(&options->address, 0, sizeof(options->address));
    if (strcmp(host, "localhost") == 0)
        snprintf(host, sizeof(host), "127.0.0.1");
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        options->server.loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
        return true;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1)
        return false;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    options->server.loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    return true;
}

/* A number within bounds, or the end of the program. */
static double number(const char *name, const char *text, double low, double high)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= low && value <= high)) {
        fprintf(stderr, "wall-demo-model: --%s must be a number from %g to %g\n", name, low, high);
        exit(2);
    }
    return value;
}

static void parse_options(int argc, char **argv, options_t *options)
{
    static const struct option known[] = {
        { "listen", required_argument, NULL, 'l' },  { "port-file", required_argument, NULL, 'p' },
        { "rate", required_argument, NULL, 'r' },    { "seed", required_argument, NULL, 's' },
        { "load-ms", required_argument, NULL, 'm' }, { "slots", required_argument, NULL, 'n' },
        { "max-queue", required_argument, NULL, 'q' }, { "faults", no_argument, NULL, 'f' },
        { "help", no_argument, NULL, 'h' },          { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 },
    };
    int c, index = 0;
    while ((c = getopt_long(argc, argv, "", known, &index)) != -1) {
        const char *name = known[index].name;
        switch (c) {
        case 'l':
            if (!parse_listen(optarg, options)) {
                fprintf(stderr, "wall-demo-model: --listen wants ADDRESS:PORT, not %s\n", optarg);
                exit(2);
            }
            break;
        case 'p': options->port_file = optarg; break;
        case 'r': options->server.gen.rate = number(name, optarg, 0.01, 100000); break;
        case 's': options->server.gen.seed = (uint64_t)number(name, optarg, 0, 9e15); break;
        case 'm': options->sched.load_ns = (int64_t)(number(name, optarg, 0, 3.6e6) * 1e6); break;
        case 'n': options->sched.slots = (int)number(name, optarg, 1, 1024); break;
        case 'q': options->sched.max_queue = (int)number(name, optarg, 0, 1e6); break;
        case 'f': options->server.gen.faults = true; break;
        case 'h': fputs(usage, stdout); exit(0);
        case 'v': puts("wall-demo-model 1 (protocol of Ollama 0.33.0)"); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind < argc) {
        fputs(usage, stderr);
        exit(2);
    }
}

/* Whoever reads the file finds a whole port or no file. */
static bool write_port(const char *path, uint16_t port)
{
    buf_t name = { 0 };
    buf_fmt(&name, "%s.new", path);
    FILE *file = fopen(name.data, "w");
    bool done = file && fprintf(file, "%u\n", port) > 0;
    done = file && fclose(file) == 0 && done;
    done = done && rename(name.data, path) == 0;
    if (!done)
        perror(path);
    buf_free(&name);
    return done;
}

int main(int argc, char **argv)
{
    options_t options = { .sched = { 1, 512, 400 * (int64_t)1000000 },
                          .server.gen = { 60, 7, false } };
    parse_listen("127.0.0.1:11434", &options);
    parse_options(argc, argv, &options);
    options.server.address = (const struct sockaddr *)&options.address;

    /* Blocked before any thread starts, so that only the sigwait below sees them. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);

    sched_init(&options.sched);
    uint16_t port = server_start(&options.server);
    if (!port)
        return 1;
    bool ready = !options.port_file || write_port(options.port_file, port);
    if (ready) {
        int got;
        fprintf(stderr, "wall-demo-model: listening on port %u\n", port);
        sigwait(&ends, &got);
    }
    server_stop();
    return ready ? 0 : 1;
}
