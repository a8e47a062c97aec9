/// What EDNS adds, as dig prints it.
extension DNSExtensions {
    /// Appends a line for the fixed fields, and one for each option.
    func write(to text: inout [UInt8], isCookieOurs: Bool? = nil) {
        let names = flagNames.map { " \($0)" }.joined()
        let mustBeZero = unnamedFlags.map { " MBZ: \($0)," } ?? ""
        text +=
            "; EDNS: version: \(version), flags:\(names);\(mustBeZero) udp: \(payloadSize)\n".utf8
        for option in options {
            text += "; ".utf8
            option.write(to: &text)
            if option.code == .cookie, let status = option.cookieStatus(isCookieOurs) {
                text += " (\(status))".utf8
            }
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// The names of the flags that are set and have one.
    ///
    /// RFC 3225 §3; `co` is of draft-ietf-dnsop-compact-denial-of-existence.
    var flagNames: [String] {
        (dnssecOK ? ["do"] : []) + (flags & 0x4000 != 0 ? ["co"] : [])
    }

    /// The flags that are set and have no name, as `0x0001`; nil if there are none.
    var unnamedFlags: String? {
        let reserved = flags & 0x3fff
        guard reserved != 0 else { return nil }
        return "0x" + String(UInt32(reserved) + 0x10000, radix: 16).dropFirst()
    }
}

extension DNSExtensions.Option {
    /// Appends the option's name and what it says; octets if that is not known.
    func write(to text: inout [UInt8]) {
        text += code.description.utf8
        text.append(UInt8(ascii: ":"))
        guard !octets.isEmpty else { return }
        text.append(UInt8(ascii: " "))
        if code == .cookie {
            writeHexadecimal(octets[...], to: &text)
        } else if case .extendedError(let error)? = content {
            Self.write(error, to: &text)
        } else if let meaning {
            text += meaning.utf8
        } else {
            writeOctets(to: &text)
        }
    }

    /// What an option of a known form says, in a line; nil for those that are told by their octets.
    private var meaning: String? {
        switch content {
        case .longLivedQuery(let query)?:
            "Version: \(query.version), Opcode: \(query.opcode), Error: \(query.error), "
                + "Identifier: \(query.id), Lifetime: \(query.lease)"
        case .updateLease(let time, nil)?: "\(time) (\(DNSTime.inWords(time)))"
        case .updateLease(let time, let key?)?:
            "\(time)/\(key) (\(DNSTime.inWords(time))/\(DNSTime.inWords(key)))"
        case .clientSubnet(let subnet)?: subnet.description
        case .expire(let time?)?: "\(time) (\(DNSTime.inWords(time)))"
        case .tcpKeepalive(let tenths?)?: "\(tenths / 10).\(tenths % 10) secs"
        case .padding(let count)?: "(\(count) bytes)"
        case .chain(let name)?, .reportChannel(let name)?:
            "\"\(name.isRoot ? "." : name.text)\""
        case .keyTags(let tags)?: tags.map { String($0) }.joined(separator: ", ")
        case .clientTag(let tag)?, .serverTag(let tag)?: String(tag)
        default: nil
        }
    }

    private static func write(_ error: DNSExtensions.ExtendedError, to text: inout [UInt8]) {
        text += String(error.code).utf8
        if let purpose = error.purpose { text += " (\(purpose))".utf8 }
        guard !error.text.isEmpty else { return }
        text += ": (".utf8
        let isUTF8 = error.isUTF8
        text += error.text.map { octet in
            Self.isShown(octet) || isUTF8 && octet >= 0x80 ? octet : UInt8(ascii: ".")
        }
        text.append(UInt8(ascii: ")"))
    }

    /// How the cookie of an answer relates to the one that was sent.
    func cookieStatus(_ isOurs: Bool?) -> String? {
        isOurs.map { $0 ? octets.count >= 16 ? "good" : "echoed" : "bad" }
    }

    static func isShown(_ octet: UInt8) -> Bool { 0x20...0x7e ~= octet }

    func writeHexadecimal(_ octets: ArraySlice<UInt8>, to text: inout [UInt8]) {
        for octet in octets {
            text += String(UInt16(octet) + 0x100, radix: 16).dropFirst().utf8
        }
    }

    /// Appends octets in hexadecimal digits, and as characters where they are some; of a malformed
    /// subnet not as these.
    private func writeOctets(to text: inout [UInt8]) {
        for octet in octets {
            writeHexadecimal([octet], to: &text)
            text.append(UInt8(ascii: " "))
        }
        guard code != .clientSubnet else { return }
        text += "(\"".utf8
        text += octets.map { Self.isShown($0) ? $0 : UInt8(ascii: ".") }
        text += "\")".utf8
    }
}
