public import TwineDNS

extension DNSRecord {
    /// The rdata's text in every style ends, is read again as the same octets, and is stable.
    public func checkTexts() {
        let line = rdataText()
        for style in styles {
            let text = rdataText(style)
            let again: DNSRecord
            do {
                again = try DNSRecord(
                    name: name, type: type, recordClass: recordClass, timeToLive: timeToLive,
                    text: text)
            } catch {
                return check(isExcepted(text), "\(type) \(rdata): \(text) is refused: \(error)")
            }
            check(
                again.rdata == rdata || Self.lossy[type.rawValue] != nil,
                "\(type) \(rdata): \(text) is read as \(again.rdata)")
            check(again.rdataText() == line, "\(type) \(rdata): \(line), then \(again.rdataText())")
        }
        _ = data
        check(json.utf8.last == UInt8(ascii: "}"), "JSON that does not end")
    }

    /// Types whose text, which is BIND's, does not tell all octets, and what it leaves out.
    private static let lossy: [UInt16: String] = [
        11: "zeros at the end of WKS' map"
    ]

    private var styles: [DNSTextStyle] {
        var unknown = DNSTextStyle.line
        unknown.isUnknownFormat = true
        var expanded = DNSTextStyle.line
        expanded.expandsAddresses = true
        expanded.groupLength = nil
        return [.line, .multiline, unknown, expanded]
    }

    /// Texts that BIND writes and does not read.
    private func isExcepted(_ text: String) -> Bool {
        // In updates a record without rdata stands for a whole set.
        rdata.isEmpty && (recordClass == .any || recordClass == .none)
    }
}
