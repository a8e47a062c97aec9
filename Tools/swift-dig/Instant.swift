#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A point in time, as clocks on walls have it.
struct Instant: Sendable {
    private var time = timespec()

    static var now: Instant {
        var instant = Instant()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &instant.time)
        return instant
    }

    /// Seconds since 1970.
    var seconds: Int { Int(time.tv_sec) }

    /// Microseconds since 1970.
    var microseconds: Int { seconds * 1_000_000 + Int(time.tv_nsec) / 1000 }

    /// Microseconds since `earlier`, never less than none.
    func microseconds(since earlier: Instant) -> Int {
        let seconds = Int(time.tv_sec) - Int(earlier.time.tv_sec)
        return max(0, seconds * 1_000_000 + (Int(time.tv_nsec) - Int(earlier.time.tv_nsec)) / 1000)
    }

    /// The time in UTC, as `2026-11-27T14:09:30Z` (RFC 3339).
    var utcText: String {
        var second = time.tv_sec
        var parts = unsafe tm()
        guard unsafe gmtime_r(&second, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 32)
        let count = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The time here, as `Fri Nov 27 14:09:30 UTC 2026`.
    var localText: String {
        var second = time.tv_sec
        var parts = unsafe tm()
        guard unsafe localtime_r(&second, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 100)
        let count = unsafe strftime(&text, text.count, "%a %b %d %H:%M:%S %Z %Y", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
