import TwineDNS

/// What options do and read that need more than a line for it.
extension PlusOption {
    static func showOnlyAnswers(_ lookup: inout Lookup) {
        lookup.hasAdditional = false
        lookup.hasAnswer = true
        lookup.hasAuthority = false
        lookup.hasQuestion = false
        lookup.hasComments = false
        lookup.hasStatistics = false
        lookup.recordComments = -1
    }

    static func seconds(_ text: Substring) throws(Wrong) -> Double {
        guard let seconds = Double(text), seconds.isFinite, seconds > 0, seconds < 1e9 else {
            throw .unreadable("seconds '\(text)'")
        }
        return seconds
    }

    static func failures(_ text: Substring) throws(Wrong) -> FailureSet {
        var set = FailureSet(codes: [], countsEmpty: false)
        for word in text.split(separator: ",") {
            let upper = word.uppercased()
            if upper == "NODATA" || upper == "EMPTY" {
                set.countsEmpty = true
            } else if let code = (0..<4096).first(where: {
                DNSMessage.ResponseCode(rawValue: UInt16($0)).description == upper
            }) ?? Int(word) {
                set.codes?.insert(UInt16(clamping: code))
            } else {
                throw .unreadable("response code '\(word)'")
            }
        }
        return set
    }

    static func addOption(
        _ name: Substring, _ value: Substring?, _ parser: inout Parser
    ) throws(Wrong) {
        let known = DNSExtensions.Option.Code(name)
        guard
            let code = known
                ?? parser.number(name, most: 65535, "ednsopt").map({
                    DNSExtensions.Option.Code(rawValue: UInt16($0))
                })
        else { throw .stop(.fatal("bad edns code point: \(name)", status: 1)) }
        guard parser.lookup.options.count < 100 else {
            throw .stop(.fatal("too many ednsopts", status: 1))
        }
        guard let octets = value.map({ octets($0) }) ?? [] else {
            throw .stop(.fatal("isc_hex_decodestring: bad hex encoding", status: 1))
        }
        parser.lookup.options.append(DNSExtensions.Option(code: code, octets: octets))
    }

    /// The octets of hexadecimal digits.
    static func octets(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
        guard digits.count % 2 == 0 else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let octet = UInt8(pair, radix: 16), pair.first != "+", pair.first != "-" else {
                return nil
            }
            octets.append(octet)
        }
        return octets
    }

    /// Reads an address with the length of its prefix; of one of IPv4 zeros may be left out.
    static func subnet(_ text: Substring) throws(Wrong) -> DNSExtensions.ClientSubnet {
        // As in dig, no network at all is told as the one of IPv4 without a prefix.
        let subnet =
            text == "0"
            ? DNSExtensions.ClientSubnet(address: [0, 0, 0, 0], sourcePrefix: 0)
            : DNSExtensions.ClientSubnet(text)
        if let subnet { return subnet }
        if let slash = text.lastIndex(of: "/"), UInt32(text[text.index(after: slash)...]) == nil {
            throw .stop(
                .fatal("invalid prefix length in '\(text)': not a valid number\n", status: 1))
        }
        throw .stop(.fatal("invalid address '\(text)'", status: 1))
    }
}
