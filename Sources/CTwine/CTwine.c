#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTwine.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/errqueue.h>
#include <netinet/udp.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

int twine_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

#ifndef __linux__
static int prepared(int fd) {
    if (fd < 0) return -1;
    if (twine_nonblocking(fd) < 0) { close(fd); return -1; }
#ifdef SO_NOSIGPIPE
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return fd;
}
#endif

int twine_socket(int family, bool datagram) {
    int type = datagram ? SOCK_DGRAM : SOCK_STREAM;
#ifdef __linux__
    return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
    return prepared(socket(family, type, 0));
#endif
}

int twine_socket_pair(int ends[2]) {
#ifdef __linux__
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
#else
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) return -1;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

int twine_open_below(int folder, const char *path, bool follow) {
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    if (follow) return openat(folder, path, flags);
#if defined(__linux__) && defined(SYS_openat2)
    struct { uint64_t flags, mode, resolve; } how = {
        .flags = (uint64_t)flags,
        .resolve = 0x08 /* RESOLVE_BENEATH */ | 0x02 /* RESOLVE_NO_MAGICLINKS */,
    };
    int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return fd;
#endif
    // Step by step, and over no link at all.
    int at = dup(folder);
    while (at >= 0) {
        size_t length = strcspn(path, "/");
        char name[256];
        if (length >= sizeof name) { close(at); errno = ENAMETOOLONG; return -1; }
        memcpy(name, path, length);
        name[length] = 0;
        if (strcmp(name, "..") == 0) { close(at); errno = EXDEV; return -1; }
        int next = openat(at, length ? name : ".", flags | O_NOFOLLOW);
        int error = errno;
        close(at);
        errno = error;
        if (next < 0 || !path[length]) return next;
        path += length + 1;
        at = next;
    }
    return -1;
}

const char *twine_entry_name(const struct dirent *entry) { return entry->d_name; }

ssize_t twine_send_file(int socket, int file, off_t offset, size_t count) {
#ifdef __linux__
    ssize_t sent = sendfile(socket, file, &offset, count);
    return sent < 0 ? -errno : sent;
#else
    (void)socket; (void)file; (void)offset; (void)count;
    return -ENOSYS;
#endif
}

int twine_pipe(int ends[2], int room) {
#ifdef __linux__
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
    (void)fcntl(ends[1], F_SETPIPE_SZ, room);  // refused to a user who has many: smaller steps then
    return 0;
#else
    (void)ends; (void)room;
    errno = ENOSYS;
    return -1;
#endif
}

#ifdef __linux__
/// Writes what waits in a pipe by copying: for files that take no pages.
static size_t copy_from_pipe(int pipe, int file, size_t count, int *failure) {
    char buffer[16384];
    size_t done = 0;
    while (done < count) {
        size_t want = count - done < sizeof buffer ? count - done : sizeof buffer;
        ssize_t taken = read(pipe, buffer, want), written = 0;
        if (taken <= 0) { *failure = taken < 0 ? errno : EIO; return done; }
        while (written < taken) {
            ssize_t n = write(file, buffer + written, (size_t)(taken - written));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) { *failure = n < 0 ? errno : EIO; return done; }
            written += n;
            done += (size_t)n;
        }
    }
    return done;
}
#endif

ssize_t twine_splice(int socket, const int pipe[2], int file, size_t count, int *failure) {
    *failure = 0;
#ifdef __linux__
    ssize_t came = splice(socket, NULL, pipe[1], NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (came <= 0) return came < 0 ? -errno : 0;
    size_t done = 0, all = (size_t)came;
    while (done < all) {
        ssize_t moved = splice(pipe[0], NULL, file, NULL, all - done, SPLICE_F_MOVE);
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0 && errno == EINVAL) return (ssize_t)(done + copy_from_pipe(pipe[0], file, all - done, failure));
        if (moved <= 0) { *failure = moved < 0 ? errno : EIO; break; }
        done += (size_t)moved;
    }
    return (ssize_t)done;
#else
    (void)socket; (void)pipe; (void)file; (void)count;
    return -ENOSYS;
#endif
}

