extension DNSRecord {
    /// The record as a JSON object, in one line.
    ///
    /// It has the members `NAME`, `TYPE`, `TYPEname`, `CLASS`, `CLASSname`, `TTL`, `RDLENGTH` and
    /// `RDATAHEX`. If the rdata has the form of its type, its text in the form of zone files
    /// follows, named for the type as in `rdataMX`; and in `data`, by name, its fields: numbers and
    /// lists as such, keys and digests in the letters of their text. Octets that should be a text
    /// but are not UTF-8 stand in hexadecimal digits, and their name ends in `HEX`.
    ///
    /// RFC 8427 §2.2, §2.3, §2.4; `data` is not of it.
    public var json: String {
        var json = DNSJSONWriter()
        write(to: &json)
        return String(decoding: json.text, as: UTF8.self)
    }

    /// Writes the record as the next value.
    func write(to json: inout DNSJSONWriter) {
        json.begin("{")
        json.member("NAME", name.description)
        json.member("TYPE", Int(type.rawValue))
        json.member("TYPEname", type.description)
        json.member("CLASS", Int(recordClass.rawValue))
        // The class of an OPT record is a size.
        if type != .opt { json.member("CLASSname", recordClass.description) }
        json.member("TTL", Int(timeToLive))
        json.member("RDLENGTH", rdata.count)
        json.member("RDATAHEX", hexadecimal: rdata)
        // The OPT record is told by the message's member EDNS.
        if type != .opt, DNSField.fields(of: type, recordClass) != nil, hasValidRData {
            let text = rdataText(DNSField.style)
            if !text.hasPrefix("\\# ") { json.member("rdata\(type)", text) }
            let start = json.text.count
            json.beginMember("data", "{")
            if DNSField.writeMembers(rdata.span, type, recordClass, to: &json) {
                json.end("}")
            } else {
                json.truncate(to: start)
            }
        }
        json.end("}")
    }
}
