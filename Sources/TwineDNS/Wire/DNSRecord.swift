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

extension DNSRecord: CustomStringConvertible {
    /// The rdata as text, in the form of zone files.
    ///
    /// - Parameter style: How it is laid out.
    /// - Returns: The text; of rdata that does not have the form of its type, or whose type is not
    ///   known here, its octets as `\# 4 0A000001`.
    ///
    /// RFC 1035 §5.1, RFC 3597 §5.
    public func rdataText(_ style: DNSTextStyle = .line) -> String {
        var text: [UInt8] = []
        writeRData(to: &text, style)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the rdata as text: the octets of ``rdataText(_:)``.
    ///
    /// - Parameters:
    ///   - text: What it is appended to.
    ///   - style: How it is laid out.
    public func writeText(to text: inout [UInt8], _ style: DNSTextStyle = .line) {
        writeRData(to: &text, style)
    }

    /// Appends the rdata as text.
    func writeRData(to text: inout [UInt8], _ style: DNSTextStyle) {
        var writer = DNSTextWriter(style: style)
        // The text is the writer's for a while, and never both's: it would be copied.
        swap(&text, &writer.text)
        defer { swap(&text, &writer.text) }
        DNSField.writeRData(rdata.span, type, recordClass, isValid: hasValidRData, to: &writer)
    }

    /// Whether the rdata has the form of its type, or the type is only octets here.
    var hasValidRData: Bool {
        var reader = ByteReader(rdata.span)
        return DNSField.readRData(&reader, type, recordClass) == rdata
    }

    /// The record in one line, as `www.example.org. 3600 IN A 192.0.2.1`.
    public var description: String {
        "\(name) \(timeToLive) \(recordClass) \(type) \(rdataText())"
    }

    /// Makes a record from the text of its rdata, in the form of zone files.
    ///
    /// - Parameters:
    ///   - name: The name that it belongs to.
    ///   - type: The type.
    ///   - recordClass: The class.
    ///   - timeToLive: How long it may be kept, in seconds.
    ///   - text: The rdata; `\# 4 0a000001` is taken for every type.
    ///   - origin: What names that do not end in a dot are completed with.
    /// - Throws: ``DNSTextError``.
    ///
    /// RFC 1035 §5.1, RFC 3597 §5.
    public init(
        name: DNSName, type: DNSType, recordClass: DNSClass = .internet, timeToLive: UInt32,
        text: String, origin: DNSName = .root
    ) throws(DNSTextError) {
        var reader = DNSTextReader(Array(text.utf8), origin: origin)
        let rdata = try DNSField.scan(&reader, type, recordClass)
        guard reader.offset == reader.text.count else {
            throw reader.error("a second line follows the record")
        }
        self.init(
            name: name, type: type, recordClass: recordClass, timeToLive: timeToLive, rdata: rdata)
    }
}
