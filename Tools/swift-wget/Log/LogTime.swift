import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time of day, for messages and files.
enum LogTime {
    /// Seconds since 1970.
    static var now: Int { time(nil) }

    /// Local time, as `2026-01-31 12:00:00`.
    static func text(_ seconds: Int = now) -> String {
        var seconds = seconds
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return "" }
        return unsafe text(parts)
    }

    private static func text(_ parts: tm) -> String {
        let parts = unsafe (
            parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec
        )
        let date = "\(parts.0 + 1900)-\(padded(parts.1 + 1))-\(padded(parts.2))"
        return "\(date) \(padded(parts.3)):\(padded(parts.4)):\(padded(parts.5))"
    }

    private static func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
