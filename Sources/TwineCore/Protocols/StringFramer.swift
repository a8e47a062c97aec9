/// Cuts a stream of octets into strings that are sent with their lengths, and makes such strings.
///
/// ```swift
/// var framer = StringFramer(.netstring)
/// framer.receive(bytes)
/// while let event = framer.nextEvent() { … }
/// ```
public struct StringFramer: Sendable {
    /// How a length is sent.
    public enum Prefix: Sendable {
        /// In decimal digits with a colon behind, and a comma behind the string: `5:hello,`.
        case netstring
        /// As one octet.
        case int8
        /// As two octets, the most significant first.
        case int16
        /// As four octets, the most significant first.
        case int32

        /// How many octets the length takes; nil for a netstring.
        var width: Int? {
            switch self {
            case .netstring: nil
            case .int8: 1
            case .int16: 2
            case .int32: 4
            }
        }

        /// The longest string that the length can tell.
        var limit: Int { width.map { 1 << (8 * $0) - 1 } ?? .max }
    }

    /// What the octets are.
    public enum Event: Equatable, Sendable {
        /// A string.
        case string([UInt8])
        /// The length of a string that is longer than ``StringFramer/maxLength``; nothing behind it can
        /// be read.
        case tooLong(Int)
        /// The stream is no netstring, for this reason; nothing behind it can be read.
        case malformed(String)
    }

    /// How lengths are sent.
    public let prefix: Prefix
    /// The octets that a string may have at most.
    public var maxLength: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// Makes a framer that has seen nothing.
    ///
    /// - Parameters:
    ///   - prefix: How lengths are sent.
    ///   - maxLength: The octets that a string may have at most, Twisted's 99,999 by default.
    public init(_ prefix: Prefix, maxLength: Int = 99_999) {
        self.prefix = prefix
        self.maxLength = maxLength
    }

    /// What has come and is not told yet; another protocol may go on with it, or other octets be put
    /// in its place.
    public var rest: [UInt8] {
        get { Array(buffer[start...]) }
        set {
            buffer = newValue
            start = 0
        }
    }

    /// Takes octets from the peer.
    ///
    /// - Parameter bytes: As they came, cut anyhow.
    public mutating func receive(_ bytes: Span<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(0..<start)
            start = 0
        }
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// What the octets say next; nil when more are needed.
    public mutating func nextEvent() -> Event? {
        guard let width = prefix.width else { return nextNetstring() }
        guard buffer.count - start >= width else { return nil }
        let length = buffer[start..<start + width].reduce(0) { $0 << 8 | Int($1) }
        guard length <= maxLength else { return .tooLong(length) }
        guard buffer.count - start - width >= length else { return nil }
        return take(from: start + width, length, behind: 0)
    }

    private mutating func take(from first: Int, _ length: Int, behind: Int) -> Event {
        let string = Array(buffer[first..<first + length])
        start = first + length + behind
        return .string(string)
    }

    private mutating func nextNetstring() -> Event? {
        var place = start
        var length = 0
        while place < buffer.count, 48...57 ~= buffer[place] {
            if place > start, buffer[start] == 48 {
                return .malformed("a length begins with 0")
            }
            length = length * 10 + Int(buffer[place] - 48)
            guard length <= maxLength else { return .tooLong(length) }
            place += 1
        }
        guard place < buffer.count else { return nil }
        guard place > start else { return .malformed("a length begins with no digit") }
        guard buffer[place] == UInt8(ascii: ":") else {
            return .malformed("no colon behind the length")
        }
        let end = place + 1 + length
        guard end < buffer.count else { return nil }
        guard buffer[end] == UInt8(ascii: ",") else {
            return .malformed("no comma behind the string")
        }
        return take(from: place + 1, length, behind: 1)
    }

    /// A string as it is sent.
    ///
    /// - Parameter string: Its octets.
    /// - Returns: The octets with the length before them.
    /// - Throws: ``StringTooLong`` when the length cannot be told.
    public func frame(_ string: [UInt8]) throws(StringTooLong) -> [UInt8] {
        guard let width = prefix.width else {
            return Array("\(string.count):".utf8) + string + [UInt8(ascii: ",")]
        }
        guard string.count <= prefix.limit else {
            throw StringTooLong(count: string.count, limit: prefix.limit)
        }
        let length = (0..<width).map { place in
            UInt8(truncatingIfNeeded: string.count >> (8 * (width - 1 - place)))
        }
        return length + string
    }
}

/// A string has more octets than its length can tell.
public struct StringTooLong: Error, Equatable, Sendable, CustomStringConvertible {
    /// How many octets it has.
    public let count: Int
    /// How many it may have.
    public let limit: Int
    /// One line for people.
    public var description: String { "a string of \(count) octets, where \(limit) can be told" }
}