int twine_accept(int listener, struct sockaddr_storage *peer, socklen_t *length) {
#ifdef __linux__
    return accept4(listener, (struct sockaddr *)peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    return prepared(accept(listener, (struct sockaddr *)peer, length));
#endif
}

int twine_socket_state(int fd) {
    int type = 0, listens = 0;
    socklen_t length = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -1;
    if (type == SOCK_DGRAM) return 2;
    length = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) < 0) return -1;
    if (type != SOCK_STREAM) return 0;
    return listens ? 1 : 3;
}

int twine_waker(int ends[2]) {
#ifdef __linux__
    ends[0] = ends[1] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return ends[0] < 0 ? -1 : 0;
#else
    if (pipe(ends) < 0) return -1;
    return twine_nonblocking(ends[0]) | twine_nonblocking(ends[1]);
#endif
}

ssize_t twine_receive(int fd, void *bytes, size_t count) {
    ssize_t received = recv(fd, bytes, count, 0);
    return received < 0 ? -errno : received;
}

ssize_t twine_receive_now(int fd, void *bytes, size_t count) {
    ssize_t received = recv(fd, bytes, count, MSG_DONTWAIT);
    return received < 0 ? -errno : received;
}

ssize_t twine_read(int fd, void *bytes, size_t count) {
    ssize_t got = read(fd, bytes, count);
    return got < 0 ? -errno : got;
}

ssize_t twine_send_now(int fd, const void *bytes, size_t count) {
    ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

ssize_t twine_send(int fd, const void *bytes, size_t count) {
    ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t twine_send_more(int fd, const void *bytes, size_t count) {
#ifdef MSG_MORE
    ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL | MSG_MORE);
    return sent < 0 ? -errno : sent;
#else
    return twine_send(fd, bytes, count);
#endif
}

ssize_t twine_send_pieces(int fd, struct iovec *pieces, int count) {
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

// What one system call may pass, so that a peer cannot make this program full of descriptors at once.
enum { PASSED = 16 };
union passed_control {
    struct cmsghdr header;
    char octets[CMSG_SPACE(PASSED * sizeof(int))];
};

ssize_t twine_send_descriptor(int fd, int passed, const void *bytes, size_t count) {
    union passed_control control = {0};
    struct iovec piece = {(void *)bytes, count};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = CMSG_SPACE(sizeof passed)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t twine_receive_descriptors(int fd, void *bytes, size_t count, int *passed, int *descriptors) {
    union passed_control control;
    struct iovec piece = {bytes, count};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
#ifdef MSG_CMSG_CLOEXEC
    ssize_t received = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
#else
    ssize_t received = recvmsg(fd, &message, 0);
#endif
    int limit = *descriptors, found = 0;
    *descriptors = 0;
    if (received < 0) return -errno;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        size_t octets = h->cmsg_len - CMSG_LEN(0);
        for (size_t at = 0; at + sizeof(int) <= octets; at += sizeof(int)) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(h) + at, sizeof descriptor);
#ifndef MSG_CMSG_CLOEXEC
            fcntl(descriptor, F_SETFD, FD_CLOEXEC);
#endif
            if (found < limit) passed[found++] = descriptor; else close(descriptor);
        }
    }
    *descriptors = found;
    return received;
}

// More than any datagram of UDP, and than those of Unix sockets as systems are set up.
enum { DATAGRAM_OCTETS = 262144 };
// From one to the next, so that the beginnings of all do not have the same few lines of the cache.
enum { DATAGRAM_STRIDE = DATAGRAM_OCTETS + 4096 + 64 };

#ifdef __linux__
typedef struct mmsghdr datagram_header;
#else
typedef struct { struct msghdr msg_hdr; unsigned msg_len; } datagram_header;
#endif

