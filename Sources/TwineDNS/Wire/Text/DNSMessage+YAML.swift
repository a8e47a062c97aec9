import TwineBytes

extension DNSMessage {
    /// The message in YAML, as dig prints it with `+yaml` below `response_message_data`.
    ///
    /// Of the style of records only ``DNSTextStyle/groupLength`` counts, as in dig.
    ///
    /// - Parameters:
    ///   - style: Which parts are written.
    ///   - wire: The octets that it came as, whose counts are told; nil counts what is there.
    /// - Returns: Lines, each with its end and six spaces before it.
    public func yaml(
        _ style: DNSMessageStyle = DNSMessageStyle(), wire: Span<UInt8>? = nil
    ) -> String {
        var yaml = DNSYAMLWriter(depth: 3)
        if style.hasHeader { writeHeader(counts(wire), to: &yaml) }
        if style.hasComments {
            extensionsShown?.write(to: &yaml, isCookieOurs: style.isCookieOurs)
        }
        var record = DNSTextStyle.line
        record.groupLength = style.record.groupLength
        record.completesAddresses = true
        if style.hasQuestion, !question.isEmpty {
            yaml.line("\(sectionName(0))_SECTION:")
            yaml.depth += 1
            for question in question {
                yaml.item(
                    "\(question.name) \(question.questionClass) \(question.type)".utf8)
            }
            yaml.depth -= 1
        }
        if style.hasAnswer { write(answer, sectionName(1), record, &yaml) }
        if style.hasAuthority { write(authority, sectionName(2), record, &yaml) }
        if style.hasAdditional {
            write(additionalShown, sectionName(3), record, &yaml)
            for (name, records) in signaturesShown {
                yaml.line("\(name)_PSEUDOSECTION:")
                for signature in records { write(signature, record, &yaml) }
                yaml.raw("\n")
            }
        }
        return String(decoding: yaml.text, as: UTF8.self)
    }

    private func writeHeader(_ counts: [Int], to yaml: inout DNSYAMLWriter) {
        yaml.line("opcode: \(header.opcode)")
        // Codes without a name are told by their number alone.
        yaml.line("status: \(responseCode.description.drop { $0 == "?" })")
        yaml.line("id: \(header.id)")
        var flags: [UInt8] = []
        header.writeFlags(to: &flags)
        yaml.line("flags:" + String(decoding: flags, as: UTF8.self))
        if header.reserved { yaml.line("MBZ: 0x4") }
        let names =
            header.opcode == .update
            ? ["ZONE", "PREREQ", "UPDATE", "ADDITIONAL"]
            : ["QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"]
        for (name, count) in zip(names, counts) { yaml.line("\(name): \(count)") }
    }

    private func write(
        _ records: [DNSRecord], _ name: String, _ style: DNSTextStyle,
        _ yaml: inout DNSYAMLWriter
    ) {
        guard !records.isEmpty else { return }
        yaml.line("\(name)_SECTION:")
        yaml.depth += 1
        for record in records { write(record, style, &yaml) }
        yaml.depth -= 1
    }

    private func write(
        _ record: DNSRecord, _ style: DNSTextStyle, _ yaml: inout DNSYAMLWriter
    ) {
        var text: [UInt8] = []
        record.name.write(to: &text)
        text += " \(record.timeToLive) \(record.recordClass) \(record.type) ".utf8
        record.writeRData(to: &text, style)
        yaml.item(text)
    }
}
