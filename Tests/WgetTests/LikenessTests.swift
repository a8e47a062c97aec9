import HTTPTypes
import Testing
import TwineCore

@testable import swift_wget

@Suite(.tags(.wget))
struct LikenessTests {
    @Test(
        "a text of a server is shown as letters and numbers, and gives a terminal no orders",
        arguments: [
            ([0x1B, 0x5B, 0x33, 0x31, 0x6D, 0x07], "\\033[31m\\a"), ([0x66, 0xFC], "f\\374"),
            (Array("ü’\\\t".utf8), "ü’\\\\\\t"), ([0xC2, 0x9B], "\\302\\233"),
        ] as [([UInt8], String)])
    func escaped(_ octets: [UInt8], _ shown: String) {
        #expect(Octets(octets).escaped(.unicode).description == shown)
    }

    @Test("a name stays as it is, but for control characters")
    func forTerminal() {
        #expect(Octets([0x63, 0xE9]).forTerminal == Octets([0x63, 0xE9]))
        #expect(Octets([0x61, 0x1B, 0xE9]).forTerminal == Octets(Array("a\\033".utf8) + [0xE9]))
    }

    @Test(
        "a date with a zone in numbers is taken for one of GMT",
        arguments: [
            ("Sat, 01 Jan 2022 12:34:56 GMT", 1_641_040_496 as Int?),
            ("Sat, 01 Jan 2022 12:34:56 +0100", 1_641_040_496),
            ("Sat, 01 Jan 2022 12:34:56 -0800", 1_641_040_496),
            ("Sat, 01 Jan 2022 12:34:56 CET", nil), ("Sat, 01 Jan 2022 12:34:56 +01x0", nil),
            (" +0100", nil),
        ])
    func zones(_ text: String, _ seconds: Int?) {
        let head = HTTPResponse(status: .ok, headerFields: [.lastModified: text])
        let reply = ReplyHead(head, contentLength: nil, ignoresLength: false)
        #expect(reply.modified == seconds)
    }

    @Test("names are written in the encoding of this place, and those of ASCII need none")
    func encoding() {
        let charsets = LocalNaming.Charsets(remote: .utf8, local: Charset(name: "ISO-8859-1"))
        let naming = LocalNaming(directories: Settings.Directories(), charsets: charsets)
        let url = try? WgetURL.parse(Array("http://a/caf%C3%A9".utf8))
        #expect(url.map { naming.name(of: $0).path } == Octets(Array("caf".utf8) + [0xE9]))
        let none = LocalNaming.Charsets(
            remote: Charset(name: "none"), local: Charset(name: "nothing"))
        let other = LocalNaming(directories: Settings.Directories(), charsets: none)
        let plain = try? WgetURL.parse(Array("http://a/cafe".utf8))
        #expect(plain.map { other.name(of: $0).notices } == [])
    }

    @Test("a name that cannot be written in it is told when all is told, and stays")
    func notConverted() throws {
        let naming = LocalNaming(
            directories: Settings.Directories(), charsets: LocalNaming.Charsets(local: .utf8))
        let name = naming.name(of: try WgetURL.parse(Array("http://a/caf%E9".utf8)))
        #expect(name.path == Octets(Array("caf".utf8) + [0xE9]))
        #expect(name.notices.map(\.kind) == [.verbose])
    }

    @Test("how much of a path lies below a file is counted")
    func blocked() throws {
        let folder = try FilesFolder()
        folder.put("file", "")
        try folder.makeFolder("a")
        #expect(PathOnDisk.blocked(folder.octets("file/x")) == 1)
        #expect(PathOnDisk.blocked(folder.octets("file/x/y")) == 2)
        #expect(PathOnDisk.blocked(folder.octets("a/b/c")) == 0)
        #expect(PathOnDisk.blocked("x") == 0)
    }

    @Test(
        "what a file is that its server does not name is seen from its beginning",
        arguments: [
            ("<!DOCTYPE html>", true), ("\u{FEFF}\n <html>", true), ("<?xml?>", false),
            ("text <b>", false), ("", false), ("<", false), ("<p\0", false),
            ("\u{89}PNG\r\n<a href=x>", false),
        ])
    func kinds(_ text: String, _ isHTML: Bool) throws {
        let folder = try FilesFolder()
        folder.put("file", text)
        #expect(DownloadedKind.looksLikeHTML(folder.octets("file")) == isHTML)
        #expect(!DownloadedKind.looksLikeHTML(folder.octets("none")))
    }
}
