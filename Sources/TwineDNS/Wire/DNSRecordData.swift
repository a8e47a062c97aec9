import TwineBytes

/// What a record of a known type says.
///
/// All other types are octets only: ``DNSRecord/rdata``.
public enum DNSRecordData: Hashable, Sendable {
    /// A: an IPv4 address, the first octet as the highest byte.
    case a(UInt32)
    /// AAAA: an IPv6 address, as its high and low half.
    case aaaa(high: UInt64, low: UInt64)
    /// CNAME: the canonical name of which this one is an alias.
    case cname(DNSName)
    /// DNAME: what replaces this name in the names below it.
    case dname(DNSName)
    /// NS: the name of a name server.
    case ns(DNSName)
    /// PTR: a name.
    case ptr(DNSName)
    /// SOA: the start of a zone.
    case soa(SOA)
    /// MX: a mail exchange; the lowest preference is tried first.
    case mx(preference: UInt16, exchange: DNSName)
    /// TXT: one text or more, of up to 255 octets each.
    case txt([[UInt8]])
    /// SRV: where a service is.
    case srv(SRV)

    /// The start of a zone of authority.
    ///
    /// RFC 1035 §3.3.13.
    public struct SOA: Hashable, Sendable {
        /// The zone's primary server.
        public var primary: DNSName
        /// The mailbox of who is responsible, the first dot for the `@`.
        public var mailbox: DNSName
        /// The zone's version.
        public var serial: UInt32
        /// How often secondaries look for a change, in seconds.
        public var refresh: UInt32
        /// How soon they try again when that failed, in seconds.
        public var retry: UInt32
        /// After how long without success they stop serving the zone, in seconds.
        public var expire: UInt32
        /// How long a negative answer may be kept, in seconds (RFC 2308 §4).
        public var minimum: UInt32

        /// Makes the data of a SOA record; times are in seconds.
        public init(
            primary: DNSName, mailbox: DNSName, serial: UInt32, refresh: UInt32, retry: UInt32,
            expire: UInt32, minimum: UInt32
        ) {
            self.primary = primary
            self.mailbox = mailbox
            self.serial = serial
            self.refresh = refresh
            self.retry = retry
            self.expire = expire
            self.minimum = minimum
        }
    }

    /// Where a service is.
    ///
    /// RFC 2782.
    public struct SRV: Hashable, Sendable {
        /// The lowest is tried first.
        public var priority: UInt16
        /// The share among those of equal priority.
        public var weight: UInt16
        /// The port.
        public var port: UInt16
        /// The host; the root says that there is no such service.
        public var target: DNSName

        /// Makes the data of an SRV record.
        public init(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName) {
            self.priority = priority
            self.weight = weight
            self.port = port
            self.target = target
        }
    }

    /// The type of the record that says it.
    public var type: DNSType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .cname: .cname
        case .dname: .dname
        case .ns: .ns
        case .ptr: .ptr
        case .soa: .soa
        case .mx: .mx
        case .txt: .txt
        case .srv: .srv
        }
    }
}

extension DNSRecordData {
    /// Reads rdata in which names are complete.
    init?(type: DNSType, recordClass: DNSClass, rdata: [UInt8]) {
        guard DNSField.fields(of: type, recordClass) != nil else { return nil }
        var reader = ByteReader(rdata.span)
        guard let data = Self.read(&reader, type), reader.isAtEnd else { return nil }
        self = data
    }

    private static func read(_ reader: inout ByteReader, _ type: DNSType) -> DNSRecordData? {
        switch type {
        case .a: return reader.readUInt32().map { .a($0) }
        case .aaaa:
            guard let high = reader.readUInt64(), let low = reader.readUInt64() else { return nil }
            return .aaaa(high: high, low: low)
        case .cname: return readName(&reader).map { .cname($0) }
        case .dname: return readName(&reader).map { .dname($0) }
        case .ns: return readName(&reader).map { .ns($0) }
        case .ptr: return readName(&reader).map { .ptr($0) }
        case .soa: return readSOA(&reader).map { .soa($0) }
        case .mx:
            guard let preference = reader.readUInt16(), let name = readName(&reader) else {
                return nil
            }
            return .mx(preference: preference, exchange: name)
        case .txt: return readTexts(&reader).map { .txt($0) }
        case .srv:
            guard let priority = reader.readUInt16(), let weight = reader.readUInt16(),
                let port = reader.readUInt16(), let target = readName(&reader)
            else { return nil }
            return .srv(SRV(priority: priority, weight: weight, port: port, target: target))
        default: return nil
        }
    }

    private static func readName(_ reader: inout ByteReader) -> DNSName? {
        try? DNSName.parse(&reader, isCompressible: false)
    }

    private static func readSOA(_ reader: inout ByteReader) -> SOA? {
        guard let primary = readName(&reader), let mailbox = readName(&reader),
            let serial = reader.readUInt32(), let refresh = reader.readUInt32(),
            let retry = reader.readUInt32(), let expire = reader.readUInt32(),
            let minimum = reader.readUInt32()
        else { return nil }
        return SOA(
            primary: primary, mailbox: mailbox, serial: serial, refresh: refresh, retry: retry,
            expire: expire, minimum: minimum)
    }

    private static func readTexts(_ reader: inout ByteReader) -> [[UInt8]]? {
        var texts: [[UInt8]] = []
        repeat {
            guard let length = reader.readUInt8(), let text = reader.readBytes(Int(length)) else {
                return nil
            }
            texts.append(text)
        } while !reader.isAtEnd
        return texts
    }

    /// The octets of the rdata, names in full; a text of over 255 octets is cut into several.
    public var rdata: [UInt8] {
        var writer = ByteWriter(capacity: 16)
        switch self {
        case .a(let address): writer.write(address)
        case .aaaa(let high, let low):
            writer.write(high)
            writer.write(low)
        case .cname(let name), .dname(let name), .ns(let name), .ptr(let name):
            return name.wire
        case .soa(let soa):
            writer.write(soa.primary.wire)
            writer.write(soa.mailbox.wire)
            for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] {
                writer.write(number)
            }
        case .mx(let preference, let exchange):
            writer.write(preference)
            writer.write(exchange.wire)
        case .txt(let texts):
            for text in texts.isEmpty ? [[]] : texts { Self.write(text: text, &writer) }
        case .srv(let srv):
            writer.write(srv.priority)
            writer.write(srv.weight)
            writer.write(srv.port)
            writer.write(srv.target.wire)
        }
        return writer.bytes
    }

    private static func write(text: [UInt8], _ writer: inout ByteWriter) {
        var rest = text[...]
        repeat {
            let part = rest.prefix(255)
            writer.write(UInt8(part.count))
            writer.write(part)
            rest = rest.dropFirst(255)
        } while !rest.isEmpty
    }
}
