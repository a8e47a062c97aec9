import TwineBytes

/// Cuts a TCP stream into messages: each comes after its length in two octets.
///
/// ```swift
/// framer.receive(bytes)
/// while let message = framer.nextMessage() { … }
/// ```
///
/// It holds what was received and not yet taken; a caller that takes all messages after each
/// `receive` holds at most one message.
///
/// RFC 1035 §4.2.2, RFC 7766 §8.
public struct DNSFramer: Sendable {
    private var buffer: [UInt8] = []
    /// Octets at the start of ``buffer`` that are taken.
    private var taken = 0

    /// Makes a framer at the start of a stream.
    public init() {}

    /// Takes in what has come: any piece of the stream.
    ///
    /// - Parameter bytes: The piece.
    public mutating func receive(_ bytes: Span<UInt8>) {
        if taken > 0 {
            buffer.removeSubrange(..<taken)
            taken = 0
        }
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// The next whole message, without its length; nil when more octets are needed.
    ///
    /// A message may have no octets at all; that is for its parser to refuse.
    public mutating func nextMessage() -> [UInt8]? {
        guard buffer.count - taken >= 2 else { return nil }
        let length = Int(buffer[taken]) << 8 | Int(buffer[taken + 1])
        let start = taken + 2
        guard buffer.count - start >= length else { return nil }
        taken = start + length
        defer { if taken == buffer.count { reset() } }
        return Array(buffer[start..<start + length])
    }

    private mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        taken = 0
    }

    /// The stream has ended.
    ///
    /// - Throws: ``DNSError/streamEnded(missing:)`` when it ended inside of a message.
    public func receiveEnd() throws(DNSError) {
        let waiting = buffer.count - taken
        guard waiting > 0 else { return }
        guard waiting >= 2 else { throw .streamEnded(missing: 1) }
        let length = Int(buffer[taken]) << 8 | Int(buffer[taken + 1])
        guard waiting >= 2 + length else { throw .streamEnded(missing: 2 + length - waiting) }
    }

    /// Puts a message's length before it.
    ///
    /// - Parameter message: The octets of a message.
    /// - Returns: What is sent on a TCP stream.
    /// - Throws: ``DNSError/messageTooLong(length:)``.
    public static func frame(_ message: [UInt8]) throws(DNSError) -> [UInt8] {
        guard let length = UInt16(exactly: message.count) else {
            throw .messageTooLong(length: message.count)
        }
        var writer = ByteWriter(capacity: 2 + message.count)
        writer.write(length)
        writer.write(message)
        return writer.take()
    }
}