struct twine_datagrams {
    datagram_header headers[TWINE_DATAGRAMS];
    struct iovec pieces[TWINE_DATAGRAMS];
    struct sockaddr_storage addresses[TWINE_DATAGRAMS];
    // The system has refused to take several datagrams as one.
    bool refuses_segments;
    char octets[TWINE_DATAGRAMS][DATAGRAM_STRIDE];
};

struct twine_datagrams *twine_datagrams_new(void) {
    // Pages that nobody writes to are never made.
    struct twine_datagrams *batch = calloc(1, sizeof *batch);
    if (!batch) abort();
    for (int i = 0; i < TWINE_DATAGRAMS; i++) {
        batch->pieces[i].iov_base = batch->octets[i];
        batch->headers[i].msg_hdr.msg_iov = &batch->pieces[i];
        batch->headers[i].msg_hdr.msg_iovlen = 1;
        batch->headers[i].msg_hdr.msg_name = &batch->addresses[i];
    }
    return batch;
}

const void *twine_datagrams_bytes(const struct twine_datagrams *batch, int i, size_t *count) {
    *count = batch->headers[i].msg_len;
    return batch->octets[i];
}

socklen_t twine_datagrams_sender(const struct twine_datagrams *batch, int i, struct sockaddr_storage *sender) {
    *sender = batch->addresses[i];
    return batch->headers[i].msg_hdr.msg_namelen;
}

int twine_datagrams_receive(struct twine_datagrams *batch, int fd) {
    for (int i = 0; i < TWINE_DATAGRAMS; i++) {
        batch->pieces[i].iov_len = DATAGRAM_OCTETS;
        batch->headers[i].msg_hdr.msg_namelen = sizeof batch->addresses[i];
    }
#ifdef __linux__
    int received = recvmmsg(fd, batch->headers, TWINE_DATAGRAMS, MSG_DONTWAIT, NULL);
    return received < 0 ? -errno : received;
#else
    for (int i = 0; i < TWINE_DATAGRAMS; i++) {
        ssize_t count = recvmsg(fd, &batch->headers[i].msg_hdr, MSG_DONTWAIT);
        if (count < 0) return i ? i : -errno;
        batch->headers[i].msg_len = (unsigned)count;
    }
    return TWINE_DATAGRAMS;
#endif
}

bool twine_datagrams_put(struct twine_datagrams *batch, int i, const void *bytes, size_t count,
                         const struct sockaddr *to, socklen_t length) {
    if (count > DATAGRAM_OCTETS || length > sizeof batch->addresses[i]) return false;
    if (count) memcpy(batch->octets[i], bytes, count);
    // Without an address it is for the peer of a connected socket.
    if (to) memcpy(&batch->addresses[i], to, length);
    batch->pieces[i].iov_base = batch->octets[i];
    batch->pieces[i].iov_len = count;
    batch->headers[i].msg_hdr.msg_name = to ? &batch->addresses[i] : NULL;
    batch->headers[i].msg_hdr.msg_namelen = to ? length : 0;
    return true;
}

#ifdef __linux__
// Longer ones do not go through every path in one piece, and then the system refuses them together.
enum { LONGEST_SEGMENT = 1200, SEGMENTS_OCTETS = 60000 };

