import TwineBytes

/// What EDNS adds to a message: the content of its OPT pseudo-record.
///
/// RFC 6891 §6.1.
public struct DNSExtensions: Hashable, Sendable {
    /// One option: a code and octets.
    ///
    /// What the known ones say is their ``content``.
    public struct Option: Hashable, Sendable {
        /// What kind of option it is.
        public var code: Code
        /// Its content, at most 65,535 octets.
        public var octets: [UInt8]

        /// Makes an option.
        ///
        /// - Parameters:
        ///   - code: What kind of option it is.
        ///   - octets: Its content.
        public init(code: Code, octets: [UInt8]) {
            self.code = code
            self.octets = octets
        }
    }

    /// The largest UDP payload that the sender takes, in octets; below 512 it counts as 512.
    public var payloadSize: UInt16
    /// The high eight bits of the response code.
    public var extendedResponseCode: UInt8
    /// The version of EDNS: 0.
    public var version: UInt8
    /// All flags, as on the wire.
    public var flags: UInt16
    /// The options, in order.
    public var options: [Option]

    /// Makes the extensions of a message.
    ///
    /// - Parameters:
    ///   - payloadSize: The largest UDP payload that the sender takes, in octets. 1232 passes every
    ///     path of IPv6 without fragments.
    ///   - extendedResponseCode: The high eight bits of the response code.
    ///   - version: The version of EDNS.
    ///   - flags: All flags.
    ///   - options: The options.
    public init(
        payloadSize: UInt16 = 1232, extendedResponseCode: UInt8 = 0, version: UInt8 = 0,
        flags: UInt16 = 0, options: [Option] = []
    ) {
        self.payloadSize = payloadSize
        self.extendedResponseCode = extendedResponseCode
        self.version = version
        self.flags = flags
        self.options = options
    }

    /// DO: the sender wants the records of DNSSEC.
    ///
    /// RFC 3225 §3.
    public var dnssecOK: Bool {
        get { flags & 0x8000 != 0 }
        set { flags = newValue ? flags | 0x8000 : flags & 0x7fff }
    }

    /// Reads an OPT record; nil if it is another, or its options are malformed.
    public init?(_ record: DNSRecord) {
        guard record.type == .opt else { return nil }
        payloadSize = record.recordClass.rawValue
        extendedResponseCode = UInt8(truncatingIfNeeded: record.timeToLive >> 24)
        version = UInt8(truncatingIfNeeded: record.timeToLive >> 16)
        flags = UInt16(truncatingIfNeeded: record.timeToLive)
        options = []
        var reader = ByteReader(record.rdata.span)
        while !reader.isAtEnd {
            guard let code = reader.readUInt16(), let length = reader.readUInt16(),
                let octets = reader.readBytes(Int(length))
            else { return nil }
            options.append(Option(code: Option.Code(rawValue: code), octets: octets))
        }
    }

    /// The OPT record that says it; octets of an option beyond 65,535 are left out.
    public var record: DNSRecord {
        var rdata = ByteWriter()
        for option in options {
            rdata.write(option.code.rawValue)
            let octets = option.octets.prefix(65_535)
            rdata.write(UInt16(octets.count))
            rdata.write(octets)
        }
        let fields = UInt32(extendedResponseCode) << 24 | UInt32(version) << 16 | UInt32(flags)
        return DNSRecord(
            name: .root, type: .opt, recordClass: DNSClass(rawValue: payloadSize),
            timeToLive: fields, rdata: rdata.bytes)
    }
}
