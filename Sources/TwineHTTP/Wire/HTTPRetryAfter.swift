/// When a server asks to be asked again.
///
/// RFC 9110 §10.2.3.
public enum HTTPRetryAfter: Equatable, Sendable {
    /// After so many seconds.
    case seconds(Int)
    /// Not before this moment.
    case date(HTTPDate)

    /// Reads the value of a Retry-After field; nil when it is neither a number nor a date.
    ///
    /// A number too large to count is the largest.
    public init?(parsing text: String) {
        let trimmed = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        guard let first = trimmed.first else { return nil }
        guard first &- 0x30 < 10 else {
            guard let date = HTTPDate(parsing: String(Substring(trimmed))) else { return nil }
            self = .date(date)
            return
        }
        var seconds = 0
        for octet in trimmed {
            guard octet &- 0x30 < 10 else { return nil }
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(octet) - 0x30)
            seconds = overflow || carried ? Int.max : sum
        }
        self = .seconds(seconds)
    }

    /// Seconds from `now` until then, never negative.
    public func delay(from now: HTTPDate) -> Int {
        switch self {
        case .seconds(let seconds): return seconds
        case .date(let date):
            let (difference, overflow) = date.secondsSince1970.subtractingReportingOverflow(
                now.secondsSince1970)
            return overflow ? 0 : max(0, difference)
        }
    }
}
