import TwineBytes

/// Rdata as the members of an object.
extension DNSField {
    /// Writes rdata whose form was checked; false if its fields have no names here.
    static func writeMembers(
        _ rdata: Span<UInt8>, _ type: DNSType, _ recordClass: DNSClass,
        to json: inout DNSJSONWriter
    ) -> Bool {
        guard let fields = fields(of: type, recordClass) else { return false }
        var reader = ByteReader(rdata)
        if case .odd(let form)? = fields.first { return form.writeMembers(&reader, to: &json) }
        for (field, name) in zip(fields.filter { !$0.isLayout }, names(of: type)) {
            guard field.writeMember(name, &reader, to: &json) else { return false }
        }
        return true
    }

    private var isLayout: Bool {
        switch self {
        case .open, .openFirst, .line, .close, .closeZone, .closeKey, .closeDHCID: true
        default: false
        }
    }

    /// How the text of zone files is written where it stands in JSON: not split into groups.
    static let style: DNSTextStyle = {
        var style = DNSTextStyle.line
        style.groupLength = nil
        return style
    }()

    /// Writes a field: numbers as such, lists as such, and all else as its text.
    func writeMember(
        _ name: String, _ reader: inout ByteReader, to json: inout DNSJSONWriter
    ) -> Bool {
        switch self {
        case .uint8, .uint16, .uint32, .zoneNumber, .reserved, .time, .certificateType, .algorithm,
            .algorithmNumber, .scheme:
            var octets: [UInt8] = []
            guard read(&reader, into: &octets) else { return false }
            json.member(name, octets.reduce(0) { $0 << 8 | Int($1) })
        case .characterString, .tag:
            guard let text = Self.characterString(&reader) else { return false }
            json.member(name, octets: text)
        case .optionalCharacterString:
            guard !reader.isAtEnd else { return true }
            guard let text = Self.characterString(&reader) else { return false }
            json.member(name, octets: text)
        case .characterStrings:
            var texts: [[UInt8]] = []
            while !reader.isAtEnd {
                guard let text = Self.characterString(&reader) else { return false }
                texts.append(text)
            }
            json.member(name, texts)
        case .text: json.member(name, octets: reader.readRemaining())
        case .types:
            guard let text = text(&reader) else { return false }
            json.beginMember(name, "[")
            for type in text.split(separator: " ") { json.string(String(type)) }
            json.end("]")
        case .salt, .wholeBase64:
            guard let text = text(&reader) else { return false }
            json.member(name, text == "-" ? "" : text)
        default:
            guard let text = text(&reader) else { return false }
            json.member(name, text)
        }
        return true
    }

    private static func characterString(_ reader: inout ByteReader) -> [UInt8]? {
        reader.readUInt8().flatMap { reader.readBytes(Int($0)) }
    }

    private func text(_ reader: inout ByteReader) -> String? {
        var writer = DNSTextWriter(style: Self.style)
        guard write(&reader, to: &writer) else { return nil }
        return String(decoding: writer.text, as: UTF8.self)
    }
}
