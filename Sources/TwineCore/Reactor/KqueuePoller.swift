#if canImport(Darwin)
import Darwin

/// Darwin: kqueue(2).
@safe
final class KqueuePoller: Poller {
    /// Events taken by one system call; more wait for the next turn.
    private static let batch = 512

    private let queue: Descriptor
    nonisolated(unsafe) private let events: UnsafeMutablePointer<kevent>

    init() {
        let descriptor = kqueue()
        precondition(descriptor >= 0, "kqueue: \(SystemError.last)")
        queue = Descriptor(descriptor)
        unsafe events = .allocate(capacity: Self.batch)
    }

    deinit { unsafe events.deallocate() }

    func watch(_ descriptor: Int32, from old: Readiness, to new: Readiness, token: UInt64) -> Bool {
        change(descriptor, EVFILT_READ, token, old.contains(.read), new.contains(.read))
            && change(descriptor, EVFILT_WRITE, token, old.contains(.write), new.contains(.write))
    }

    private func change(
        _ descriptor: Int32, _ filter: Int32, _ token: UInt64, _ had: Bool, _ has: Bool
    ) -> Bool {
        guard had != has else { return true }
        var change = unsafe kevent()
        unsafe change.ident = UInt(descriptor)
        unsafe change.filter = Int16(filter)
        unsafe change.flags = UInt16(has ? EV_ADD : EV_DELETE)
        unsafe change.udata = UnsafeMutableRawPointer(bitPattern: UInt(token))
        // A filter that is gone already is what a deletion wants.
        return unsafe kevent(queue.number, &change, 1, nil, 0, nil) >= 0 || !has
    }

    func forget(_ descriptor: Int32, from old: Readiness) {
        // Closing it removes its filters.
    }

    func wait(atMost seconds: Double?, _ body: (UInt64, Readiness) -> Void) {
        let limit = min(seconds ?? 0, 86_400)
        let whole = limit.rounded(.down)
        var time = timespec(tv_sec: Int(whole), tv_nsec: Int((limit - whole) * 1e9))
        let count = unsafe withUnsafePointer(to: &time) { time in
            unsafe kevent(
                queue.number, nil, 0, events, Int32(Self.batch), seconds == nil ? nil : time)
        }
        for index in 0..<max(0, Int(count)) {
            let event = unsafe events[index]
            var readiness: Readiness = unsafe Int32(event.filter) == EVFILT_READ ? .read : .write
            // The peer reads no more: what waits to be sent is lost.
            if readiness == .write, unsafe Int32(event.flags) & EV_EOF != 0 {
                readiness.insert(.failed)
            }
            body(unsafe UInt64(UInt(bitPattern: event.udata)), readiness)
        }
    }
}
#endif
