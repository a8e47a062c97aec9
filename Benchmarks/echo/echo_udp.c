// Raw UDP echo servers: `echo_udp PORT` with a system call for each datagram, `echo_udp PORT batch` with
// one for up to 16. It listens by TCP as well, to be seen when it is ready.
#include "common.h"

enum { MANY = 16, OCTETS = 65536 };
static char octets[MANY][OCTETS];
static struct sockaddr_in senders[MANY];

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "usage: echo_udp PORT [batch]\n"); return 2; }
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), ls = socket(AF_INET, SOCK_STREAM, 0), ep = epoll_create1(0), one = 1;
    setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (void *)&a, sizeof a) || bind(ls, (void *)&a, sizeof a) || listen(ls, 16)) die("listen");
    struct epoll_event ev = {.events = EPOLLIN};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
    struct iovec pieces[MANY];
    struct mmsghdr headers[MANY] = {0};
    for (int i = 0; i < MANY; i++) {
        headers[i].msg_hdr = (struct msghdr){.msg_name = &senders[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    for (;;) {
        epoll_wait(ep, &ev, 1, -1);
        if (argc > 2) {
            for (int i = 0; i < MANY; i++) { pieces[i] = (struct iovec){octets[i], OCTETS}; headers[i].msg_hdr.msg_namelen = sizeof senders[i]; }
            int n = recvmmsg(fd, headers, MANY, 0, NULL);
            for (int i = 0; i < n; i++) pieces[i].iov_len = headers[i].msg_len;
            if (n > 0) sendmmsg(fd, headers, (unsigned)n, 0);
        } else {
            for (int i = 0; i < 64; i++) {
                socklen_t length = sizeof senders[0];
                ssize_t count = recvfrom(fd, octets[0], OCTETS, 0, (void *)&senders[0], &length);
                if (count < 0) break;
                sendto(fd, octets[0], (size_t)count, 0, (void *)&senders[0], length);
            }
        }
    }
}
