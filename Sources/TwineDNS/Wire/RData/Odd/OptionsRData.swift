import TwineBytes

/// OPT: the options of EDNS.
///
/// RFC 6891 §6.1.2. As a record it is shown only where it does not belong.
enum OptionsRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        while !reader.isAtEnd {
            let start = rdata.count + 4
            guard let high = reader.peek(2), let low = reader.peek(3),
                DNSField.copy(4 + (Int(high) << 8 | Int(low)), &reader, &rdata)
            else { return false }
            let code = UInt16(rdata[start - 4]) << 8 | UInt16(rdata[start - 3])
            guard isValid(rdata[start...], of: code) else { return false }
            guard code != 15 || isText(rdata[(start + 2)...]) else { return false }
        }
        return true
    }

    /// Whether the text of an extended error is UTF-8, without a mark of the order of its octets.
    ///
    /// RFC 8914 §2, RFC 5198 §2.
    private static func isText(_ text: ArraySlice<UInt8>) -> Bool {
        !text.starts(with: [0xef, 0xbb, 0xbf]) && String(validating: text, as: UTF8.self) != nil
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        while !reader.isAtEnd {
            guard let code = reader.readUInt16(), let count = reader.readUInt16(),
                let octets = reader.readSpan(Int(count))
            else { return false }
            writer.writeField(code)
            writer.writeField(count)
            if count > 0 { writer.writeField(octets, as: .base64, isSplit: true) }
        }
        return true
    }

    static func isValid(_ option: ArraySlice<UInt8>, of code: UInt16) -> Bool {
        switch code {
        // Long-lived queries (RFC 8764 §3.2), update leases (RFC 9664 §4).
        case 1: option.count == 18
        case 2: option.count == 4 || option.count == 8
        // Client subnets, EXPIRE (RFC 7314 §3), cookies (RFC 7873 §4), key tags (RFC 8145 §4.1).
        case 8: isSubnet(option)
        case 9: option.isEmpty || option.count == 4
        case 10: option.count == 8 || 16...40 ~= option.count
        case 14: !option.isEmpty && option.count % 2 == 0
        // Extended errors (RFC 8914 §2), tags of clients and servers.
        case 15: option.count >= 2
        case 16, 17: option.count == 2
        default: true
        }
    }

    /// RFC 7871 §6: no more octets than the prefix needs, and no bits behind it.
    private static func isSubnet(_ option: ArraySlice<UInt8>) -> Bool {
        guard option.count >= 4 else { return false }
        let fields = Array(option.prefix(4))
        let address = option.dropFirst(4)
        let most: UInt8
        switch (fields[0], fields[1]) {
        // Without an address there is no family either, in what clients send to ask for none.
        case (0, 0): most = 0
        case (0, 1): most = 32
        case (0, 2): most = 128
        default: return false
        }
        let prefix = fields[2]
        guard prefix <= most, fields[3] <= most, address.count == (Int(prefix) + 7) / 8 else {
            return false
        }
        guard prefix % 8 != 0, let last = address.last else { return true }
        return last & (0xff >> (prefix % 8)) == 0
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        throw reader.error("OPT has no text but \\# and its octets")
    }
}
