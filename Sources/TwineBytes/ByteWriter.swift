/// Writes octets of a wire format, first to last, in network byte order.
///
/// A length that is known only after what it measures is written as a gap, and filled in later:
///
/// ```swift
/// var writer = ByteWriter()
/// let length = writer.reserveUInt16()
/// writer.write("body".utf8)
/// writer.fillLength(at: length)
/// ```
public struct ByteWriter: Equatable, Sendable {
    /// What is written so far.
    public private(set) var bytes: [UInt8]

    /// Starts with nothing, and room for `capacity` octets.
    ///
    /// - Parameter capacity: Octets that can be written before memory is asked for again.
    public init(capacity: Int = 0) {
        bytes = []
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    /// Goes on after `bytes`.
    ///
    /// - Parameter bytes: What is there already.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Octets written so far: the offset of the next one.
    public var count: Int { bytes.count }

    /// Writes one octet.
    public mutating func write(_ value: UInt8) {
        bytes.append(value)
    }

    /// Writes two octets, the high one first.
    public mutating func write(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    /// Writes four octets, the highest first.
    public mutating func write(_ value: UInt32) {
        write(UInt16(truncatingIfNeeded: value >> 16))
        write(UInt16(truncatingIfNeeded: value))
    }

    /// Writes eight octets, the highest first.
    public mutating func write(_ value: UInt64) {
        write(UInt32(truncatingIfNeeded: value >> 32))
        write(UInt32(truncatingIfNeeded: value))
    }

    /// Writes octets as they are.
    public mutating func write(_ octets: some Sequence<UInt8>) {
        bytes.append(contentsOf: octets)
    }

    /// Writes octets as they are.
    public mutating func write(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Leaves a gap of two octets, zero until it is filled.
    ///
    /// - Returns: Its offset.
    public mutating func reserveUInt16() -> Int {
        defer { write(UInt16(0)) }
        return count
    }

    /// Puts `value` over the two octets at `offset`.
    ///
    /// - Returns: Whether they were there to be filled.
    @discardableResult
    public mutating func fill(_ value: UInt16, at offset: Int) -> Bool {
        guard offset >= 0, offset <= count - 2 else { return false }
        bytes[offset] = UInt8(truncatingIfNeeded: value >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
        return true
    }

    /// Puts the number of octets written since the two at `offset` into those two.
    ///
    /// - Returns: Whether the number fits; when it does not, nothing is changed.
    @discardableResult
    public mutating func fillLength(at offset: Int) -> Bool {
        guard let length = UInt16(exactly: count - offset - 2) else { return false }
        return fill(length, at: offset)
    }

    /// Takes back what was written after the first `count` octets.
    ///
    /// - Parameter count: What stays; more than there is changes nothing.
    public mutating func truncate(to count: Int) {
        guard count >= 0, count < bytes.count else { return }
        bytes.removeSubrange(count...)
    }

    /// Takes everything out, and starts again with nothing.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

extension [UInt8] {
    /// Appends a number that is not negative, in decimal.
    package mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(0x30 + number % 10))
    }
}
