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
        return additional.enumerated().filter { index, record in
            !record.isTransactionSignature(isLast: index == last)
                && (record.type != .opt || !record.name.isRoot)
        }.map(\.element)
    }

    /// The signatures of the message, by the name of their kind.
    var signaturesShown: [(name: String, records: [DNSRecord])] {
        let last = additional.last
        return [
            ("TSIG", additional.filter { $0.type == .tsig }),
            ("SIG0", last.map { $0.isSIG0 ? [$0] : [] } ?? []),
        ].filter { !$0.records.isEmpty }
    }
}

extension DNSRecord {
    /// Whether it signs the message, by a key that both sides know or by a public one.
    fileprivate func isTransactionSignature(isLast: Bool) -> Bool {
        type == .tsig || isLast && isSIG0
    }

    /// Whether it is a SIG record that covers no type, but the message.
    ///
    /// RFC 2931 §3.
    fileprivate var isSIG0: Bool {
        type.rawValue == 24 && name.isRoot && rdata.starts(with: [0, 0])
    }
}

extension DNSMessage.Header {
    /// The names of the flags that are set.
    var flagNames: [String] {
        [
            (isResponse, "qr"), (isAuthoritative, "aa"), (isTruncated, "tc"),
            (recursionDesired, "rd"), (recursionAvailable, "ra"), (isAuthenticData, "ad"),
            (checkingDisabled, "cd"),
        ].filter(\.0).map(\.1)
    }
}
