#pragma once
// What the C library has and Swift's Glibc module does not import, and the few calls
// whose C form (macros, unions, varargs) has no Swift spelling.
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

/// A non-blocking, close-on-exec socket, or -1 with errno set.
int twine_socket(int family, bool datagram);
/// Makes two Unix stream sockets that are connected, close-on-exec: 0, or -1 with errno set.
int twine_socket_pair(int ends[2]);
/// Opens what lies below `folder` for reading: nothing outside of it unless `follow` allows links that
/// lead there. A descriptor, or -1 with errno set.
int twine_open_below(int folder, const char *path, bool follow);
/// The name of a folder's entry, which lives as long as the entry.
const char *twine_entry_name(const struct dirent *entry);
/// Sends from a file without a copy: the octets sent, or a negative errno value, -ENOSYS where that
/// cannot be done.
ssize_t twine_send_file(int socket, int file, off_t offset, size_t count);
/// A pipe whose ends are close-on-exec and do not wait, with room for about `room` octets: 0, or -1 with
/// errno set.
int twine_pipe(int ends[2], int room);
/// Moves what has come on a socket into a file, at its position and at most `count` octets, without a copy
/// in this program, by way of a pipe that is empty before: how many octets are in the file then, 0 at the
/// end of input, or a negative errno value of the socket. `*failure` is the file's errno value, or 0; after
/// one the pipe is not empty.
ssize_t twine_splice(int socket, const int pipe[2], int file, size_t count, int *failure);
/// Accepts one connection as a non-blocking, close-on-exec socket, or -1 with errno set.
int twine_accept(int listener, struct sockaddr_storage *peer, socklen_t *length);
/// What `fd` is: 1 a stream socket that listens, 2 a datagram socket, 3 a stream socket that does not
/// listen, 0 another kind of socket; -1 with errno set for what is none.
int twine_socket_state(int fd);
/// Two ends of a non-blocking, close-on-exec pipe (one eventfd twice on Linux).
int twine_waker(int ends[2]);
/// Makes `fd` non-blocking and close-on-exec; 0, or -1 with errno set.
int twine_nonblocking(int fd);
/// As recv(2), but an error is returned as a negative errno value.
ssize_t twine_receive(int fd, void *bytes, size_t count);
/// As `twine_receive`, for a socket that others may have made blocking.
ssize_t twine_receive_now(int fd, void *bytes, size_t count);
/// As read(2), but an error is returned as a negative errno value.
ssize_t twine_read(int fd, void *bytes, size_t count);
/// As `twine_send`, for a socket that others may have made blocking.
ssize_t twine_send_now(int fd, const void *bytes, size_t count);
/// As send(2) without SIGPIPE, but an error is returned as a negative errno value.
ssize_t twine_send(int fd, const void *bytes, size_t count);
/// As `twine_send`, with more to follow at once: the kernel may wait to fill a packet.
ssize_t twine_send_more(int fd, const void *bytes, size_t count);
/// Gathers `count` pieces into one send without SIGPIPE; errors as `twine_send`.
ssize_t twine_send_pieces(int fd, struct iovec *pieces, int count);
/// As `twine_send`, with a descriptor that is passed with the first octet.
ssize_t twine_send_descriptor(int fd, int passed, const void *bytes, size_t count);
/// As `twine_receive`, and puts up to `*descriptors` descriptors that were passed with the octets into
/// `passed`, close-on-exec; then `*descriptors` says how many.
ssize_t twine_receive_descriptors(int fd, void *bytes, size_t count, int *passed, int *descriptors);
/// Makes the next close(2) send RST instead of FIN.
int twine_linger_zero(int fd);
/// Sets an integer socket option; 0, or -1 with errno set.
int twine_setsockopt(int fd, int level, int name, int value);
/// The pending error of a socket (SO_ERROR), cleared by reading it.
int twine_socket_error(int fd);
/// Asks for ICMP errors on a datagram socket of that family (IP_RECVERR); 0 where absent.
int twine_receive_errors(int fd, int family);
/// Joins or leaves a multicast group; 0, or -1 with errno set.
int twine_multicast(int fd, const struct sockaddr *group, socklen_t length, uint32_t interface, bool join);
/// Takes one error from the socket's error queue: its errno, 0 when there is none.
int twine_next_queued_error(int fd);

/// Room for up to TWINE_DATAGRAMS datagrams of any size with their addresses, for one system call;
/// only what is used takes memory. It is never freed.
struct twine_datagrams;
enum { TWINE_DATAGRAMS = 32 };
struct twine_datagrams *twine_datagrams_new(void);
/// The octets of datagram `i`, and how many they are.
const void *twine_datagrams_bytes(const struct twine_datagrams *batch, int i, size_t *count);
/// Where datagram `i` comes from, and how long that address is.
socklen_t twine_datagrams_sender(const struct twine_datagrams *batch, int i, struct sockaddr_storage *sender);
/// Receives what has come, without waiting: how many, or a negative errno value.
int twine_datagrams_receive(struct twine_datagrams *batch, int fd);
/// Puts a copy of a datagram into place `i`; whether it fits.
bool twine_datagrams_put(struct twine_datagrams *batch, int i, const void *bytes, size_t count,
                         const struct sockaddr *to, socklen_t length);
/// Sends the datagrams from `i` on and before `end`: how many, or a negative errno value of the first.
/// With `segments`, for a connected socket of UDP, those of one length go together, and so perhaps before
/// others that were put in earlier.
int twine_datagrams_send(struct twine_datagrams *batch, int fd, int i, int end, bool segments);

/// Delivers `signal` as one octet written to `fd`; 0, or -1 with errno set.
int twine_catch_signal(int signal, int fd);
/// Puts back what `signal` did before `twine_catch_signal`.
int twine_release_signal(int signal);
/// Ignores SIGPIPE, so that a closed pipe is an error of write(2) and not the end.
void twine_ignore_sigpipe(void);

/// A number for the Swift Task that runs on this thread, as no other Task alive has it; 0 for none.
uintptr_t twine_current_task(void);

/// Starts a program, found by PATH unless `path` has a slash, with `count` descriptors: the one at
/// `sources[i]` becomes `targets[i]` (all sources are above all targets), others are closed as they
/// are marked. Without an environment it gets this program's own. Its signals are as at the start of this program. 0 and the process in `pid`, or an
/// errno value.
int twine_spawn(const char *path, char *const arguments[], char *const environment[],
                const int *sources, const int *targets, int count, pid_t *pid);
/// A descriptor that is readable when the process has ended, or -1 where there are none.
int twine_process_descriptor(pid_t pid);

/// Goes on in a child process, which no terminal belongs to and whose standard streams lead nowhere: its pid in
/// the parent, 0 in the child; -1 with errno set. To be called before there are threads.
pid_t twine_go_to_background(void);

/// Starts a detached thread with the given name (at most 15 octets); 0 or an errno value.
int twine_thread(const char *name, void (*body)(void *), void *context);
/// Seconds of a clock that only moves forward.
double twine_monotonic_seconds(void);
/// Lifts the soft descriptor limit to the hard one; returns the limit that now holds.
long twine_lift_descriptor_limit(void);
/// Writes to standard error, all of it unless it fails.
void twine_write_error(const void *bytes, size_t count);
/// As write(2), by a name of its own.
ssize_t twine_write(int fd, const void *bytes, size_t count);
/// Columns of the terminal at `fd`; 80 when it does not say.
int twine_terminal_columns(int fd);
