/// Cuts a stream of octets into lines, or hands it on as it is: the wire format of line protocols.
///
/// ```swift
/// var framer = LineFramer()
/// framer.receive(bytes)
/// while let event = framer.nextEvent() { … }
/// ```
public struct LineFramer: Sendable {
    /// What the octets are.
    public enum Event: Equatable, Sendable {
        /// A line, without its delimiter.
        case line([UInt8])
        /// Octets as they came, in raw mode; never none.
        case raw([UInt8])
        /// A line longer than ``LineFramer/maxLength``: all the octets that were there, from its
        /// first one on, whatever follows it.
        case lineTooLong([UInt8])
    }

    /// What ends a line; never empty.
    public let delimiter: [UInt8]
    /// The octets that a line may have at most, without its delimiter.
    public var maxLength: Int
    /// Whether the stream is handed on as it comes, not cut into lines.
    public var isRaw = false

    private var buffer: [UInt8] = []
    /// Where the line begins that is next.
    private var start = 0
    /// Up to here no delimiter begins.
    private var scanned = 0

    /// Makes a framer that has seen nothing.
    ///
    /// - Parameters:
    ///   - delimiter: What ends a line, CR LF by default.
    ///   - maxLength: The octets that a line may have at most, Twisted's 16,384 by default.
    /// - Precondition: `delimiter` is not empty.
    public init(delimiter: [UInt8] = [13, 10], maxLength: Int = 16_384) {
        precondition(!delimiter.isEmpty, "a line must end with something")
        self.delimiter = delimiter
        self.maxLength = maxLength
    }

    /// How many octets wait to be told as events.
    public var bufferedCount: Int { buffer.count - start }

    /// Takes octets from the peer.
    ///
    /// - Parameter bytes: As they came, cut anyhow.
    public mutating func receive(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// Puts octets before those that wait: what a raw part left for the lines after it.
    ///
    /// - Parameter bytes: What comes next.
    public mutating func putBack(_ bytes: [UInt8]) {
        buffer.replaceSubrange(0..<start, with: bytes)
        start = 0
        scanned = 0
    }

    /// Takes all octets that wait.
    public mutating func takeBuffer() -> [UInt8] {
        let rest = start == 0 ? buffer : Array(buffer[start...])
        buffer = []
        start = 0
        scanned = 0
        return rest
    }

    /// What the octets say next; nil when more are needed.
    public mutating func nextEvent() -> Event? {
        guard start < buffer.count else {
            _ = takeBuffer()
            return nil
        }
        if isRaw { return .raw(takeBuffer()) }
        guard let end = findDelimiter() else {
            // The last octets may be the first of a delimiter, which do not count.
            guard bufferedCount >= maxLength + delimiter.count else {
                compact()
                return nil
            }
            return .lineTooLong(takeBuffer())
        }
        guard end - start <= maxLength else { return .lineTooLong(takeBuffer()) }
        let line = Array(buffer[start..<end])
        start = end + delimiter.count
        scanned = start
        return .line(line)
    }

    /// The octets of the whole lines are dropped together, when the last of them was told.
    private mutating func compact() {
        guard start > 0 else { return }
        buffer.removeSubrange(0..<start)
        scanned -= start
        start = 0
    }

    /// The first place from `start` on where a delimiter begins.
    private mutating func findDelimiter() -> Int? {
        let last = buffer.count - delimiter.count
        let place = nextDelimiter(from: max(start, scanned), through: last)
        if place == nil { scanned = max(start, last + 1) }
        return place
    }

    private func nextDelimiter(from place: Int, through last: Int) -> Int? {
        var place = place
        let first = delimiter[0]
        let bytes = buffer.span
        while place <= last {
            if bytes[place] == first, isDelimiter(bytes, at: place) { return place }
            place += 1
        }
        return nil
    }

    private func isDelimiter(_ bytes: Span<UInt8>, at place: Int) -> Bool {
        for offset in delimiter.indices where bytes[place + offset] != delimiter[offset] {
            return false
        }
        return true
    }
}
