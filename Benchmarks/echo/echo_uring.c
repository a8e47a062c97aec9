// Echo by io_uring, to see what a reactor could gain. `echo_uring PORT level` uses the ring as a poller, with a
// poll that is set anew after each event, so that what was not read is told again, as epoll does;
// `echo_uring PORT edge` with one that goes on and tells only of what is new. Both then read(2) and write(2).
// `echo_uring PORT` lets the ring receive and send as well. A short write ends the connection: this is for small messages.
#include "common.h"
#include <liburing.h>
#include <poll.h>

enum { ACCEPT, RECEIVE, SEND, POLL, BUFFERS = 4096, OCTETS = 2048 };
static struct io_uring ring;
static char *buffers;
static char buf[262144];

static struct io_uring_sqe *entry(int kind, int fd, int buffer) {
    struct io_uring_sqe *e = io_uring_get_sqe(&ring);
    if (!e) { io_uring_submit(&ring); e = io_uring_get_sqe(&ring); }
    io_uring_sqe_set_data64(e, (uint64_t)kind << 56 | (uint64_t)(unsigned)buffer << 32 | (unsigned)fd);
    return e;
}
// What fills an entry clears its data, which therefore comes last.
#define PREPARE(kind, fd, buffer, call) do { struct io_uring_sqe *e = entry(kind, fd, buffer); uint64_t d = e->user_data; call; e->user_data = d; } while (0)

static void watch(int fd, int edge) {
    if (edge) PREPARE(POLL, fd, 0, io_uring_prep_poll_multishot(e, fd, POLLIN));
    else PREPARE(POLL, fd, 0, io_uring_prep_poll_add(e, fd, POLLIN));
}
static void receive(int fd) {
    PREPARE(RECEIVE, fd, 0, (io_uring_prep_recv_multishot(e, fd, NULL, 0, 0), e->flags |= IOSQE_BUFFER_SELECT, e->buf_group = 0));
}

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "usage: echo_uring PORT [level|edge]\n"); return 2; }
    signal(SIGPIPE, SIG_IGN); raise_nofile();
    int polls = argc > 2, edge = polls && argv[2][0] == 'e', ls = socket(AF_INET, SOCK_STREAM, 0), one = 1, error;
    setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(ls, (void *)&a, sizeof a) || listen(ls, 1024)) die("listen");
    struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE, .cq_entries = 65536};
    if ((error = io_uring_queue_init_params(4096, &ring, &p)) < 0) { fprintf(stderr, "io_uring: %s\n", strerror(-error)); return 1; }
    struct io_uring_buf_ring *pool;
    if (posix_memalign((void **)&pool, 4096, BUFFERS * sizeof(struct io_uring_buf))) die("memory");
    struct io_uring_buf_reg registration = {.ring_addr = (uint64_t)pool, .ring_entries = BUFFERS, .bgid = 0};
    if ((error = io_uring_register_buf_ring(&ring, &registration, 0)) < 0) { fprintf(stderr, "buffers: %s\n", strerror(-error)); return 1; }
    io_uring_buf_ring_init(pool);
    buffers = malloc((size_t)BUFFERS * OCTETS);
    for (int i = 0; i < BUFFERS; i++) io_uring_buf_ring_add(pool, buffers + (size_t)i * OCTETS, OCTETS, (unsigned short)i, io_uring_buf_ring_mask(BUFFERS), i);
    io_uring_buf_ring_advance(pool, BUFFERS);
    PREPARE(ACCEPT, ls, 0, io_uring_prep_multishot_accept(e, ls, NULL, NULL, polls ? SOCK_NONBLOCK : 0));
    for (;;) {
        io_uring_submit_and_wait(&ring, 1);
        struct io_uring_cqe *c; unsigned head, seen = 0;
        io_uring_for_each_cqe(&ring, head, c) {
            seen++;
            int fd = (int)(c->user_data & 0xffffffff), buffer = (int)(c->user_data >> 32 & 0xffffff), kind = (int)(c->user_data >> 56);
            if (kind == ACCEPT) {
                if (c->res < 0) continue;
                setsockopt(c->res, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                if (polls) watch(c->res, edge); else receive(c->res);
            } else if (kind == POLL) {
                ssize_t n = read(fd, buf, sizeof buf);
                if (n < 0 && errno == EAGAIN) continue;
                if (n <= 0 || write(fd, buf, (size_t)n) != n) { shutdown(fd, SHUT_RDWR); PREPARE(SEND, fd, BUFFERS, io_uring_prep_close(e, fd)); continue; }
                if (!(c->flags & IORING_CQE_F_MORE)) watch(fd, edge);
            } else if (kind == RECEIVE) {
                if (c->res <= 0) {
                    if (c->res == -ENOBUFS) receive(fd); else PREPARE(SEND, fd, BUFFERS, io_uring_prep_close(e, fd));
                    continue;
                }
                int i = (int)(c->flags >> IORING_CQE_BUFFER_SHIFT);
                PREPARE(SEND, fd, i, io_uring_prep_send(e, fd, buffers + (size_t)i * OCTETS, (size_t)c->res, MSG_WAITALL));
                if (!(c->flags & IORING_CQE_F_MORE)) receive(fd);
            } else if (buffer < BUFFERS) {
                io_uring_buf_ring_add(pool, buffers + (size_t)buffer * OCTETS, OCTETS, (unsigned short)buffer, io_uring_buf_ring_mask(BUFFERS), 0);
                io_uring_buf_ring_advance(pool, 1);
            }
        }
        io_uring_cq_advance(&ring, seen);
    }
}
