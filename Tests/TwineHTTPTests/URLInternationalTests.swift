import Foundation
import Testing

@testable import TwineHTTP

/// Where libidn2 (2.3.3, Unicode 15) answers otherwise than the tables of the data (Unicode 16).
///
/// A difference that belongs to none of these reasons fails the test; so does a reason whose
/// count changes, except that a newer libidn2 may need fewer.
private enum Difference: String, CaseIterable {
    /// libidn2 refuses labels whose ASCII form has more than 63 octets. DNS cannot carry them.
    case labelTooLongForDNS
    /// libidn2 refuses international labels with hyphens first, last, or third and fourth.
    case hyphens
    /// A scalar that IDNA2008 excludes stands beside one that only the laxer lookup excludes, or
    /// is valid since Unicode 15.1 only (`≠`, `≯`, and CJK compatibility ideographs mapped anew).
    case excludedByIDNA2008
    /// A scalar that the tables of this libidn2 do not know yet.
    case unassigned
    /// libidn2 checks a right-to-left label for itself, where the standard checks the whole name.
    case bidiOfTheWholeName

    static func of(_ error: WebURLError?) -> Difference? {
        guard case .hostNotInternational(let reason) = error else {
            return error == nil ? .bidiOfTheWholeName : nil
        }
        if reason.contains("too large") {
            return .labelTooLongForDNS
        }
        if reason.contains("hyphen") { return .hyphens }
        if reason.contains("unassigned") { return .unassigned }
        if reason.contains("disallowed") || reason.contains("not valid") {
            return .excludedByIDNA2008
        }
        return nil
    }
}

@Suite("URL: international host names")
struct URLInternationalTests {
    private func ascii(_ name: String) -> Result<String, WebURLError> {
        do throws(WebURLError) {
            var output: [UInt8] = []
            _ = try HostText.parse(name.utf8.span, isSpecial: true, to: &output)
            return .success(String(decoding: output, as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    private func differences(_ file: String) throws -> (total: Int, counts: [Difference: Int]) {
        var counts: [Difference: Int] = [:]
        var total = 0
        for item in try ConformanceData.cases(file) {
            guard let input = item["input"] as? String, !input.isEmpty,
                // "%" is decoded in URLs before IDNA sees it.
                !input.contains("%")
            else { continue }
            total += 1
            let result = ascii(input)
            var expected = item["output"] as? String
            if expected == "" { expected = nil }
            let found = try? result.get()
            if found == expected { continue }
            var error: WebURLError?
            if case .failure(let failure) = result { error = failure }
            guard let difference = Difference.of(error) else {
                Issue.record("\(input.debugDescription): \(String(describing: result))")
                continue
            }
            counts[difference, default: 0] += 1
        }
        return (total, counts)
    }

    private func check(_ file: String, _ expectedTotal: Int, _ listed: [Difference: Int]) throws {
        let (total, counts) = try differences(file)
        #expect(total == expectedTotal)
        for difference in Difference.allCases {
            #expect(
                counts[difference, default: 0] <= listed[difference, default: 0],
                "\(difference.rawValue) in \(file)")
        }
    }

    @Test(
        "IdnaTestV2: 55 of 2,667 names differ, each for a reason that is listed",
        .enabled(if: ConformanceData.isPresent))
    func idnaTestV2() throws {
        try check(
            "IdnaTestV2.json", 2_667,
            [.labelTooLongForDNS: 28, .hyphens: 18, .excludedByIDNA2008: 8, .unassigned: 1])
    }

    @Test(
        "toascii: 5 of 87 names differ, each for a reason that is listed",
        .enabled(if: ConformanceData.isPresent))
    func toASCII() throws {
        try check(
            "toascii.json", 87,
            [
                .labelTooLongForDNS: 1, .hyphens: 2, .excludedByIDNA2008: 1,
                .bidiOfTheWholeName: 1,
            ])
    }

    @Test(
        "names that older Unicode versions refused are still refused",
        .enabled(if: ConformanceData.isPresent))
    func removed() throws {
        #expect(try differences("IdnaTestV2-removed.json").counts.isEmpty)
    }

    @Test(
        "names that people use",
        arguments: [
            ("Bücher.example", "xn--bcher-kva.example"),
            ("faß.de", "xn--fa-hia.de"),
            ("日本語。ＪＰ", "xn--wgv71a119e.jp"),
            ("i❤.ws", "xn--i-7iq.ws"),
            ("💩.la", "xn--ls8h.la"),
            ("РФ.рф", "xn--p1ai.xn--p1ai"),
            ("r3---sn-a.bücher.example", "r3---sn-a.xn--bcher-kva.example"),
            ("１２７．１", "127.0.0.1"),
            ("b%C3%BCcher.example", "xn--bcher-kva.example"),
            ("xn--a", "xn--a"),
        ])
    func inUse(_ name: String, _ expected: String) {
        #expect(ascii(name) == .success(expected))
    }

    @Test("what maps to forbidden code points, or is no UTF-8, is refused")
    func refused() {
        for name in ["a\u{2A74}b", "\u{FF05}00.com", "%FF.com", "ab\u{0}é", "\u{AD}", "é/"] {
            #expect((try? ascii(name).get()) == nil, "\(name.debugDescription)")
        }
    }
}
