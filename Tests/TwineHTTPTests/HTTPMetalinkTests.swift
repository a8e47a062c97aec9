import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("Metalink/HTTP and digests of responses")
struct HTTPMetalinkTests {
    private func fields(_ list: [(String, String)]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in list {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return fields
    }

    private let digest = ("Digest", "SHA-256=MWVkMWQxYTRiMzk5MDQ0MzI3NGU5NDEyZTk5OWY1ZGE=")

    private func metalink(_ list: [(String, String)]) throws -> HTTPMetalink? {
        HTTPMetalink(
            try fields(list), from: try WebURL.parse("https://www.example.com/dir/example.ext"))
    }

    @Test("RFC 6249 §1.1: mirrors, a document, a torrent, a signature, digests")
    func example() throws {
        let metalink = try #require(
            try metalink([
                ("Link", "<http://www2.example.com/example.ext>; rel=duplicate"),
                ("Link", "<ftp://ftp.example.com/example.ext>; rel=duplicate"),
                ("Link", "<torrent>; rel=describedby; type=\"application/x-bittorrent\""),
                ("Link", "<example.meta4>; rel=describedby; type=\"application/metalink4+xml\""),
                ("Link", "<example.ext.asc>; rel=describedby; type=\"application/pgp-signature\""),
                ("Link", "<other>; rel=next"), ("Link", "<mailto:a@b>; rel=duplicate"), digest,
            ]))
        #expect(
            metalink.mirrors.map(\.url.serialization) == [
                "http://www2.example.com/example.ext", "ftp://ftp.example.com/example.ext",
            ])
        #expect(
            metalink.descriptions.map(\.type) == [
                "application/x-bittorrent", "application/metalink4+xml",
                "application/pgp-signature",
            ])
        #expect(
            metalink.descriptions[1].url.serialization
                == "https://www.example.com/dir/example.meta4")
        #expect(metalink.checksums.map(\.algorithm) == [.sha256])
        #expect(
            metalink.checksums[0].octets == Array("1ed1d1a4b3990443274e9412e999f5da".utf8))
    }

    @Test("the preferred come first, then by priority, then those of the country, then in order")
    func order() throws {
        let metalink = try #require(
            try metalink([
                (
                    "Link",
                    "<http://a/>; rel=duplicate; pri=0, <http://b/>; rel=duplicate; pri=5; geo=DE"
                ),
                ("Link", "<http://c/>; rel=duplicate; pri=5; geo=fr; depth=3"),
                ("Link", "<http://d/>; rel=duplicate; pri=9; pref"), digest,
            ]))
        let hosts = { (mirrors: [HTTPMetalink.Mirror]) in mirrors.map(\.url.hostName) }
        #expect(hosts(metalink.mirrors) == ["d", "b", "c", "a"])
        #expect(hosts(metalink.mirrors(preferring: "FR")) == ["d", "c", "b", "a"])
        #expect(metalink.mirrors.map(\.priority) == [9, 5, 5, HTTPMetalink.lastPriority])
        #expect(metalink.mirrors[2].location == "fr" && metalink.mirrors[2].depth == 3)
    }

    @Test("mirrors without a digest do not count, and neither does a response without links")
    func refused() throws {
        #expect(try metalink([("Link", "<http://a/>; rel=duplicate")]) == nil)
        #expect(try metalink([digest]) == nil)
        #expect(try metalink([("Link", "<http://a/>; rel=next"), digest]) == nil)
    }

    @Test("Digest: the strongest first, what is unknown or of a wrong length left out")
    func digests() {
        let values = [
            "MD5=HUXZLQLMuI/KZ5KDcJPcOA==, unixsum=30637,SHA=thvDyvhfIqlvFe+A9MYgxAfm1q5=",
            "sha-256=AAAA",
            "what, SHA=thvDyvhfIqlvFe+A9MYgxAfm1qw=, , =x, md5=?",
        ]
        let found = DigestField.digests(values)
        #expect(found.map(\.algorithm) == [.sha1, .md5])
        #expect(found.last?.hexadecimal == "1d45d92d02ccb88fca6792837093dc38")
    }

    @Test("RFC 9530: Repr-Digest counts always, Content-Digest for whole messages only")
    func structured() throws {
        let hello = try #require(Checksum.Algorithm.sha256.checksum(of: Array("hello".utf8)))
        let part = try #require(Checksum.Algorithm.sha512.checksum(of: Array("h".utf8)))
        let list = try fields([
            ("Repr-Digest", "sha-256=:\(hello.base64):, sha-1=:x, id=?1"),
            ("Content-Digest", "sha-512=:\(part.base64):"),
        ])
        #expect(DigestField.digests(in: list, isWhole: false) == [hello])
        #expect(DigestField.digests(in: list, isWhole: true) == [part, hello])
        #expect(DigestField.structuredDigests(["sha-256=\(hello.base64)"]).isEmpty)
    }
}