// Sends those of the same length as one message, which the system cuts again behind the routing of
// it: most of what a small datagram costs. The order of datagrams is nobody's promise.
static int send_segments(struct twine_datagrams *batch, int fd, int i, int end) {
    struct iovec *pieces = batch->pieces;
    for (int j = i + 1; j < end; j++) {
        struct iovec piece = pieces[j];
        int k = j;
        for (; k > i && pieces[k - 1].iov_len > piece.iov_len; k--) pieces[k] = pieces[k - 1];
        pieces[k] = piece;
    }
    struct mmsghdr groups[TWINE_DATAGRAMS];
    union { struct cmsghdr header; char octets[CMSG_SPACE(sizeof(uint16_t))]; } notes[TWINE_DATAGRAMS];
    int counts[TWINE_DATAGRAMS], number = 0;
    for (int next = i; next < end; number++) {
        size_t length = pieces[next].iov_len, count = 1;
        if (length && length <= LONGEST_SEGMENT)
            while (next + (int)count < end && pieces[next + count].iov_len == length
                   && (count + 1) * length <= SEGMENTS_OCTETS) count++;
        struct msghdr *message = &groups[number].msg_hdr;
        memset(message, 0, sizeof *message);
        message->msg_iov = &pieces[next];
        message->msg_iovlen = count;
        if (count > 1) {
            uint16_t size = (uint16_t)length;
            message->msg_control = &notes[number];
            message->msg_controllen = sizeof notes[number];
            struct cmsghdr *note = &notes[number].header;
            memset(note, 0, sizeof notes[number]);
            note->cmsg_level = IPPROTO_UDP;
            note->cmsg_type = UDP_SEGMENT;
            note->cmsg_len = CMSG_LEN(sizeof size);
            memcpy(CMSG_DATA(note), &size, sizeof size);
        }
        counts[number] = (int)count;
        next += (int)count;
    }
    int sent = sendmmsg(fd, groups, (unsigned)number, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
        if (counts[0] > 1 && (errno == EIO || errno == EINVAL || errno == EMSGSIZE))
            batch->refuses_segments = true;
        return -errno;
    }
    int datagrams = 0;
    for (int j = 0; j < sent; j++) datagrams += counts[j];
    return datagrams;
}
#endif

int twine_datagrams_send(struct twine_datagrams *batch, int fd, int i, int end, bool segments) {
#ifdef __linux__
    if (segments && end - i > 1 && !batch->refuses_segments) {
        int sent = send_segments(batch, fd, i, end);
        if (sent >= 0 || !batch->refuses_segments) return sent;
    }
    int sent = sendmmsg(fd, batch->headers + i, (unsigned)(end - i), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
#else
    ssize_t sent = sendmsg(fd, &batch->headers[i].msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : 1;
#endif
}

int twine_linger_zero(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int twine_setsockopt(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

int twine_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

int twine_receive_errors(int fd, int family) {
#ifdef __linux__
    return family == AF_INET6 ? twine_setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, 1)
                              : twine_setsockopt(fd, IPPROTO_IP, IP_RECVERR, 1);
#else
    (void)fd, (void)family;
    return 0;
#endif
}

int twine_next_queued_error(int fd) {
#ifdef __linux__
    char payload[1], control[512];
    struct iovec piece = {.iov_base = payload, .iov_len = sizeof payload};
    for (;;) {
        struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1,
                                 .msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
            if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR)
                && (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR)) continue;
            struct sock_extended_err error;
            memcpy(&error, CMSG_DATA(c), sizeof error);
            // Those of this machine's own were the result of the call that sent the datagram.
            if (error.ee_origin == SO_EE_ORIGIN_LOCAL) continue;
            return (int)error.ee_errno;
        }
    }
#else
    (void)fd;
    return 0;
#endif
}

int twine_multicast(int fd, const struct sockaddr *group, socklen_t length, uint32_t interface, bool join) {
    struct group_req request = {.gr_interface = interface};
    memcpy(&request.gr_group, group, length);
    return setsockopt(fd, group->sa_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                      join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request, sizeof request);
}

static volatile int signal_pipe[65];
static struct sigaction before[65];

static void signalled(int signal) {
    int saved = errno;
    unsigned char octet = (unsigned char)signal;
    if (signal < 65) (void)!write(signal_pipe[signal], &octet, 1);
    errno = saved;
}

int twine_catch_signal(int signal, int fd) {
    if (signal < 1 || signal > 64) { errno = EINVAL; return -1; }
    signal_pipe[signal] = fd;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = signalled;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    return sigaction(signal, &action, &before[signal]);
}

