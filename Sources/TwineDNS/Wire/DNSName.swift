public import TwineBytes

/// A domain name: its octets as on the wire, valid by construction.
///
/// The case of letters is kept, and does not count when names are compared or hashed. A name is
/// always complete, up to the root.
///
/// RFC 1035 §3.1, RFC 4343.
public struct DNSName: Sendable {
    /// The labels, each after its length, and the root's zero: 1 to 255 octets, never compressed.
    public let wire: [UInt8]

    /// The most octets of a name on the wire, with all lengths and the root's zero.
    ///
    /// RFC 1035 §2.3.4.
    public static let maxLength = 255

    /// The most octets of a label.
    ///
    /// RFC 1035 §2.3.4.
    public static let maxLabelLength = 63

    /// The most compression pointers that are followed for one name.
    ///
    /// A name has at most 127 labels, so a sender that compresses has no use for more.
    public static let maxPointers = 127

    /// The root of all names.
    public static let root = DNSName(validated: [0])

    /// A name whose octets are known to be valid.
    init(validated wire: [UInt8]) { self.wire = wire }

    /// Reads a name from the octets of a message, following compression pointers.
    ///
    /// A pointer must point strictly before the name (or the part of it) that it stands in, so
    /// hostile input ends. Labels before the first pointer must lie within the reader's end.
    ///
    /// - Parameter reader: Stands at the name's first octet; afterwards behind its last one.
    /// - Returns: The name.
    /// - Throws: ``DNSError`` at the first octet that breaks the format; the reader's place is then
    ///   of no meaning.
    ///
    /// RFC 1035 §4.1.4.
    public static func parse(_ reader: inout ByteReader) throws(DNSError) -> DNSName {
        try parse(&reader, isCompressible: true)
    }

    /// As ``parse(_:)``; without compression a pointer is an unknown kind of label.
    static func parse(
        _ reader: inout ByteReader, isCompressible: Bool
    ) throws(DNSError) -> DNSName {
        var wire: [UInt8] = []
        wire.reserveCapacity(32)
        try append(&reader, to: &wire, isCompressible: isCompressible)
        return DNSName(validated: wire)
    }

    /// Reads a name and appends its octets to `wire`, as ``parse(_:)`` does.
    static func append(
        _ reader: inout ByteReader, to wire: inout [UInt8], isCompressible: Bool = true
    ) throws(DNSError) {
        let start = reader.offset
        let bytes = reader.bytes
        let before = wire.count
        var offset = start
        // Where the octets of this part end, and what its pointers must point before.
        var end = reader.end
        var limit = start
        var pointers = 0
        var after: Int?
        // Labels that follow each other are copied at once.
        var copied = start
        while true {
            guard offset < end else {
                throw .tooShort(needed: 1, available: 0, offset: offset)
            }
            let octet = bytes[offset]
            switch octet >> 6 {
            case 0:
                let next = offset + 1 + Int(octet)
                guard next <= end else {
                    throw .tooShort(
                        needed: Int(octet), available: end - offset - 1, offset: offset + 1)
                }
                // Room for the root's zero is needed after every label but the root itself.
                let length = wire.count - before + next - copied + (octet == 0 ? 0 : 1)
                guard length <= maxLength else { throw .nameTooLong(length: length, offset: start) }
                offset = next
                guard octet == 0 else { continue }
                wire.append(bytes.extracting(copied..<next))
                let distance = (after ?? offset) - start
                reader.skip(distance)
                return
            case 3 where isCompressible:
                guard offset + 1 < end else {
                    throw .tooShort(needed: 2, available: 1, offset: offset)
                }
                let target = Int(octet & 0x3f) << 8 | Int(bytes[offset + 1])
                guard target < limit else {
                    throw .pointerNotBackward(target: target, offset: offset)
                }
                pointers += 1
                guard pointers <= maxPointers else {
                    throw .pointersTooMany(count: maxPointers, offset: start)
                }
                wire.append(bytes.extracting(copied..<offset))
                after = after ?? offset + 2
                // What it points to lies before the name, so outside of the reader's own part.
                end = bytes.count
                limit = target
                offset = target
                copied = target
            default:
                throw .labelTypeUnknown(octet: octet, offset: offset)
            }
        }
    }

    /// Whether it is the root.
    public var isRoot: Bool { wire.count == 1 }

    /// The octets of each label, the leftmost first, without the root.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while wire[offset] != 0 {
            let next = offset + 1 + Int(wire[offset])
            labels.append(wire[offset + 1..<next])
            offset = next
        }
        return labels
    }

    /// How many labels it has, without the root.
    public var labelCount: Int {
        var count = 0
        var offset = 0
        while wire[offset] != 0 {
            offset += 1 + Int(wire[offset])
            count += 1
        }
        return count
    }

    /// The name without its first label; nil for the root.
    public var parent: DNSName? {
        guard !isRoot else { return nil }
        return DNSName(validated: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// Whether it is `other`, or lies below it.
    ///
    /// - Parameter other: A name; all are below the root.
    /// - Returns: True if the labels end in those of `other`.
    public func isSubdomain(of other: DNSName) -> Bool {
        var offset = 0
        while wire.count - offset > other.wire.count { offset += 1 + Int(wire[offset]) }
        guard wire.count - offset == other.wire.count else { return false }
        return Self.areEqual(wire[offset...], other.wire[...])
    }

    /// The name with `suffix` in place of the root.
    ///
    /// - Parameter suffix: What follows, such as an entry of a search list.
    /// - Returns: The longer name.
    /// - Throws: ``DNSError/nameTooLong(length:offset:)`` with over 255 octets.
    public func appending(_ suffix: DNSName) throws(DNSError) -> DNSName {
        let length = wire.count - 1 + suffix.wire.count
        guard length <= Self.maxLength else { throw .nameTooLong(length: length, offset: 0) }
        return DNSName(validated: wire.dropLast() + suffix.wire)
    }
}

extension DNSName: Hashable {
    /// The octet with the case of ASCII letters folded; lengths (up to 63) are not letters.
    @inline(__always)
    static func folded(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        left.elementsEqual(right) { folded($0) == folded($1) }
    }

    /// Equal when the octets are, but for the case of ASCII letters.
    ///
    /// RFC 4343 §3.
    public static func == (left: DNSName, right: DNSName) -> Bool {
        guard left.wire.count == right.wire.count else { return false }
        for index in left.wire.indices where left.wire[index] != right.wire[index] {
            guard folded(left.wire[index]) == folded(right.wire[index]) else { return false }
        }
        return true
    }

    /// Hashes the octets with their case folded.
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        for (index, octet) in wire.enumerated() {
            word = word << 8 | UInt64(Self.folded(octet))
            guard index & 7 == 7 else { continue }
            hasher.combine(word)
            word = 0
        }
        hasher.combine(word)
    }
}
