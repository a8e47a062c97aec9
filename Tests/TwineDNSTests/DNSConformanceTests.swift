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
