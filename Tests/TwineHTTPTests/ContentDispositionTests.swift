import Foundation
import HTTPTypes
import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("Content-Disposition")
struct ContentDispositionTests {
    struct Case: Decodable {
        struct Options: Decodable {
            var extended: Bool?
            var multipart: Bool?
        }
        struct Expected: Decodable {
            let type: String
            let parameters: [String: String]
        }
        let header: String
        let options: Options?
        let expect: Expected
    }

    @Test(
        "the cases of jshttp, but for what is of forms only",
        .enabled(
            if: WireData.has("content-disposition/jshttp.json"),
            "../shared/data/content-disposition is absent"))
    func conformance() throws {
        let data = try WireData.read("content-disposition/jshttp.json")
        let cases = try JSONDecoder().decode([Case].self, from: data)
        var passed = 0
        var exceptions = 0
        for each in cases {
            // `%22`, `%0A` and `%0D` mean octets in the parts of a form, which browsers write, and not in
            // the field of a message (RFC 7578 §2 against RFC 6266 §4.3).
            if each.options?.multipart == true,
                each.header.range(
                    of: "%(22|0a|0d)", options: [.regularExpression, .caseInsensitive])
                    != nil
            {
                exceptions += 1
                continue
            }
            let disposition = ContentDisposition(each.header)
            var parameters: [String: String] = [:]
            for parameter in disposition.parameters {
                parameters[parameter.name] = parameter.value
            }
            if each.options?.extended != false {
                for parameter in disposition.parameters where parameter.name.hasSuffix("*") {
                    let name = String(parameter.name.dropLast())
                    parameters[name] = disposition[name]
                }
            }
            #expect(disposition.type == each.expect.type, "\(each.header)")
            #expect(parameters == each.expect.parameters, "\(each.header)")
            passed += 1
        }
        #expect(passed == 132 && exceptions == 3)
    }

    @Test(
        "the name that counts",
        arguments: [
            ("attachment; filename=a.txt", "a.txt"),
            ("attachment; filename=a.txt; filename*=UTF-8''%e2%82%ac.txt", "\u{20ac}.txt"),
            ("attachment; filename*=utf-8'en'b.txt; filename=a.txt", "b.txt"),
            // What cannot be read does not count.
            ("attachment; filename*=KOI8-R''b.txt; filename=a.txt", "a.txt"),
            ("attachment; filename*=UTF-8''%ff.txt; filename=a.txt", "a.txt"),
            ("attachment; filename*=UTF-8''b%2; filename=a.txt", "a.txt"),
            ("attachment; filename*=\"UTF-8''b.txt\"; filename=a.txt", "a.txt"),
            ("attachment; filename*0=a; filename*1=\"b;c\"; filename*2=d", "ab;cd"),
            ("attachment; filename*1=b; filename*0=a", "ab"),
            ("attachment; filename*0=a; filename*2=c", "a"),
            (
                "attachment; filename*0*=UTF-8''%e2%82%ac; filename*1=b; filename*2*=%41",
                "\u{20ac}bA"
            ),
            ("attachment; filename*0*=ISO-8859-1''%e4; filename*1*=%f6", "\u{e4}\u{f6}"),
            ("attachment; filename*0=a; filename=b", "a"),
            ("attachment; filename=\"a\\\"b\\\\c\"", "a\"b\\c"),
        ])
    func name(_ field: String, _ expected: String) {
        #expect(ContentDisposition(field).filename == expected)
    }

    @Test(
        "what is safe of a name",
        arguments: [
            ("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("/a/b", "b"),
            ("C:\\a\\b.txt", "b.txt"),
            ("a/b\\c", "c"), ("..", nil), (".", nil), ("", nil), ("a/", nil), ("a\\", nil),
            ("   ", nil),
            (" a b ", "a b"), ("a\u{0}b\u{1f}c\u{7f}\u{85}", "abc"), ("..\u{0}", nil),
            (". .", ". ."), ("\u{202e}gpj.exe", "gpj.exe"), (".profile", ".profile"),
            ("../\u{0}/..", nil),
        ] as [(String, String?)])
    func safety(_ name: String, _ expected: String?) {
        #expect(ContentDisposition.safe(name) == expected)
    }

    @Test("octets that are not UTF-8 are characters of ISO 8859-1, and those of UTF-8 of UTF-8")
    func charsets() throws {
        let latin1 = Array("attachment; filename=\"".utf8) + [0xE4] + Array(".txt\"".utf8)
        #expect(ContentDisposition(latin1.span).fileName == "\u{e4}.txt")
        let field = HTTPField(name: .contentDisposition, value: latin1)
        #expect(ContentDisposition(field).fileName == "\u{e4}.txt")
        #expect(ContentDisposition("attachment; filename=\u{20ac}").fileName == "\u{20ac}")
    }

    @Test("everything but inline is saved")
    func attachment() {
        #expect(ContentDisposition("attachment").isAttachment)
        #expect(ContentDisposition("what; filename=a").isAttachment)
        #expect(!ContentDisposition("INLINE; filename=a").isAttachment)
        #expect(!ContentDisposition("").isAttachment)
    }

    @Test("parameters without end are read up to the limit")
    func isBounded() {
        let many = (0..<10_000).map { "; p\($0)=v" }.joined()
        let disposition = ContentDisposition("attachment" + many)
        #expect(disposition.parameters.count == ContentDisposition.parameterLimit)
        let pieces = (0..<10_000).map { "; filename*\($0)=v" }.joined()
        #expect(ContentDisposition("attachment" + pieces).filename?.count == 64)
    }
}
