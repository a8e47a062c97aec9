#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Everywhere: poll(2).
///
/// Each wait costs time in the number of descriptors.
final class PollPoller: Poller {
    private var entries: [pollfd] = []
    private var tokens: [UInt64] = []
    private var places: [Int32: Int] = [:]

    func watch(_ descriptor: Int32, from old: Readiness, to new: Readiness, token: UInt64) -> Bool {
        guard !new.isEmpty else {
            forget(descriptor, from: old)
            return true
        }
        var events: Int16 = 0
        if new.contains(.read) { events |= Int16(POLLIN) }
        if new.contains(.write) { events |= Int16(POLLOUT) }
        let entry = pollfd(fd: descriptor, events: events, revents: 0)
        if let place = places[descriptor] {
            entries[place] = entry
            tokens[place] = token
        } else {
            places[descriptor] = entries.count
            entries.append(entry)
            tokens.append(token)
        }
        return true
    }

    func forget(_ descriptor: Int32, from old: Readiness) {
        guard let place = places.removeValue(forKey: descriptor) else { return }
        entries.swapAt(place, entries.count - 1)
        tokens.swapAt(place, tokens.count - 1)
        entries.removeLast()
        tokens.removeLast()
        if place < entries.count { places[entries[place].fd] = place }
    }

    func wait(atMost seconds: Double?, _ body: (UInt64, Readiness) -> Void) {
        let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds(seconds))
        guard count > 0 else { return }
        // The callbacks change the entries, so the ready ones are copied out first.
        var ready: [(UInt64, Readiness)] = []
        for (place, entry) in entries.enumerated() where entry.revents != 0 {
            let events = Int32(entry.revents)
            var readiness: Readiness = []
            if events & Int32(POLLIN) != 0 { readiness.insert(.read) }
            if events & Int32(POLLOUT) != 0 { readiness.insert(.write) }
            if events & Int32(POLLERR | POLLHUP | POLLNVAL) != 0 { readiness.insert(.failed) }
            ready.append((tokens[place], readiness))
        }
        for (token, readiness) in ready { body(token, readiness) }
    }
}
