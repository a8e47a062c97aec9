import HTTPTypes
import Testing
import TwineHTML
import TwineHTTP

@testable import swift_wget

@Suite("Files with mirrors", .tags(.wget))
struct InputMirroredFileTests {
    private func file(_ inside: String, preferring location: String? = nil) throws -> MirroredFile {
        let text =
            "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"><file name=\"f\">\(inside)</file>"
            + "</metalink>"
        let document = try Metalink(Array(text.utf8))
        return MirroredFile(try #require(document.files.first), preferring: location)
    }

    @Test("the strongest digest comes first, and what is none is left out")
    func checksums() throws {
        let sums = [Checksum.Algorithm.md5, .sha256, .sha1].map {
            "<hash type=\"\($0 == .sha1 ? "SHA" : $0.rawValue)\">"
                + ($0.checksum(of: [])?.hexadecimal ?? "") + "</hash>"
        }
        let found = try file(
            sums.joined() + "<hash type=\"sha-512\">00</hash><hash type=\"tiger\">00</hash>")
        #expect(found.checksums.map(\.algorithm) == [.sha256, .sha1, .md5])
    }

    @Test("pieces that are not as many as the size asks for count for nothing")
    func pieces() throws {
        let digest = Checksum.Algorithm.sha256.checksum(of: [])?.hexadecimal ?? ""
        let pieces = "<pieces length=\"10\" type=\"sha-256\"><hash>\(digest)</hash></pieces>"
        #expect(try file("<size>10</size>" + pieces).pieces != nil)
        #expect(try file("<size>11</size>" + pieces).pieces == nil)
    }

    @Test("mirrors are in the order of priority, the preferred country before its equals")
    func mirrors() throws {
        let urls = """
            <url priority="2" location="us">http://c/</url><url priority="2" location="de">http://b/</url>
            <url priority="1" location="us">http://a/</url>
            """
        #expect(
            try file(urls, preferring: "DE").mirrors == ["http://a/", "http://b/", "http://c/"])
        #expect(try file(urls).mirrors == ["http://a/", "http://c/", "http://b/"])
    }

    @Test("of the documents that tell of it, Metalinks count")
    func descriptions() throws {
        let found = try file(
            """
            <metaurl mediatype="torrent">http://t/</metaurl>
            <metaurl mediatype="application/metalink4+xml" name="n">http://m/</metaurl>
            """)
        #expect(
            found.descriptions == [MirroredFile.Description(url: "http://m/", name: "n")])
    }

    @Test("fields that tell of nothing leave nothing but the name")
    func nothing() {
        let found = MirroredFile(name: "f", nil, preferring: nil)
        #expect(found.mirrors.isEmpty && found.checksums.isEmpty && found.name == "f")
    }
}
