#if canImport(Darwin)
import Darwin

/// Darwin: kqueue(2).
final class KqueuePoller: Poller {
    private static let batch = 512

    private let queue: Descriptor
    private var events = [kevent](repeating: kevent(), count: batch)

    init() {
        let descriptor = kqueue()
        precondition(descriptor >= 0, "kqueue: \(SystemError.last)")
        queue = Descriptor(descriptor)
    }

    func watch(_ descriptor: Int32, from old: Readiness, to new: Readiness, token: UInt64) {
        for (readiness, filter) in [(Readiness.read, EVFILT_READ), (.write, EVFILT_WRITE)] {
            guard old.contains(readiness) != new.contains(readiness) else { continue }
            var change = unsafe kevent(
                ident: UInt(descriptor), filter: Int16(filter),
                flags: UInt16(new.contains(readiness) ? EV_ADD : EV_DELETE), fflags: 0, data: 0,
                udata: UnsafeMutableRawPointer(bitPattern: UInt(token)))
            _ = unsafe kevent(queue.number, &change, 1, nil, 0, nil)
        }
    }

    func forget(_ descriptor: Int32, from old: Readiness) {
        // Closing it removes its filters.
    }

    func wait(atMost seconds: Double?, _ body: (UInt64, Readiness) -> Void) {
        var limit = timespec()
        if let seconds {
            let whole = min(seconds, 86_400).rounded(.down)
            limit = timespec(
                tv_sec: Int(whole), tv_nsec: Int((min(seconds, 86_400) - whole) * 1e9))
        }
        let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe kevent(
                queue.number, nil, 0, buffer.baseAddress, Int32(buffer.count),
                seconds == nil ? nil : &limit)
        }
        for index in 0..<max(0, Int(count)) {
            let event = unsafe events[index]
            var readiness: Readiness = Int32(event.filter) == EVFILT_READ ? .read : .write
            if Int32(event.flags) & EV_ERROR != 0 { readiness.insert(.failed) }
            body(unsafe UInt64(UInt(bitPattern: event.udata)), readiness)
        }
    }
}
#endif
