import TwineBytes

/// One resource record.
///
/// The rdata is always kept as octets; ``data`` reads it by the record's type.
///
/// RFC 1035 §4.1.3.
public struct DNSRecord: Hashable, Sendable {
    /// The name that the record belongs to.
    public var name: DNSName
    /// The type, which says how the rdata is read.
    public var type: DNSType
    /// The class.
    public var recordClass: DNSClass
    /// How long it may be kept, in seconds; above 2³¹-1 it counts as zero (RFC 2181 §8).
    public var timeToLive: UInt32
    /// The rdata: names in it are complete, not compressed; if it does not have the form of its
    /// type, as it came.
    public var rdata: [UInt8]

    /// Makes a record of any type from its octets.
    ///
    /// - Parameters:
    ///   - name: The name that it belongs to.
    ///   - type: The type.
    ///   - recordClass: The class.
    ///   - timeToLive: How long it may be kept, in seconds.
    ///   - rdata: The octets, at most 65,535; names in them are not compressed.
    public init(
        name: DNSName, type: DNSType, recordClass: DNSClass = .internet, timeToLive: UInt32,
        rdata: [UInt8]
    ) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.timeToLive = timeToLive
        self.rdata = rdata
    }

    /// Makes a record of a known type.
    ///
    /// - Parameters:
    ///   - name: The name that it belongs to.
    ///   - recordClass: The class.
    ///   - timeToLive: How long it may be kept, in seconds.
    ///   - data: What it says, and by that its type.
    public init(
        name: DNSName, recordClass: DNSClass = .internet, timeToLive: UInt32, data: DNSRecordData
    ) {
        self.init(
            name: name, type: data.type, recordClass: recordClass, timeToLive: timeToLive,
            rdata: data.rdata)
    }

    /// What it says, if its type is known here and its rdata has that type's form.
    public var data: DNSRecordData? {
        DNSRecordData(type: type, recordClass: recordClass, rdata: rdata)
    }
}

/// A kind of field in rdata: a type's list of them drives how its rdata is read and written.
enum DNSField: Sendable {
    case uint16
    case uint32
    case ipv4
    case ipv6
    /// A name; senders may compress it in the types of RFC 1035 only (RFC 3597 §4).
    case name(compressible: Bool)
    /// One character-string or more, to the end.
    case characterStrings
    /// EDNS options, to the end.
    case options

    private static let address4: [DNSField] = [.ipv4]
    private static let address6: [DNSField] = [.ipv6]
    private static let oneName: [DNSField] = [.name(compressible: true)]
    private static let oneUncompressedName: [DNSField] = [.name(compressible: false)]
    private static let preferenceAndName: [DNSField] = [.uint16, .name(compressible: true)]
    private static let startOfAuthority: [DNSField] = [
        .name(compressible: true), .name(compressible: true), .uint32, .uint32, .uint32, .uint32,
        .uint32,
    ]
    private static let service: [DNSField] = [
        .uint16, .uint16, .uint16, .name(compressible: false),
    ]
    private static let texts: [DNSField] = [.characterStrings]
    private static let ednsOptions: [DNSField] = [.options]

    /// The fields of a type, in order; nil if it is not known here, and its rdata only octets.
    static func fields(of type: DNSType, _ recordClass: DNSClass) -> [DNSField]? {
        switch type {
        case .ns, .cname, .ptr: return oneName
        case .dname: return oneUncompressedName
        case .soa: return startOfAuthority
        case .mx: return preferenceAndName
        case .txt: return texts
        case .opt: return ednsOptions
        default: break
        }
        // These mean something else, or nothing, in other classes.
        guard recordClass == .internet else { return nil }
        switch type {
        case .a: return address4
        case .aaaa: return address6
        case .srv: return service
        default: return nil
        }
    }

    /// Reads the field and appends it to `rdata`, a name in full; false if it is not well formed.
    func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        switch self {
        case .uint16: return Self.copy(2, &reader, &rdata)
        case .uint32, .ipv4: return Self.copy(4, &reader, &rdata)
        case .ipv6: return Self.copy(16, &reader, &rdata)
        case .name:
            guard let name = try? DNSName.parse(&reader) else { return false }
            rdata += name.wire
            return true
        case .characterStrings:
            repeat {
                guard let length = reader.peek(), Self.copy(1 + Int(length), &reader, &rdata)
                else { return false }
            } while !reader.isAtEnd
            return true
        case .options:
            while !reader.isAtEnd {
                guard let high = reader.peek(2), let low = reader.peek(3),
                    Self.copy(4 + Int(high) << 8 + Int(low), &reader, &rdata)
                else { return false }
            }
            return true
        }
    }

    private static func copy(
        _ count: Int, _ reader: inout ByteReader, _ rdata: inout [UInt8]
    ) -> Bool {
        guard let span = reader.readSpan(count) else { return false }
        for index in span.indices { rdata.append(span[index]) }
        return true
    }

    /// Reads rdata that ends where the reader does.
    ///
    /// - Returns: The rdata with its names in full; nil if it does not have the form of its type.
    static func readRData(
        _ reader: inout ByteReader, _ type: DNSType, _ recordClass: DNSClass
    ) -> [UInt8]? {
        // In updates (RFC 2136 §2.4) a record without rdata stands for a whole set.
        let isEmptyUpdate = reader.isAtEnd && (recordClass == .any || recordClass == .none)
        guard !isEmptyUpdate, let fields = fields(of: type, recordClass) else {
            return reader.readRemaining()
        }
        var rdata: [UInt8] = []
        rdata.reserveCapacity(reader.remaining)
        for field in fields {
            guard field.read(&reader, into: &rdata) else { return nil }
        }
        return reader.isAtEnd ? rdata : nil
    }
}
