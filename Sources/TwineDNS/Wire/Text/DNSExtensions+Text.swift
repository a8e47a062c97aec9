import TwineBytes

/// What EDNS adds, as dig prints it.
extension DNSExtensions {
    /// Appends a line for the fixed fields, and one for each option.
    func write(
        to text: inout [UInt8], _ cookieVerdict: DNSMessageStyle.CookieVerdict? = nil
    ) {
        let reserved = flags & 0x3fff
        let mustBeZero = reserved == 0 ? "" : " MBZ: 0x\(Self.hexadecimal(reserved)),"
        let names = (dnssecOK ? " do" : "") + (flags & 0x4000 != 0 ? " co" : "")
        text +=
            "; EDNS: version: \(version), flags:\(names);\(mustBeZero) udp: \(payloadSize)\n".utf8
        for option in options {
            text += "; ".utf8
            option.write(to: &text)
            if option.code == 10, let cookieVerdict { text += " (\(cookieVerdict))".utf8 }
            text.append(UInt8(ascii: "\n"))
        }
    }

    private static func hexadecimal(_ number: UInt16) -> String {
        String(String(UInt32(number) + 0x10000, radix: 16).dropFirst())
    }
}

extension DNSExtensions.Option {
    /// The names of the options.
    ///
    /// IANA's registry "DNS EDNS0 Option Codes (OPT)", in dig's spelling.
    private static let names: [UInt16: String] = [
        1: "LLQ", 2: "UPDATE-LEASE", 3: "NSID", 5: "DAU", 6: "DHU", 7: "N3U", 8: "CLIENT-SUBNET",
        9: "EXPIRE", 10: "COOKIE", 11: "TCP-KEEPALIVE", 12: "PADDING", 13: "CHAIN", 14: "KEY-TAG",
        15: "EDE", 16: "CLIENT-TAG", 17: "SERVER-TAG", 18: "Report-Channel", 19: "ZONEVERSION",
    ]

    /// The names of the extended errors.
    ///
    /// RFC 8914 §4.
    private static let errors = [
        "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer",
        "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired",
        "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set",
        "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered",
        "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported",
        "No Reachable Authority", "Network Error", "Invalid Data",
    ]

    /// Appends the option's name and what it says; octets if that is not known.
    func write(to text: inout [UInt8]) {
        text += (Self.names[code] ?? "OPT=\(code)").utf8
        text.append(UInt8(ascii: ":"))
        guard !octets.isEmpty else { return }
        text.append(UInt8(ascii: " "))
        if let meaning {
            text += meaning
        } else {
            writeOctets(to: &text)
        }
    }

    /// What an option of a known form says; nil if it has not that form.
    private var meaning: [UInt8]? {
        var reader = ByteReader(octets.span)
        switch code {
        case 1:
            guard octets.count == 18, let version = reader.readUInt16(),
                let opcode = reader.readUInt16(), let error = reader.readUInt16(),
                let id = reader.readUInt64(), let life = reader.readUInt32()
            else { return nil }
            return Array(
                "Version: \(version), Opcode: \(opcode), Error: \(error), Identifier: \(id), Lifetime: \(life)"
                    .utf8)
        case 2: return lease
        case 8: return subnet
        case 9:
            guard octets.count == 4, let time = reader.readUInt32() else { return nil }
            return Array("\(time) (\(DNSTime.inWords(time)))".utf8)
        case 10:
            var writer = DNSTextWriter(style: .line)
            writer.write(octets.span, as: .smallHexadecimal)
            return writer.text
        case 11:
            guard octets.count == 2, let tenths = reader.readUInt16() else { return nil }
            return Array("\(tenths / 10).\(tenths % 10) secs".utf8)
        case 12: return Array("(\(octets.count) bytes)".utf8)
        case 13, 18:
            guard let name = try? DNSName.parse(&reader, isCompressible: false), reader.isAtEnd
            else { return nil }
            return Array("\"\(name.isRoot ? "." : name.text)\"".utf8)
        case 14:
            guard octets.count % 2 == 0 else { return nil }
            var tags: [String] = []
            while let tag = reader.readUInt16() { tags.append(String(tag)) }
            return Array(tags.joined(separator: ", ").utf8)
        case 15: return error
        case 16, 17:
            guard octets.count == 2, let tag = reader.readUInt16() else { return nil }
            return Array(String(tag).utf8)
        default: return nil
        }
    }

    /// RFC 9664 §4: how long a name is leased, and perhaps how long its key.
    private var lease: [UInt8]? {
        var reader = ByteReader(octets.span)
        guard let time = reader.readUInt32() else { return nil }
        guard let key = reader.readUInt32() else {
            return Array("\(time) (\(DNSTime.inWords(time)))".utf8)
        }
        return Array("\(time)/\(key) (\(DNSTime.inWords(time))/\(DNSTime.inWords(key)))".utf8)
    }

    /// RFC 7871 §6: the part of the client's address that counts, and for which part the answer is.
    private var subnet: [UInt8]? {
        guard octets.count >= 4 else { return nil }
        let lengths = "/\(octets[2])/\(octets[3])"
        var address = Array(octets.dropFirst(4))
        switch octets[1] {
        case 0: return Array("0\(lengths)".utf8)
        case 1: address += [UInt8](repeating: 0, count: max(0, 4 - address.count))
        default: address += [UInt8](repeating: 0, count: max(0, 16 - address.count))
        }
        var writer = DNSTextWriter(style: .line)
        writer.write(address: address.span)
        writer.write(lengths)
        return writer.text
    }

    /// RFC 8914 §2: a code, and perhaps a text in UTF-8.
    private var error: [UInt8]? {
        guard octets.count >= 2 else { return nil }
        let code = Int(octets[0]) << 8 | Int(octets[1])
        var text = Array("\(code)".utf8)
        if code < Self.errors.count { text += " (\(Self.errors[code]))".utf8 }
        let extra = octets.dropFirst(2)
        guard !extra.isEmpty else { return text }
        let isUTF8 = String(validating: extra, as: UTF8.self) != nil
        text += ": (".utf8
        text += extra.map { octet in
            let isShown = octet >= 0x20 && octet < 0x7f || isUTF8 && octet >= 0x80
            return isShown ? octet : UInt8(ascii: ".")
        }
        text.append(UInt8(ascii: ")"))
        return text
    }

    /// Appends octets in hexadecimal digits, and as characters where they are some.
    private func writeOctets(to text: inout [UInt8]) {
        for octet in octets {
            text += String(UInt16(octet) + 0x100, radix: 16).dropFirst().utf8
            text.append(UInt8(ascii: " "))
        }
        text += "(\"".utf8
        text += octets.map { 0x20...0x7e ~= $0 ? $0 : UInt8(ascii: ".") }
        text += "\")".utf8
    }
}
