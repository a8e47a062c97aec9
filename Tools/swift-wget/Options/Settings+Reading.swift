import TwineCore

extension Settings.Checksum {
    /// Reads `ALGORITHM:HEX`, `auto`, or the name of a file.
    init?(_ value: Octets) {
        guard !value.isEmpty else { return nil }
        if value == "auto" {
            self = .auto
            return
        }
        let name = value.bytes.prefix { $0 != UInt8(ascii: ":") }
        let known = Self.algorithm(String(decoding: name, as: UTF8.self))
        guard let known, name.endIndex < value.bytes.endIndex else {
            self = .file(value)
            return
        }
        let digits = value.bytes[(name.endIndex + 1)...].map(Octets.lowercased)
        let isHex = digits.allSatisfy { Octets.isDigit($0) || 0x61...0x66 ~= $0 }
        guard isHex, digits.count == 2 * known.size else { return nil }
        self = .digest(algorithm: known, hex: String(decoding: digits, as: UTF8.self))
    }

    /// `sha256` and `SHA-256` are the same.
    private static func algorithm(_ name: String) -> Algorithm? {
        Algorithm(rawValue: name.lowercased().filter { $0 != "-" })
    }
}

extension Settings.Checksum.Algorithm {
    /// The length of a digest, in octets.
    var size: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}

extension Settings.Resolution {
    /// Reads `HOST:PORT:ADDRESS[,ADDRESS…]`, addresses of IPv6 in brackets or not.
    init?(_ value: Octets) {
        guard let text = value.text else { return nil }
        let isBracketed = text.hasPrefix("[")
        guard let end = isBracketed ? text.firstIndex(of: "]") : text.firstIndex(of: ":") else {
            return nil
        }
        let host = isBracketed ? text[..<end].dropFirst() : text[..<end]
        var rest = isBracketed ? text[text.index(after: end)...] : text[end...]
        guard rest.hasPrefix(":") else { return nil }
        rest = rest.dropFirst()
        guard let colon = rest.firstIndex(of: ":"), let port = UInt16(rest[..<colon]), port > 0,
            !host.isEmpty
        else { return nil }
        var addresses: [String] = []
        for part in rest[rest.index(after: colon)...].split(separator: ",") {
            let isQuoted = part.hasPrefix("[") && part.hasSuffix("]")
            let bare = isQuoted ? part.dropFirst().dropLast() : part
            guard IPAddress(bare) != nil else { return nil }
            addresses.append(String(bare))
        }
        guard !addresses.isEmpty else { return nil }
        self.init(host: host.lowercased(), port: port, addresses: addresses)
    }
}
