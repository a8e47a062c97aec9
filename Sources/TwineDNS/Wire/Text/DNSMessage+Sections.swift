/// What text tells of a message's sections, however it is laid out.
extension DNSMessage {
    /// The name of a section, which is another in an update.
    ///
    /// RFC 2136 §2.
    func sectionName(_ index: Int) -> String {
        let names =
            header.opcode == .update
            ? ["ZONE", "PREREQUISITE", "UPDATE", "ADDITIONAL"]
            : ["QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"]
        return names[index]
    }

    /// What EDNS adds, if its record stands where it belongs.
    var extensionsShown: DNSExtensions? {
        additional.first { $0.type == .opt && $0.name.isRoot }.flatMap { DNSExtensions($0) }
    }

    /// The further records without those that are told of elsewhere.
    var additionalShown: [DNSRecord] {
        let last = additional.count - 1
        let extensions = additional.firstIndex { $0.type == .opt && $0.name.isRoot }
        var shown: [DNSRecord] = []
        for (index, record) in additional.enumerated() {
            let isSignature = record.type == .tsig || index == last && record.isSIG0
            if !isSignature, index != extensions { shown.append(record) }
        }
        return shown
    }

    /// The signatures of the message, by the name of their kind: by keys that both sides know, or by
    /// a public one in the last record.
    var signaturesShown: [(name: String, records: [DNSRecord])] {
        let signatures = additional.filter { $0.type == .tsig }
        if !signatures.isEmpty { return [("TSIG", signatures)] }
        guard let last = additional.last, last.isSIG0 else { return [] }
        return [("SIG0", [last])]
    }
}

extension DNSRecord {
    /// Whether it is a SIG record that covers no type, but the message.
    ///
    /// RFC 2931 §3.
    fileprivate var isSIG0: Bool {
        type.rawValue == 24 && name.isRoot && rdata.starts(with: [0, 0])
    }
}

extension DNSMessage.Header {
    private static let flagNames: [(bit: UInt16, name: String)] = [
        (15, "qr"), (10, "aa"), (9, "tc"), (8, "rd"), (7, "ra"), (5, "ad"), (4, "cd"),
    ]

    /// Appends the names of the flags that are set, a space before each.
    func writeFlags(to text: inout [UInt8]) {
        for (bit, name) in Self.flagNames where flags >> bit & 1 == 1 {
            text.append(UInt8(ascii: " "))
            text += name.utf8
        }
    }
}
