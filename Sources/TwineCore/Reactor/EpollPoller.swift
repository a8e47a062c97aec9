#if os(Linux)
import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Linux: epoll(7).
@safe
final class EpollPoller: Poller {
    /// Events taken by one system call; more wait for the next turn.
    private static let batch = 1024

    private let epoll: Descriptor
    nonisolated(unsafe) private let events: UnsafeMutablePointer<epoll_event>

    init() {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "epoll_create1: \(SystemError.last)")
        epoll = Descriptor(descriptor)
        unsafe events = .allocate(capacity: Self.batch)
    }

    deinit { unsafe events.deallocate() }

    func watch(_ descriptor: Int32, from old: Readiness, to new: Readiness, token: UInt64) -> Bool {
        var event = unsafe epoll_event()
        if new.contains(.read) { unsafe event.events |= EPOLLIN.rawValue }
        if new.contains(.write) { unsafe event.events |= EPOLLOUT.rawValue }
        unsafe event.data.u64 = token
        let operation = old.isEmpty ? EPOLL_CTL_ADD : new.isEmpty ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
        guard unsafe epoll_ctl(epoll.number, operation, descriptor, &event) < 0 else { return true }
        // A regular file is always ready, and epoll does not take it.
        guard errno == EPERM else { return new.isEmpty }
        alwaysReady[descriptor] = new.isEmpty ? nil : (token, new)
        return true
    }

    /// Descriptors that epoll refuses because they never block.
    private var alwaysReady: [Int32: (token: UInt64, readiness: Readiness)] = [:]

    func forget(_ descriptor: Int32, from old: Readiness) {
        // Closing it removes it from the set: no descriptor of ours is duplicated.
        if !alwaysReady.isEmpty { alwaysReady[descriptor] = nil }
    }

    func wait(atMost seconds: Double?, _ body: (UInt64, Readiness) -> Void) {
        let timeout = alwaysReady.isEmpty ? milliseconds(seconds) : 0
        let count = unsafe epoll_wait(epoll.number, events, Int32(Self.batch), timeout)
        for index in 0..<max(0, Int(count)) {
            let event = unsafe events[index]
            var readiness: Readiness = []
            if unsafe event.events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 {
                readiness.insert(.read)
            }
            if unsafe event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
            if unsafe event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
                readiness.insert(.failed)
            }
            body(unsafe event.data.u64, readiness)
        }
        for (token, readiness) in alwaysReady.values { body(token, readiness) }
    }
}
#endif
