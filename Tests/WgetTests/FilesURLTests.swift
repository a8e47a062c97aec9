import Testing
import TwineHTTP

@testable import swift_wget

@Suite(.tags(.wget))
struct FilesURLTests {
    private func parse(_ text: String) throws -> WgetURL { try WgetURL.parse(Array(text.utf8)) }

    @Test("requests ask for what wget asks for", arguments: wgetTargets)
    func targets(end: String, target: String) throws {
        #expect(try parse("http://127.0.0.1:8765\(end)").requestTarget == target)
    }

    @Test("the client asks for the same, where a WebURL can say it", arguments: wgetTargets)
    func webTargets(end: String, target: String) throws {
        let cannot = ["/a/%2E%2E/b": "/b", "/x?a'b": "/x?a%27b"]
        #expect(
            try parse("http://127.0.0.1:8765\(end)").webURL?.requestTarget
                == cannot[target] ?? target)
    }

    @Test(
        "what is no URL is refused in wget's words",
        arguments: [
            ("http://", "Invalid host name"), ("http:///x", "Invalid host name"),
            ("https://", "Invalid host name"), ("http://[::1]x/", "Invalid host name"),
            ("http://a%01b/", "Invalid host name"), ("//x/y", "Scheme missing"),
            ("/x/y", "Scheme missing"), (" http://h/", "Scheme missing"), ("", "Scheme missing"),
            ("foo'é://x", "Scheme missing"), ("foo://x", "Unsupported scheme ‘foo’"),
            ("file:///etc/passwd", "Unsupported scheme ‘file’"),
            ("http:x", "Unsupported scheme ‘http’"), ("http://h:99999/", "Bad port number"),
            ("http://h:x/", "Bad port number"), ("http://h:80x/", "Bad port number"),
            ("http://h:80;x", "Bad port number"), ("http://h:80\\x", "Bad port number"),
            ("http://u:pa?ss@h/", "Bad port number"), ("ftps://x:y", "Bad port number"),
            ("http://:pw@h/x", "Invalid user name"), ("http://@h/x", "Invalid user name"),
            ("http://[::1/", "Unterminated IPv6 numeric address"),
            ("http://[a@h/", "Unterminated IPv6 numeric address"),
            ("http://[::g]/", "Invalid IPv6 numeric address"),
            ("http://[::1%25lo]/", "Invalid IPv6 numeric address"),
            ("http://[1.2.3.4]/", "Invalid IPv6 numeric address"),
        ])
    func errors(text: String, message: Octets) {
        #expect { try parse(text) } throws: {
            ($0 as? WgetURLError)?.message(.unicode) == message
        }
    }

    @Test(
        "a scheme that is left out is found",
        arguments: [
            ("example.com", "http://example.com"), ("example.com/x:y", "http://example.com/x:y"),
            ("127.0.0.1:8765", "http://127.0.0.1:8765"),
            ("localhost:80/x", "http://localhost:80/x"),
            ("HTTP://h/", "HTTP://h/"), ("", "http://"), (".", "http://."), ("/x", "/x"),
            ("//x", "//x"), (":x", ":x"), ("foo://x", "foo://x"), ("foo:bar", "ftp://foo/bar"),
            ("h:/dir", "ftp://h//dir"), ("h:80a", "ftp://h/80a"), ("h:", "ftp://h/"),
            ("http:localhost:80", "ftp://http/localhost:80"), ("mailto:a@b", "ftp://mailto/a@b"),
        ])
    func shorthands(text: String, whole: String) {
        #expect(WgetURL.completed(Array(text.utf8)) == Array(whole.utf8))
    }

    @Test(
        "lines show the URL as wget does",
        arguments: [
            ("HTTP://LocalHost:80", "http://localhost/"), ("http://h:08765/", "http://h:8765/"),
            ("http://u:p%40w@h/x#f", "http://u:*password*@h/x"), ("http://u@h/x", "http://u@h/x"),
            ("http://[0:0::A]:80/", "http://[0:0::a]/"), ("http://a@b@h/x", "http://a@b%40h/x"),
            ("http://local host/", "http://local%20host/"), ("http://0x7f.1/x", "http://0x7f.1/x"),
            ("http://a%48b/", "http://aHb/"), ("ftp://h/a;type=i?b", "ftp://h/a;type=i?b"),
            ("http://bücher.example/", "http://xn--bcher-kva.example/"),
            ("http://h:/", "http://h/"),
        ])
    func shown(text: String, shown: String) throws {
        #expect(try parse(text).text() == shown)
    }

    @Test("a user is decoded, and told only where that is wanted")
    func credentials() throws {
        let url = try parse("http://u%40v:p%2Fw:x@h:81/x?q")
        #expect(url.user == Array("u@v".utf8) && url.password == Array("p/w:x".utf8))
        #expect(url.text(.hidden) == "http://h:81/x?q" && url.originText == "http://h:81")
        #expect(url.authority == "h:81")
        #expect(url.webURL?.password == "p%2Fw%3Ax")
    }

    @Test("a host that no name can be is no WebURL", arguments: ["http://a@b@h/", "http://a b/"])
    func noWebURL(text: String) throws {
        #expect(try parse(text).webURL == nil)
    }

    @Test("octets that are no UTF-8 are escaped one by one")
    func notUTF8() throws {
        #expect(try WgetURL.parse(Array("http://h/".utf8) + [0xFF]).requestTarget == "/%FF")
    }

    @Test(
        "references are read as wget reads them",
        arguments: [
            ("x", "http://u:p@h:81/a/x"), ("?n", "http://u:p@h:81/a/b?n"),
            ("", "http://u:p@h:81/a/b?q"),
            ("#g", "http://u:p@h:81/a/b?q#g"), ("/x/../y", "http://u:p@h:81/x/../y"),
            ("//o/x", "http://o/x"), ("https://o/", "https://o/"), ("foo:x", "foo:x"),
            ("../x?a/b", "http://u:p@h:81/a/../x?a/b"), ("./", "http://u:p@h:81/a/./"),
        ])
    func references(reference: String, text: String) throws {
        let url = try parse("http://u:p@h:81/a/b?q#f")
        #expect(url.resolving(Array(reference.utf8)) == Array(text.utf8))
    }

    @Test(
        "paths of FTP may begin above, those of HTTP may not",
        arguments: [
            ("foo/../..", "", ".."), ("foo/../../bar/../../baz", "baz", "../../baz"),
            ("../", "", "../"), ("a/b/../../c", "c", "c"), ("foo./", "foo./", "foo./"),
            ("foo/./", "foo/", "foo/"), ("a//../b", "a/b", "a/b"), ("a/..", "", ""),
        ])
    func dots(path: String, http: String, ftp: String) {
        #expect(WgetURL.simplified(Array(path.utf8), isFTP: false) == Array(http.utf8))
        #expect(WgetURL.simplified(Array(path.utf8), isFTP: true) == Array(ftp.utf8))
    }

    @Test(
        "a URL of another encoding becomes UTF-8",
        arguments: [
            ("http://h/%E9?%41", "ISO-8859-1", "http://h/é?A"),
            ("http://h/%2f%26", "US-ASCII", "http://h/%2f%26"),
            ("http://h/%41é", "utf8", "http://h/%41é"),
        ])
    func recoded(text: String, charset: String, recoded: String) throws {
        #expect(
            try WgetURL.recoded(Array(text.utf8), from: Charset(name: charset))
                == Array(recoded.utf8))
    }

    @Test("what cannot be converted is told in wget's words")
    func conversionFailures() {
        #expect(throws: Charset.Failure.invalidSequence) {
            try WgetURL.recoded(Array("http://h/%E9".utf8), from: Charset(name: "US-ASCII"))
        }
        #expect(
            Charset.Failure.unsupported(from: Charset(name: "x"), to: .utf8).message(.ascii)
                == "Conversion from 'x' to 'UTF-8' isn't supported")
    }

    @Test("random octets are a URL or an error, and reading the text again changes nothing")
    func random() throws {
        var random = SplitMix(state: 3)
        let marks = Array(":/?#[]@%;.&\\ ~".utf8)
        for _ in 0..<4000 {
            var text = Array(["http://", "ftp://", "", "HTTPS://h"][random.next(below: 4)].utf8)
            for _ in 0..<random.next(below: 30) {
                text.append(
                    random.next(below: 2) == 0
                        ? marks[random.next(below: marks.count)] : UInt8(random.next(below: 256)))
            }
            guard let url = try? WgetURL.parse(text) else { continue }
            let again = try WgetURL.parse(Array(url.text(.shown).utf8))
            #expect(again.requestTarget == url.requestTarget && again.host == url.host)
        }
    }
}
