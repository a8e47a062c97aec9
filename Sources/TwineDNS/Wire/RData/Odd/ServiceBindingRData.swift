import TwineBytes

/// SVCB and HTTPS: where a service is, and how it is spoken to.
///
/// RFC 9460 §2.
enum ServiceBindingRData: DNSOddRData {
    /// The keys with a form that is known here.
    ///
    /// RFC 9460 §14.3.2.
    private enum Key {
        static let mandatory: UInt16 = 0
        static let protocols: UInt16 = 1
        static let noDefaultProtocol: UInt16 = 2
        static let port: UInt16 = 3
        static let addresses4: UInt16 = 4
        static let clientHello: UInt16 = 5
        static let addresses6: UInt16 = 6
        static let queryPath: UInt16 = 7
    }

    private static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint",
    ]

    private static func name(_ key: UInt16) -> String {
        Int(key) < names.count ? names[Int(key)] : "key\(key)"
    }

    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard DNSField.copy(2, &reader, &rdata), DNSField.copyName(&reader, &rdata) else {
            return false
        }
        // The keys ascend, so those that a list demands are looked for when all are known.
        var demanded: [UInt16] = []
        var keys: Set<UInt16> = []
        var last = -1
        while !reader.isAtEnd {
            let start = rdata.count + 4
            guard let high = reader.peek(2), let low = reader.peek(3),
                DNSField.copy(4 + (Int(high) << 8 | Int(low)), &reader, &rdata)
            else { return false }
            let key = UInt16(rdata[start - 4]) << 8 | UInt16(rdata[start - 3])
            let value = rdata[start...]
            guard Int(key) > last, isValid(value, of: key) else { return false }
            if key == Key.mandatory { demanded = numbers(value) }
            keys.insert(key)
            last = Int(key)
        }
        guard !keys.contains(Key.noDefaultProtocol) || keys.contains(Key.protocols) else {
            return false
        }
        return demanded.allSatisfy { keys.contains($0) }
    }

    private static func numbers(_ value: ArraySlice<UInt8>) -> [UInt16] {
        stride(from: value.startIndex, to: value.endIndex - 1, by: 2).map {
            UInt16(value[$0]) << 8 | UInt16(value[$0 + 1])
        }
    }

    private static func isValid(_ value: ArraySlice<UInt8>, of key: UInt16) -> Bool {
        switch key {
        case Key.mandatory:
            let keys = numbers(value)
            let isAscending = zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
            return !keys.isEmpty && value.count % 2 == 0 && isAscending && keys[0] > 0
        case Key.protocols:
            var rest = value
            while let count = rest.first {
                guard count > 0, rest.count > Int(count) else { return false }
                rest = rest.dropFirst(1 + Int(count))
            }
            return !value.isEmpty
        case Key.noDefaultProtocol: return value.isEmpty
        case Key.port: return value.count == 2
        case Key.addresses4: return !value.isEmpty && value.count % 4 == 0
        case Key.clientHello: return !value.isEmpty
        case Key.addresses6: return !value.isEmpty && value.count % 16 == 0
        case Key.queryPath: return DNSQueryTemplate.isValid(value)
        default: return true
        }
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let priority = reader.readUInt16() else { return false }
        writer.writeField(priority)
        guard DNSField.writeName(&reader, &writer) else { return false }
        while !reader.isAtEnd {
            guard let key = reader.readUInt16(), let count = reader.readUInt16(),
                var value = reader.readReader(Int(count))
            else { return false }
            writer.writeField(name(key))
            guard count > 0 else { continue }
            writer.write("=")
            guard write(&value, of: key, to: &writer) else { return false }
        }
        return true
    }

    private static func write(
        _ value: inout ByteReader, of key: UInt16, to writer: inout DNSTextWriter
    ) -> Bool {
        switch key {
        case Key.mandatory:
            var separator = ""
            while let number = value.readUInt16() {
                writer.write(separator + name(number))
                separator = ","
            }
        case Key.protocols: writeProtocols(&value, to: &writer)
        case Key.port:
            guard let port = value.readUInt16() else { return false }
            writer.write(port)
        case Key.addresses4: return writeAddresses(4, &value, to: &writer)
        case Key.addresses6: return writeAddresses(16, &value, to: &writer)
        case Key.clientHello:
            guard let octets = value.readSpan(value.remaining) else { return false }
            writer.write(octets, as: .base64)
        default:
            guard let octets = value.readSpan(value.remaining) else { return false }
            writer.writeQuoted(octets)
        }
        return true
    }

    /// RFC 9460 §A.1: a comma or backslash of a value is escaped in the list, and the escape again
    /// in the text.
    private static func writeProtocols(
        _ value: inout ByteReader, to writer: inout DNSTextWriter
    ) {
        writer.write("\"")
        var separator = ""
        while let count = value.readUInt8(), let octets = value.readSpan(Int(count)) {
            writer.write(separator)
            separator = ","
            for index in octets.indices {
                let octet = octets[index]
                if octet == UInt8(ascii: ",") || octet == UInt8(ascii: "\\") {
                    writer.write("\\\\")
                }
                writer.writeEscaped(octet)
            }
        }
        writer.write("\"")
    }

    private static func writeAddresses(
        _ count: Int, _ value: inout ByteReader, to writer: inout DNSTextWriter
    ) -> Bool {
        var separator = ""
        while !value.isAtEnd {
            guard let address = value.readSpan(count) else { return false }
            writer.write(separator)
            writer.write(address: address, isInList: true)
            separator = ","
        }
        return true
    }

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        guard let priority = reader.readUInt16() else { return false }
        json.member("svcPriority", Int(priority))
        guard json.member("targetName", .name(compressible: false), &reader) else { return false }
        json.beginMember("svcParams", "{")
        while !reader.isAtEnd {
            guard let key = reader.readUInt16(), let count = reader.readUInt16(),
                var value = reader.readReader(Int(count))
            else { return false }
            writeMember(&value, of: key, to: &json)
        }
        json.end("}")
        return true
    }

    /// Writes a parameter: lists as such, and what has no form here as its octets.
    private static func writeMember(
        _ value: inout ByteReader, of key: UInt16, to json: inout DNSJSONWriter
    ) {
        let name = key == Key.queryPath ? "dohpath" : name(key)
        switch key {
        case Key.mandatory:
            json.beginMember(name, "[")
            while let number = value.readUInt16() { json.string(Self.name(number)) }
            json.end("]")
        case Key.protocols:
            var items: [[UInt8]] = []
            while let count = value.readUInt8(), let item = value.readBytes(Int(count)) {
                items.append(item)
            }
            json.member(name, items)
        case Key.noDefaultProtocol: json.member(name, 1)
        case Key.port: if let port = value.readUInt16() { json.member(name, Int(port)) }
        case Key.addresses4, Key.addresses6:
            json.beginMember(name, "[")
            while let octets = value.readBytes(key == Key.addresses4 ? 4 : 16) {
                var writer = DNSTextWriter(style: .line)
                writer.write(address: octets.span)
                json.string(String(decoding: writer.text, as: UTF8.self))
            }
            json.end("]")
        case Key.clientHello:
            var writer = DNSTextWriter(style: .line)
            writer.write(value.readRemaining().span, as: .base64)
            json.member(name, String(decoding: writer.text, as: UTF8.self))
        case Key.queryPath: json.member(name, octets: value.readRemaining())
        default: json.member(name + "HEX", hexadecimal: value.readRemaining())
        }
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata.append(bigEndian: UInt16(try reader.number(most: 65535, "a priority")))
        rdata += try reader.name().wire
        var values: [UInt16: [UInt8]] = [:]
        while let word = try reader.next(isPair: true) {
            let text = reader.text[word.range]
            let equals = text.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
            let name = String(decoding: text[..<equals], as: UTF8.self)
            guard !word.isQuoted, let key = key(of: name) else {
                throw reader.error(word, isNot: "a key such as alpn or key65280")
            }
            guard values[key] == nil else { throw reader.error("\(name) is there twice", at: word) }
            var value = DNSTextReader.Word(
                range: min(equals + 1, text.endIndex)..<text.endIndex, isQuoted: false)
            if text[value.range].first == UInt8(ascii: "\"") {
                value = DNSTextReader.Word(
                    range: value.range.lowerBound + 1..<value.range.upperBound - 1, isQuoted: true)
            }
            let isNamed = names.contains(name)
            guard let octets = octets(of: try reader.octets(value), isNamed ? key : .max) else {
                throw reader.error(word, isNot: "a value of \(name)")
            }
            guard isValid(octets[...], of: key) else {
                throw reader.error(word, isNot: "a value of \(name)")
            }
            values[key] = octets
        }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let count = UInt16(exactly: value.count) else {
                throw reader.error("the value of \(self.name(key)) is too long")
            }
            rdata.append(bigEndian: key)
            rdata.append(bigEndian: count)
            rdata += value
        }
    }

    /// The number of a key: by its name, or `key` and digits without zeros before them.
    private static func key(of name: String) -> UInt16? {
        if let index = names.firstIndex(of: name) { return UInt16(index) }
        if name == "dohpath" { return Key.queryPath }
        let digits = name.dropFirst(3)
        guard name.hasPrefix("key"), digits == "0" || digits.first != "0",
            let number = DNSNumber.parse(digits, most: 65534 + 1)
        else { return nil }
        return UInt16(number)
    }

    /// The octets of a value on the wire; nil if its text is not that of the key.
    private static func octets(of value: [UInt8], _ key: UInt16) -> [UInt8]? {
        switch key {
        case Key.mandatory:
            var keys: [UInt16] = []
            for item in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            {
                guard let key = self.key(of: String(decoding: item, as: UTF8.self)) else {
                    return nil
                }
                keys.append(key)
            }
            return keys.sorted().flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        case Key.protocols: return protocols(value)
        case Key.port:
            guard let port = DNSNumber.parse(String(decoding: value, as: UTF8.self), most: 65535)
            else { return nil }
            return [UInt8(port >> 8), UInt8(port & 0xff)]
        case Key.addresses4: return addresses(value, DNSAddress.parse4)
        case Key.addresses6: return addresses(value, DNSAddress.parse6)
        case Key.clientHello: return DNSLetters.base64.decode(value)
        default: return value
        }
    }

    private static func addresses(
        _ value: [UInt8], _ parse: (ArraySlice<UInt8>) -> [UInt8]?
    ) -> [UInt8]? {
        var all: [UInt8] = []
        for item in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let octets = parse(item) else { return nil }
            all += octets
        }
        return all
    }

    /// RFC 9460 §A.1: a list at commas, but those behind a backslash.
    private static func protocols(_ value: [UInt8]) -> [UInt8]? {
        var items: [[UInt8]] = [[]]
        var isEscaped = false
        for octet in value {
            if !isEscaped, octet == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            guard !isEscaped || octet == UInt8(ascii: "\\") || octet == UInt8(ascii: ",") else {
                return nil
            }
            if !isEscaped, octet == UInt8(ascii: ",") {
                items.append([])
            } else {
                items[items.count - 1].append(octet)
            }
            isEscaped = false
        }
        guard !isEscaped, items.allSatisfy({ 1...255 ~= $0.count }) else { return nil }
        return items.flatMap { [UInt8($0.count)] + $0 }
    }
}
