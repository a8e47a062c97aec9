import Foundation
import Testing

@testable import TwineDNS

/// Rdata of other implementations, and how BIND writes it, where the data stand beside the project.
@Suite("Rdata conformance data")
struct RDataConformanceTests {
    private struct Record: Decodable {
        let owner: String
        let type: String
        let typenum: UInt16
        let cls: String
        let hex: String
        let rfc3597: String
        let dig: String
    }

    private struct Case: Decodable {
        let type: String
        let kind: String
        let ok: Bool
        let hex: String?
        let out: String?
        let `in`: String?
    }

    private struct Text: Decodable {
        let type: String
        let isTaken: Bool
        let rdata: String
        let text: String?
        let hex: String?

        private enum CodingKeys: String, CodingKey {
            case type, hex, rdata
            case isTaken = "bind_ok"
            case text = "bind_text"
        }
    }

    /// Lines may end in several texts; trailing spaces are dig's, and not compared.
    private func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }

    @Test("every record of all-rr has the text that dig gives it", .enabled(if: isPresent))
    func lines() throws {
        var wrong: [String] = []
        let records = try conformanceLines("all-rr.jsonl", as: Record.self)
        for line in records {
            let record = DNSRecord(
                name: .root, type: DNSType(rawValue: line.typenum), timeToLive: 1,
                rdata: octets(line.hex))
            #expect(record.type.description == line.type)
            #expect(DNSType(line.type) == record.type)
            let text = record.rdataText()
            if trimmed(text) != trimmed(line.dig) {
                wrong.append("\(line.type): \(text) | \(line.dig)")
            }
            var style = DNSTextStyle.line
            style.isUnknownFormat = true
            let unknown = record.rdataText(style)
            if unknown != line.rfc3597 { wrong.append("\(unknown) | \(line.rfc3597)") }
        }
        #expect(wrong == [])
        print("all-rr: \(records.count * 2 - wrong.count) of \(records.count * 2) texts as dig's")
    }

    private struct Rendering: Decodable {
        let src: String
        let hex: String
        let out: String
    }

    @Test("messages have the text that dig gives them", .enabled(if: isPresent))
    func messages() throws {
        var wrong: [String] = []
        var mistakes = 0
        let renderings = try conformanceLines("edns-render-dig920.jsonl", as: Rendering.self)
        // What dig says of its exchange is not the message's text.
        let said = [
            ";; Got answer:", ";; Warning: Client COOKIE mismatch",
            ";; Warning: Message parser reports malformed message packet.",
        ]
        for line in renderings {
            // dig was answered with its own id, as a response.
            var wire = octets(line.hex)
            wire[0] = 0x12
            wire[1] = 0x34
            wire[2] |= 0x80
            let (message, error) = DNSMessage.parseLeniently(wire.span)
            let expected = line.out.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !said.contains(String($0)) }.joined(separator: "\n")
            if expected.hasPrefix(";; Got bad packet: malformed OPT option") {
                if case .rdataInvalid(.opt, _, _)? = error { continue }
                wrong.append("\(line.src): should be malformed")
                continue
            }
            // It had sent no cookie, so that none is its own.
            var style = DNSMessageStyle()
            style.isCookieOurs = false
            let text = message.text(style, wire: wire.span, error: error)
            // Here dig breaks the line behind the option's name, by mistake.
            let isMistake =
                expected.contains("CHAIN:\n 07") || expected.contains("Channel:\n 05")
                || expected.contains("CHAIN:\n\n") || expected.contains("Channel:\n\n")
            if isMistake { mistakes += 1 }
            guard !isMistake else { continue }
            if text != expected { wrong.append("\(line.src):\n\(text)--\n\(expected)") }
        }
        #expect(wrong == [])
        #expect(mistakes == 4)
        print(
            "messages: \(renderings.count - mistakes - wrong.count) of \(renderings.count) as dig's"
        )
    }

    @Test(
        "every record of all-rr has the lines that dig +multiline gives it", .enabled(if: isPresent)
    )
    func severalLines() throws {
        let text = try String(
            contentsOf: conformanceFolder.appending(path: "all-rr.dig-multiline.txt"),
            encoding: .utf8)
        var expected: [String: [String]] = [:]
        var records: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix(";") {
            if line.hasPrefix("\t") {
                records[records.count - 1] += "\n" + line
            } else {
                records.append(String(line))
            }
        }
        for record in records {
            // Name, time, class and type, however they are spaced.
            var rest = record[...]
            var words: [String] = []
            for _ in 0..<4 {
                words.append(String(rest.prefix { $0 != " " && $0 != "\t" }))
                rest = rest.dropFirst(words.last?.count ?? 0)
                if words.count < 4 { rest = rest.drop { $0 == " " || $0 == "\t" } }
            }
            expected[words[0] + words[3], default: []].append(trimmed(String(rest)))
        }
        var wrong: [String] = []
        for line in try conformanceLines("all-rr.jsonl", as: Record.self) {
            let record = DNSRecord(
                name: .root, type: DNSType(rawValue: line.typenum), timeToLive: 1,
                rdata: octets(line.hex))
            let text = trimmed(record.rdataText(.multiline))
            let candidates = expected[line.owner + line.type] ?? []
            if !candidates.contains(text) {
                wrong.append("\(line.owner) \(line.type):\n\(text)\n--\n\(candidates)")
            }
        }
        #expect(wrong == [])
    }

    @Test("every record of all-rr is read from its text in every style", .enabled(if: isPresent))
    func styles() throws {
        var whole = DNSTextStyle.line
        whole.groupLength = nil
        whole.expandsAddresses = true
        for line in try conformanceLines("all-rr.jsonl", as: Record.self) {
            let record = DNSRecord(
                name: .root, type: DNSType(rawValue: line.typenum), timeToLive: 1,
                rdata: octets(line.hex))
            for style in [DNSTextStyle.line, .multiline, whole] {
                let text = record.rdataText(style)
                let again = try DNSRecord(
                    name: .root, type: record.type, timeToLive: 1, text: text)
                // The text of WKS does not tell zeros at the end of its map.
                guard record.type.rawValue != 11 else {
                    #expect(again.rdataText(style) == text)
                    continue
                }
                #expect(again.rdata == record.rdata, "\(line.type) \(text)")
            }
        }
    }

    @Test("BIND's texts, good and bad, are read or refused as by BIND", .enabled(if: isPresent))
    func texts() throws {
        var wrong: [String] = []
        var count = 0
        func check(_ name: String, _ text: String, _ isTaken: Bool, _ hex: String?) {
            guard let type = DNSType(name) else { return }
            count += 1
            do throws(DNSTextError) {
                let record = try DNSRecord(name: .root, type: type, timeToLive: 1, text: text)
                if !isTaken {
                    wrong.append("\(name) \(text): should be refused")
                } else if let hex, record.rdata != octets(hex) {
                    wrong.append("\(name) \(text): \(record.rdataText()), not \(hex)")
                }
            } catch {
                if isTaken { wrong.append("\(name) \(text): \(error)") }
            }
        }
        for line in try conformanceLines("bind-rdata-cases.jsonl", as: Case.self) {
            if let text = line.in { check(line.type, text, line.ok, line.hex) }
        }
        for line in try conformanceLines("rr-text.jsonl", as: Text.self) {
            check(line.type, line.rdata, line.isTaken, line.hex)
        }
        for line in try conformanceLines("all-rr.jsonl", as: Record.self) {
            check(line.type, line.dig, true, line.hex)
            check(line.type, line.rfc3597, true, line.hex)
        }
        #expect(wrong == [])
        print("texts: \(count - wrong.count) of \(count) as BIND")
    }

    @Test("BIND's rdata, good and bad, is taken or refused as by BIND", .enabled(if: isPresent))
    func cases() throws {
        var wrong: [String] = []
        var count = 0
        for line in try conformanceLines("bind-rdata-cases.jsonl", as: Case.self) {
            guard let hex = line.hex, let type = DNSType(line.type) else { continue }
            count += 1
            let record = DNSRecord(name: .root, type: type, timeToLive: 1, rdata: octets(hex))
            if record.hasValidRData != line.ok {
                wrong.append("\(line.type) \(hex) should be \(line.ok ? "taken" : "refused")")
            } else if line.ok, let out = line.out, !out.isEmpty, record.rdataText() != out {
                wrong.append("\(line.type) \(hex): \(record.rdataText()) | \(out)")
            }
        }
        for line in try conformanceLines("rr-text.jsonl", as: Text.self) {
            guard line.isTaken, let hex = line.hex, let text = line.text,
                let type = DNSType(line.type)
            else { continue }
            count += 1
            let record = DNSRecord(name: .root, type: type, timeToLive: 1, rdata: octets(hex))
            if record.rdataText() != text {
                wrong.append("\(line.type) \(hex): \(record.rdataText()) | \(text)")
            }
        }
        #expect(wrong == [])
        print("rdata: \(count - wrong.count) of \(count) as BIND")
    }
}

private let isPresent = FileManager.default.fileExists(
    atPath: conformanceFolder.appending(path: "all-rr.jsonl").path)
