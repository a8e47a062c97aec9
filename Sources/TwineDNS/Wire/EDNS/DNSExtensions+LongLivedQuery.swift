import TwineBytes

extension DNSExtensions {
    /// A query whose answer is kept up to date.
    ///
    /// RFC 8764 §3.2.
    public struct LongLivedQuery: Hashable, Sendable {
        /// The version of the protocol: 1.
        public var version: UInt16
        /// 1 to set it up, 2 to refresh it, 3 for an event.
        public var opcode: UInt16
        /// What went wrong; 0 is nothing.
        public var error: UInt16
        /// The number by which the server knows it.
        public var id: UInt64
        /// How long it lives, in seconds.
        public var lease: UInt32

        /// Makes the state of a query; see the properties.
        public init(
            version: UInt16 = 1, opcode: UInt16, error: UInt16 = 0, id: UInt64 = 0, lease: UInt32
        ) {
            self.version = version
            self.opcode = opcode
            self.error = error
            self.id = id
            self.lease = lease
        }

        init?(_ reader: inout ByteReader) {
            guard let version = reader.readUInt16(), let opcode = reader.readUInt16(),
                let error = reader.readUInt16(), let id = reader.readUInt64(),
                let lease = reader.readUInt32()
            else { return nil }
            self.init(version: version, opcode: opcode, error: error, id: id, lease: lease)
        }

        func write(to octets: inout ByteWriter) {
            octets.write(version)
            octets.write(opcode)
            octets.write(error)
            octets.write(id)
            octets.write(lease)
        }
    }

    /// Which version of a zone an answer is from.
    ///
    /// RFC 9660 §2.
    public struct ZoneVersion: Hashable, Sendable {
        /// How many labels of the name in the question belong to the zone, the root not counted.
        public var labelCount: UInt8
        /// What the version is: 0 for the serial of the zone's SOA.
        public var type: UInt8
        /// The version.
        public var version: [UInt8]

        /// Makes a version of a zone; see the properties.
        public init(labelCount: UInt8, type: UInt8, version: [UInt8]) {
            self.labelCount = labelCount
            self.type = type
            self.version = version
        }

        /// The serial of the zone's SOA, if the version is that.
        public var serial: UInt32? {
            guard type == 0, version.count == 4 else { return nil }
            return version.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
