import TwineBytes

extension DNSMessage {
    /// The message as a JSON object, in one line.
    ///
    /// Flags are 0 or 1, as in the RFC's examples. `RCODE` is the header's four bits; `RCODEname`
    /// and `EDNS` (the fixed fields, and `options`, each with `dataHEX` and what it says in `data`)
    /// are not of the RFC. Of records see ``DNSRecord/json``. Names end in a dot and have the
    /// escapes of zone files. More questions than one are in `questionRRs`.
    ///
    /// - Parameter wire: The octets that it came as, whose counts are told; nil counts what is
    ///   there.
    /// - Returns: The object; it is UTF-8 whatever the octets of the message.
    ///
    /// RFC 8427 §2.1.
    public func json(wire: Span<UInt8>? = nil) -> String {
        var json = DNSJSONWriter()
        json.begin("{")
        writeHeader(counts(wire), to: &json)
        if let first = question.first {
            json.member("QNAME", first.name.description)
            json.member("QTYPE", Int(first.type.rawValue))
            json.member("QTYPEname", first.type.description)
            json.member("QCLASS", Int(first.questionClass.rawValue))
            json.member("QCLASSname", first.questionClass.description)
        }
        if question.count > 1 { writeQuestions(to: &json) }
        write(answer, "answerRRs", to: &json)
        write(authority, "authorityRRs", to: &json)
        write(additional, "additionalRRs", to: &json)
        extensionsShown?.write(to: &json)
        json.end("}")
        return String(decoding: json.text, as: UTF8.self)
    }

    private func writeHeader(_ counts: [Int], to json: inout DNSJSONWriter) {
        json.member("ID", Int(header.id))
        json.member("QR", header.isResponse ? 1 : 0)
        json.member("Opcode", Int(header.opcode.rawValue))
        for (name, isSet) in [
            ("AA", header.isAuthoritative), ("TC", header.isTruncated),
            ("RD", header.recursionDesired), ("RA", header.recursionAvailable),
            ("AD", header.isAuthenticData), ("CD", header.checkingDisabled),
        ] {
            json.member(name, isSet ? 1 : 0)
        }
        json.member("RCODE", Int(header.responseCode.rawValue))
        json.member("RCODEname", responseCode.description)
        for (name, count) in zip(["QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"], counts) {
            json.member(name, count)
        }
    }

    private func writeQuestions(to json: inout DNSJSONWriter) {
        json.beginMember("questionRRs", "[")
        for question in question {
            json.begin("{")
            json.member("NAME", question.name.description)
            json.member("TYPE", Int(question.type.rawValue))
            json.member("TYPEname", question.type.description)
            json.member("CLASS", Int(question.questionClass.rawValue))
            json.member("CLASSname", question.questionClass.description)
            json.end("}")
        }
        json.end("]")
    }

    private func write(_ records: [DNSRecord], _ name: String, to json: inout DNSJSONWriter) {
        json.beginMember(name, "[")
        for record in records { record.write(to: &json) }
        json.end("]")
    }
}
