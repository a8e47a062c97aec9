/// Reads octets of a wire format, first to last, in network byte order.
///
/// Every read is checked: when fewer octets are left than it wants, it returns nil and the reader
/// stays where it was. So a parser made of it never traps, whatever the peer sends.
///
/// ```swift
/// var reader = ByteReader(bytes)
/// guard let type = reader.readUInt16(), let body = reader.readBytes(4) else { return nil }
/// ```
public struct ByteReader: ~Escapable {
    /// All octets, also those before ``offset`` and after ``end``: for formats with references back.
    public let bytes: Span<UInt8>

    /// Where the next octet is read, counted from the start of ``bytes``.
    public private(set) var offset: Int

    /// Where reading ends, counted from the start of ``bytes``.
    public let end: Int

    /// Reads `bytes` from the first to the last.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        self.init(bytes, offset: 0, end: bytes.count)
    }

    @usableFromInline
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, offset: Int, end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    /// Octets that are left to read.
    public var remaining: Int { end - offset }

    /// Whether all is read.
    public var isAtEnd: Bool { offset == end }

    /// The octet that is read next, or one after it, without taking it.
    ///
    /// - Parameter distance: How far ahead to look, in octets.
    /// - Returns: The octet; nil past the end.
    public func peek(_ distance: Int = 0) -> UInt8? {
        guard distance >= 0, distance < remaining else { return nil }
        return bytes[offset + distance]
    }

    /// Reads one octet.
    @_lifetime(self: copy self)
    public mutating func readUInt8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Reads two octets, the high one first.
    @_lifetime(self: copy self)
    public mutating func readUInt16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    /// Reads three octets, the highest first.
    @_lifetime(self: copy self)
    public mutating func readUInt24() -> UInt32? {
        guard remaining >= 3 else { return nil }
        return readInteger(3)
    }

    /// Reads four octets, the highest first.
    @_lifetime(self: copy self)
    public mutating func readUInt32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        return readInteger(4)
    }

    /// Reads six octets, the highest first.
    @_lifetime(self: copy self)
    public mutating func readUInt48() -> UInt64? {
        guard remaining >= 6 else { return nil }
        return readInteger(6)
    }

    /// Reads eight octets, the highest first.
    @_lifetime(self: copy self)
    public mutating func readUInt64() -> UInt64? {
        guard remaining >= 8 else { return nil }
        return readInteger(8)
    }

    /// Reads `count` octets, which the caller knows to be there.
    @_lifetime(self: copy self)
    private mutating func readInteger<Integer: FixedWidthInteger>(_ count: Int) -> Integer {
        var value: Integer = 0
        for index in offset..<offset + count { value = value << 8 | Integer(bytes[index]) }
        offset += count
        return value
    }

    /// Reads `count` octets without copying them.
    ///
    /// - Parameter count: How many.
    /// - Returns: The octets; nil when fewer are left, or `count` is negative.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    public mutating func readSpan(_ count: Int) -> Span<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return bytes.extracting(offset..<offset + count)
    }

    /// Reads `count` octets into an array.
    ///
    /// - Parameter count: How many.
    /// - Returns: The octets; nil when fewer are left, or `count` is negative.
    @_lifetime(self: copy self)
    public mutating func readBytes(_ count: Int) -> [UInt8]? {
        guard let span = readSpan(count) else { return nil }
        return [UInt8](copying: span)
    }

    /// Reads all that is left into an array; none is an empty one.
    @_lifetime(self: copy self)
    public mutating func readRemaining() -> [UInt8] {
        readBytes(remaining) ?? []
    }

    /// Passes over `count` octets.
    ///
    /// - Returns: Nothing, or nil when fewer are left; then none is passed over.
    @discardableResult
    @_lifetime(self: copy self)
    public mutating func skip(_ count: Int) -> Void? {
        guard count >= 0, count <= remaining else { return nil }
        offset += count
        return ()
    }

    /// Takes the next `count` octets as a reader of their own.
    ///
    /// It counts its offsets from the same start, and its ``bytes`` are still all of them, so that
    /// an error tells the place in the whole and a reference back can be followed.
    ///
    /// - Parameter count: How many.
    /// - Returns: The reader; nil when fewer are left, or `count` is negative.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    public mutating func readReader(_ count: Int) -> ByteReader? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return ByteReader(bytes, offset: offset, end: offset + count)
    }

    /// A reader of the same octets that starts at `offset` and ends where this one does.
    ///
    /// - Parameter offset: Counted from the start of ``bytes``.
    /// - Returns: The reader; nil when `offset` is outside of them.
    @_lifetime(copy self)
    public func reader(at offset: Int) -> ByteReader? {
        guard offset >= 0, offset <= end else { return nil }
        return ByteReader(bytes, offset: offset, end: end)
    }
}

extension [UInt8] {
    /// Makes an array of the octets that `span` lends.
    ///
    /// - Parameter span: What to copy.
    @inlinable
    public init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
