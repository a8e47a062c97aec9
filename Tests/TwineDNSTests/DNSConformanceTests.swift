import Foundation
import Testing

@testable import TwineDNS

/// Records and messages of other implementations, where their data stand beside the project.
@Suite("DNS conformance data")
struct DNSConformanceTests {
    private struct Record: Decodable {
        let type: String
        let typenum: UInt16?
        let hex: String?
    }

    private struct Message: Decodable {
        let src: String
        let hex: String
    }

    private static let isPresent = FileManager.default.fileExists(
        atPath: conformanceFolder.appending(path: "all-rr.jsonl").path)

    @Test("the data are there, or it is said that they are not")
    func presence() {
        guard !Self.isPresent else { return }
        print("skipped: no conformance data in \(conformanceFolder.path)")
    }

    @Test("every record of all-rr keeps its octets through a message", .enabled(if: isPresent))
    func allRecords() throws {
        let records = try conformanceLines("all-rr.jsonl", as: Record.self)
        var decoded = 0
        for line in records {
            let type = DNSType(rawValue: try #require(line.typenum))
            let rdata = octets(try #require(line.hex))
            let record = DNSRecord(name: .root, type: type, timeToLive: 1, rdata: rdata)
            let message = DNSMessage(
                header: .init(id: 1, flags: 0x8000), question: [.init(.root, type)],
                answer: [record])
            let again = try parsed(message.serialize())
            #expect(again.answer.first?.rdata == rdata, "\(line.type)")
            guard let data = again.answer.first?.data else { continue }
            #expect(data.rdata == rdata)
            decoded += 1
        }
        #expect(records.count == 185)
        #expect(decoded >= 20)
    }

    @Test(
        "record texts of other libraries: the wire of known types is read", .enabled(if: isPresent))
    func recordTexts() throws {
        let known: [String: DNSType] = [
            "A": .a, "AAAA": .aaaa, "CNAME": .cname, "SOA": .soa, "PTR": .ptr, "NS": .ns,
            "MX": .mx, "TXT": .txt, "SRV": .srv,
        ]
        var count = 0
        for line in try conformanceLines("rr-text.jsonl", as: Record.self) {
            guard let type = known[line.type], let hex = line.hex else { continue }
            let record = DNSRecord(name: .root, type: type, timeToLive: 1, rdata: octets(hex))
            #expect(record.data?.rdata == octets(hex), "\(line.type) \(hex)")
            count += 1
        }
        #expect(count > 30)
    }

    @Test(
        "the EDNS messages are read, and written again with the same content",
        .enabled(if: isPresent))
    func ednsMessages() throws {
        let messages = try conformanceLines("edns-messages.jsonl", as: Message.self)
        var strict = 0
        for line in messages {
            let bytes = octets(line.hex)
            let lenient = DNSMessage.parseLeniently(bytes.span)
            #expect(lenient.message.header.id == 0, "\(line.src)")
            guard let message = try? parsed(bytes) else { continue }
            strict += 1
            #expect(try parsed(message.serialize()) == message, "\(line.src)")
            let opt = message.additional.first { $0.type == .opt }
            guard let opt else { continue }
            #expect(DNSExtensions(opt)?.record == opt, "\(line.src)")
        }
        #expect(messages.count == 287)
        #expect(strict > 250)
    }
}

extension DNSConformanceTests {
    private struct Line: Decodable {
        let type: String
        let typenum: UInt16
        let hex: String
        let rfc3597: String
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOf: conformanceFolder.appending(path: file), encoding: .utf8)
    }

    /// The records of a zone in the order of its transfer.
    private func transfer() throws -> [DNSRecord] {
        try text("all-rr.dig-yaml.txt").split(separator: "\n").filter {
            $0.hasPrefix("        - '")
        }
        .map { line in
            let text = line.dropFirst(11).dropLast().replacing("''", with: "'")
            let words = text.split(
                separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
            return try DNSRecord(
                name: DNSName(words[0]), type: #require(DNSType(words[3])),
                timeToLive: #require(UInt32(words[1])), text: String(words[4]))
        }
    }

    @Test(
        "the whole of a zone's transfer is in lines as dig +multiline has it",
        .enabled(if: isPresent))
    func multiline() throws {
        var style = DNSMessageStyle()
        style.record = .multiline
        style.hasComments = false
        style.hasQuestion = false
        #expect(
            try DNSMessage(answer: transfer()).text(style) == text("all-rr.dig-multiline.txt"))
    }

    @Test("the zone's own file has the records that are transferred", .enabled(if: isPresent))
    func zone() throws {
        var reader = ZoneReader(
            Array(try text("all-rr.zone").utf8), origin: try DNSName("example"))
        var read: Set<DNSRecord> = []
        while let record = try reader.next() { read.insert(record) }
        #expect(read == Set(try transfer()))
    }

    @Test("the whole of a zone's transfer is in YAML as dig has it", .enabled(if: isPresent))
    func yaml() throws {
        let expected = try text("all-rr.dig-yaml.txt")
        let answer = try transfer()
        #expect(answer.count == 185)
        let message = DNSMessage(
            header: .init(id: 44738, flags: 0x8400), question: [.init(.root, .axfr)],
            answer: answer, additional: [DNSExtensions().record])
        var delivery = DNSMessage.Delivery()
        delivery.queryTime = 1_795_424_000_445_000
        delivery.responseTime = 1_795_424_000_449_000
        delivery.length = 15884
        delivery.isStream = true
        delivery.response = .init(address: "127.0.0.1", port: 15353)
        delivery.query = .init(address: "0.0.0.0", port: 0)
        var style = DNSMessageStyle()
        // dig leaves these out of transfers.
        style.hasComments = false
        style.hasQuestion = false
        #expect(message.yaml(delivery, style) == expected)
    }

    /// The records of a file that has their rdata only: comments, and lines in parentheses.
    private func rdataTexts(_ file: String) throws -> [String] {
        var texts: [String] = []
        var depth = 0
        for line in try text(file).split(separator: "\n") {
            let content = line.prefix { $0 != ";" }
            guard depth > 0 || content.contains(where: { $0 != " " }) else { continue }
            if depth == 0 { texts.append("") }
            texts[texts.count - 1] += line + "\n"
            depth += content.count { $0 == "(" } - content.count { $0 == ")" }
        }
        return texts.map { String($0.dropLast()) }
    }

    @Test("the vectors of SVCB: text and octets are the same records", .enabled(if: isPresent))
    func serviceBindings() throws {
        func records(_ file: String) throws -> [DNSRecord] {
            try rdataTexts(file).map {
                try DNSRecord(name: .root, type: .svcb, timeToLive: 1, text: $0)
            }
        }
        let generic = try records("svcb_test_vectors.generic")
        let text = try records("svcb_test_vectors.text")
        #expect(generic == text)
        #expect(text.count == 10)
        for record in text {
            #expect(
                try DNSRecord(
                    name: .root, type: .svcb, timeToLive: 1, text: record.rdataText()) == record)
        }
    }

    private struct Types: Decodable {
        let names: [String]
        let numbers: [String: UInt16]

        private enum CodingKeys: String, CodingKey {
            case names = "bind_names"
            case numbers = "dnspython"
        }
    }

    @Test("every type that BIND prints by name is known by it both ways", .enabled(if: isPresent))
    func types() throws {
        let data = try Data(contentsOf: conformanceFolder.appending(path: "rrtypes.json"))
        let types = try JSONDecoder().decode(Types.self, from: data)
        for name in types.names {
            let type = try #require(DNSType(name), "\(name)")
            #expect(type.description == name)
            #expect(DNSType(name.lowercased()) == type)
        }
        // This one BIND 9.20 prints by its number.
        for (name, number) in types.numbers where name != "NXNAME" {
            #expect(DNSType(rawValue: number).description == name)
        }
        #expect(types.names.count == 86)
    }

    @Test("records and messages in JSON are read by a stranger's reader", .enabled(if: isPresent))
    func json() throws {
        func object(_ json: String) throws -> [String: Any] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        }
        for line in try conformanceLines("all-rr.jsonl", as: Line.self) {
            let record = DNSRecord(
                name: .root, type: DNSType(rawValue: line.typenum), timeToLive: 1,
                rdata: octets(line.hex))
            let members = try object(record.json)
            #expect(members["RDATAHEX"] as? String == line.hex.uppercased())
            #expect(members["TYPEname"] as? String == line.type)
            // Those whose only text is that of unknown types have no other.
            let text = members["rdata\(line.type)"] as? String
            #expect((text == nil) == record.rdataText().hasPrefix("\\# "), "\(line.type)")
        }
        for line in try conformanceLines("edns-messages.jsonl", as: Message.self) {
            let wire = octets(line.hex)
            let message = DNSMessage.parseLeniently(wire.span).message
            let members = try object(message.json(wire: wire.span))
            #expect((members["EDNS"] != nil) == (message.extensionsShown != nil))
            #expect((members["answerRRs"] as? [Any])?.count == message.answer.count)
        }
    }
}

/// Where the data stand.
let conformanceFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/dns").standardized

/// The objects of a file of JSON lines.
func conformanceLines<Line: Decodable>(_ file: String, as type: Line.Type) throws -> [Line] {
    let text = try String(contentsOf: conformanceFolder.appending(path: file), encoding: .utf8)
    return try text.split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
}
