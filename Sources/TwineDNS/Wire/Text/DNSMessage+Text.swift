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
        String(decoding: octetsOfText(style, wire: wire, error: error), as: UTF8.self)
    }

    /// The message as dig prints it, as the octets of UTF-8: as ``text(_:wire:error:)``.
    public func octetsOfText(
        _ style: DNSMessageStyle = DNSMessageStyle(), wire: Span<UInt8>? = nil,
        error: DNSError? = nil
    ) -> [UInt8] {
        var text: [UInt8] = []
        var lines = DNSLineWriter(style)
        if style.hasComments {
            writeHeader(counts(wire), style, unread: unread(wire, error), to: &text)
            if let extensions = extensionsShown {
                text += ";; OPT PSEUDOSECTION:\n".utf8
                extensions.write(to: &text, isCookieOurs: style.isCookieOurs)
            }
        }
        if style.hasQuestion, !question.isEmpty {
            writeHeading(sectionName(0), style, &text)
            for question in question { lines.write(question, to: &text) }
            if style.hasComments { text.append(UInt8(ascii: "\n")) }
        }
        if style.hasAnswer { write(answer, sectionName(1), &lines, &text) }
        if style.hasAuthority { write(authority, sectionName(2), &lines, &text) }
        if style.hasAdditional {
            write(additionalShown, sectionName(3), &lines, &text)
            for (name, records) in signaturesShown {
                if style.hasComments { text += ";; \(name) PSEUDOSECTION:\n".utf8 }
                for record in records { lines.write(record, to: &text) }
                if style.hasComments { text.append(UInt8(ascii: "\n")) }
            }
        }
        return text
    }

    /// How many entries each section has, or has by the header that came.
    func counts(_ wire: Span<UInt8>?) -> [Int] {
        guard let wire, wire.count >= Self.headerLength else {
            return [question.count, answer.count, authority.count, additional.count]
        }
        return [4, 6, 8, 10].map { Int(wire[$0]) << 8 | Int(wire[$0 + 1]) }
    }

    /// How many octets of the message do not belong to it, or are options that overrun it.
    private func unread(_ wire: Span<UInt8>?, _ error: DNSError?) -> Int {
        switch error {
        case .octetsTrailing(let count, _)?, .tooShort(_, let count, _)?: count
        case .rdataInvalid(.opt, let offset, _)? where extensions == nil:
            (wire?.count ?? offset) - offset
        default: 0
        }
    }

    private static let titles = ["; QUERY: ", ", ANSWER: ", ", AUTHORITY: ", ", ADDITIONAL: "]

    private func writeHeader(
        _ counts: [Int], _ style: DNSMessageStyle, unread: Int, to text: inout [UInt8]
    ) {
        let isQuery = style.isQuery ?? !header.isResponse
        text += ";; ->>HEADER<<- opcode: ".utf8
        text += header.opcode.description.utf8
        text += ", status: ".utf8
        text += responseCode.description.utf8
        text += ", id: ".utf8
        text += String(header.id).utf8
        text += "\n;; flags:".utf8
        header.writeFlags(to: &text)
        if header.flags & 0x40 != 0 { text += "; MBZ: 0x4".utf8 }
        for (title, count) in zip(Self.titles, counts) {
            text += title.utf8
            text += String(count).utf8
        }
        text.append(UInt8(ascii: "\n"))
        if !isQuery, header.recursionDesired, !header.recursionAvailable {
            text += ";; WARNING: recursion requested but not available\n".utf8
        }
        for remark in style.remarks { text += "\(remark)\n".utf8 }
        if unread > 0, style.isQuery != true {
            let plural = unread == 1 ? "" : "s"
            text += ";; WARNING: Message has \(unread) extra byte\(plural) at end\n".utf8
        }
        text.append(UInt8(ascii: "\n"))
    }

    private func writeHeading(
        _ name: String, _ style: DNSMessageStyle, _ text: inout [UInt8]
    ) {
        guard style.hasComments else { return }
        text += ";; ".utf8
        text += name.utf8
        text += " SECTION:\n".utf8
    }

    private func write(
        _ records: [DNSRecord], _ name: String, _ lines: inout DNSLineWriter, _ text: inout [UInt8]
    ) {
        guard !records.isEmpty else { return }
        writeHeading(name, lines.style, &text)
        for record in records { lines.write(record, to: &text) }
        if lines.style.hasComments { text.append(UInt8(ascii: "\n")) }
    }
}
