extension DNSMessage {
    /// The message as dig prints it, from the lines of its header to its last section.
    ///
    /// - Parameters:
    ///   - style: Which parts are written, and how.
    ///   - wire: The octets that it came as, whose counts are told; nil counts what is there.
    ///   - error: What was found by ``parseLeniently(_:)``: octets that were not read are told.
    /// - Returns: Lines, each with its end; a blank one follows each section.
    public func text(
        _ style: DNSMessageStyle = DNSMessageStyle(), wire: Span<UInt8>? = nil,
        error: DNSError? = nil
    ) -> String {
        var text: [UInt8] = []
        var lines = DNSLineWriter(style)
        if style.hasComments {
            writeHeader(counts(wire), unread: unread(wire, error), to: &text)
            let opt = additional.first { $0.type == .opt && $0.name.isRoot }
            if let extensions = opt.flatMap({ DNSExtensions($0) }) {
                text += ";; OPT PSEUDOSECTION:\n".utf8
                extensions.write(to: &text)
            }
        }
        if style.hasQuestion, !question.isEmpty {
            writeHeading("QUESTION", "ZONE", style, &text)
            for question in question { lines.write(question, to: &text) }
            if style.hasComments { text.append(UInt8(ascii: "\n")) }
        }
        if style.hasAnswer { write(answer, "ANSWER", "PREREQUISITE", &lines, &text) }
        if style.hasAuthority { write(authority, "AUTHORITY", "UPDATE", &lines, &text) }
        if style.hasAdditional {
            let shown = additional.filter { record in
                record.type != .tsig && (record.type != .opt || !record.name.isRoot)
                    && !Self.isTransactionSignature(record)
            }
            write(shown, "ADDITIONAL", "ADDITIONAL", &lines, &text)
            writeSignatures("TSIG", &lines, &text) { $0.type == .tsig }
            writeSignatures("SIG0", &lines, &text) { Self.isTransactionSignature($0) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether it is SIG(0): a signature that covers no type of records.
    ///
    /// RFC 2931 §3.
    private static func isTransactionSignature(_ record: DNSRecord) -> Bool {
        record.type == .sig && record.rdata.starts(with: [0, 0])
    }

    private func writeSignatures(
        _ name: String, _ lines: inout DNSLineWriter, _ text: inout [UInt8],
        where isIncluded: (DNSRecord) -> Bool
    ) {
        let signatures = additional.filter(isIncluded)
        guard !signatures.isEmpty else { return }
        if lines.style.hasComments { text += ";; \(name) PSEUDOSECTION:\n".utf8 }
        for record in signatures { lines.write(record, to: &text) }
        if lines.style.hasComments { text.append(UInt8(ascii: "\n")) }
    }

    /// How many entries each section has, or has by the header that came.
    private func counts(_ wire: Span<UInt8>?) -> [Int] {
        guard let wire, wire.count >= Self.headerLength else {
            return [question.count, answer.count, authority.count, additional.count]
        }
        return [4, 6, 8, 10].map { Int(wire[$0]) << 8 | Int(wire[$0 + 1]) }
    }

    /// How many octets of the message do not belong to it, or are options that overrun it.
    private func unread(_ wire: Span<UInt8>?, _ error: DNSError?) -> Int {
        switch error {
        case .octetsTrailing(let count, _)?: count
        case .rdataInvalid(.opt, let offset, _)? where extensions == nil:
            (wire?.count ?? offset) - offset
        default: 0
        }
    }

    private static let titles = ["; QUERY: ", ", ANSWER: ", ", AUTHORITY: ", ", ADDITIONAL: "]

    private func writeHeader(_ counts: [Int], unread: Int, to text: inout [UInt8]) {
        text += ";; ->>HEADER<<- opcode: ".utf8
        text += header.opcode.description.utf8
        text += ", status: ".utf8
        text += responseCode.description.utf8
        text += ", id: ".utf8
        text += String(header.id).utf8
        text += "\n;; flags:".utf8
        if header.isResponse { text += " qr".utf8 }
        if header.isAuthoritative { text += " aa".utf8 }
        if header.isTruncated { text += " tc".utf8 }
        if header.recursionDesired { text += " rd".utf8 }
        if header.recursionAvailable { text += " ra".utf8 }
        if header.isAuthenticData { text += " ad".utf8 }
        if header.checkingDisabled { text += " cd".utf8 }
        if header.flags & 0x40 != 0 { text += "; MBZ: 0x4".utf8 }
        for (title, count) in zip(Self.titles, counts) {
            text += title.utf8
            text += String(count).utf8
        }
        text.append(UInt8(ascii: "\n"))
        if header.isResponse, header.recursionDesired, !header.recursionAvailable {
            text += ";; WARNING: recursion requested but not available\n".utf8
        }
        if unread > 0 {
            let plural = unread == 1 ? "" : "s"
            text += ";; WARNING: Message has \(unread) extra byte\(plural) at end\n".utf8
        }
        text.append(UInt8(ascii: "\n"))
    }

    private func writeHeading(
        _ name: String, _ nameOfUpdate: String, _ style: DNSMessageStyle, _ text: inout [UInt8]
    ) {
        guard style.hasComments else { return }
        text += ";; \(header.opcode == .update ? nameOfUpdate : name) SECTION:\n".utf8
    }

    private func write(
        _ records: [DNSRecord], _ name: String, _ nameOfUpdate: String,
        _ lines: inout DNSLineWriter, _ text: inout [UInt8]
    ) {
        guard !records.isEmpty else { return }
        writeHeading(name, nameOfUpdate, lines.style, &text)
        for record in records { lines.write(record, to: &text) }
        if lines.style.hasComments { text.append(UInt8(ascii: "\n")) }
    }
}