int twine_release_signal(int signal) {
    if (signal < 1 || signal > 64) { errno = EINVAL; return -1; }
    return sigaction(signal, &before[signal], NULL);
}

static void nothing(int signal) { (void)signal; }

// A handler, not SIG_IGN: a program started from here begins with the default again.
void twine_ignore_sigpipe(void) {
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler != SIG_DFL) return;
    struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    sigaction(SIGPIPE, &action, NULL);
}

// The signals that were blocked when the program started: none, as a rule. The thread that
// starts one of ours may have blocked them all, as those of libdispatch do, and so would
// every program that is started from there.
static sigset_t blocked_at_start;

__attribute__((constructor)) static void note_blocked(void) {
    pthread_sigmask(SIG_SETMASK, NULL, &blocked_at_start);
}

struct start { void (*body)(void *); void *context; char name[16]; };

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
#ifdef __linux__
    pthread_setname_np(pthread_self(), start.name);
#else
    pthread_setname_np(start.name);
#endif
    pthread_sigmask(SIG_SETMASK, &blocked_at_start, NULL);
    start.body(start.context);
    return NULL;
}

int twine_thread(const char *name, void (*body)(void *), void *context) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    if (error) free(start);
    return error;
}

extern char **environ;

int twine_spawn(const char *path, char *const arguments[], char *const environment[],
                const int *sources, const int *targets, int count, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (error) { posix_spawn_file_actions_destroy(&actions); return error; }
    for (int i = 0; i < count && !error; i++)
        error = posix_spawn_file_actions_adddup2(&actions, sources[i], targets[i]);
    // What the program itself was given by its parent is not for its children.
    short flags = POSIX_SPAWN_SETSIGMASK;
#if defined(__APPLE__)
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
    for (int n = 0; n <= 2 && !error; n++) {
        int given = 0;
        for (int i = 0; i < count; i++) given |= targets[i] == n;
        if (!given) error = posix_spawn_file_actions_addinherit_np(&actions, n);
    }
#elif defined(__GLIBC__)
    int next = 3;
    for (int i = 0; i < count && !error; i++) {  // The targets come in ascending order.
        for (; next < targets[i] && !error; next++)
            error = posix_spawn_file_actions_addclose(&actions, next);
        if (targets[i] >= next) next = targets[i] + 1;
    }
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, next);
#endif
    // Caught signals begin with the default again by themselves.
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &blocked_at_start);
    if (!error) error = posix_spawnattr_setflags(&attributes, flags);
    if (!error) error = posix_spawnp(pid, path, &actions, &attributes, arguments,
                                     environment ? environment : environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

pid_t twine_go_to_background(void) {
    pid_t pid = fork();
    if (pid) return pid;
    setsid();
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0) {
        for (int n = 0; n <= 2; n++) dup2(nothing, n);
        if (nothing > 2) close(nothing);
    }
    return 0;
}

int twine_process_descriptor(pid_t pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

double twine_monotonic_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

long twine_lift_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 256;
    rlim_t had = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
#ifdef __APPLE__
    if (limit.rlim_cur > 10240) limit.rlim_cur = 10240;
#endif
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) limit.rlim_cur = had;
    return limit.rlim_cur == RLIM_INFINITY ? 1000000 : (long)limit.rlim_cur;
}

void twine_write_error(const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(2, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        next += written;
        count -= (size_t)written;
    }
}

ssize_t twine_write(int fd, const void *bytes, size_t count) { return write(fd, bytes, count); }

int twine_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// The entry point of Swift's runtime behind withUnsafeCurrentTask, whose value is opaque: to
// compare two of those costs more than all the rest of an await.
extern void *swift_task_getCurrent(void);

uintptr_t twine_current_task(void) { return (uintptr_t)swift_task_getCurrent(); }
