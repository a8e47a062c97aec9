import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

@Reactor
private func site() async throws -> TestSite {
    try await TestSite { request in
        switch request.segments.joined(separator: "/") {
        case "page":
            return .response(
                .html(
                    """
                    <base href="/sub/"><title>A &amp;
                    B</title><nav><a href="/">Home</a></nav><article><h1>Head</h1>
                    <p>One <a href="two#f">two</a>.<p>Three.</article><a href="two#f">again</a>
                    """))
        case "slow":
            return .async {
                try await deferLater(0.1).value
                return .html("<title>Slow</title>")
            }
        case "latin":
            return .response(
                .octets(
                    Array("<title>Gr".utf8) + [0xfc, 0xdf] + Array("e</title>".utf8),
                    contentType: "text/html; charset=iso-8859-1"))
        case "plain": return .response(.html("<p>nothing"))
        case "moved": return .response(.redirect(to: "/page"))
        default: return .response(.error(.notFound))
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetExtractTests {
    @Test("titles come in the order of the URLs, decoded, and nothing is saved")
    func titles() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = site.url
        let done = try await folder.wget(
            ["-q", "--title", "\(url)/slow", "\(url)/moved", "\(url)/latin"])
        #expect(done.status == 0 && done.output == "Slow\nA & B\nGrüße\n", "\(done)")
        #expect(folder.files == [])
        site.stop()
    }

    @Test("links are whole, each once, by the page's base")
    func links() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = site.url
        let done = try await folder.wget(["-q", "--links", "\(url)/page"])
        #expect(done.status == 0 && done.lines == ["\(url)/", "\(url)/sub/two#f"])
        site.stop()
    }

    @Test("an article is its text")
    func article() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(["-q", "--extract=article", "\(site.url)/page"])
        #expect(done.status == 0 && done.output == "Head\n\nOne two.\n\nThree.\n")
        site.stop()
    }

    @Test("XPath gives what it finds, or a number")
    func xpath() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(
            ["-q", "--xpath=//p", "--xpath=count(//a)", "\(site.url)/page"])
        #expect(done.status == 0 && done.output == "One two.\nThree.\n3\n")
        site.stop()
    }

    @Test("--json gives an object a page, of failures too")
    func json() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = site.url
        let done = try await folder.wget(
            ["-q", "--json", "--title", "--xpath=//h1", "\(url)/moved", "\(url)/none"])
        #expect(done.status == 8 && done.lines.count == 2)
        let records = try done.lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(records.map { $0["url"] as? String } == ["\(url)/moved", "\(url)/none"])
        #expect(records[0]["title"] as? String == "A & B")
        #expect(records[0]["xpath"] as? [String] == ["Head"])
        #expect(records[1]["status"] as? Int == 404 && records[1]["title"] == nil)
        site.stop()
    }

    @Test("a page without what is asked for makes the status 1; one without links does not")
    func missing() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = "\(site.url)/plain"
        let title = try await folder.wget(["-nv", "--title", url])
        #expect(title.status == 1 && title.output == "")
        #expect(title.errors.hasSuffix("swift-wget: \(url): no title in it\n"), "\(title)")
        #expect(try await folder.wget(["-q", "--xpath=//h1", url]).status == 1)
        #expect(try await folder.wget(["-q", "--links", url]).status == 0)
        site.stop()
    }

    @Test("what is no expression ends it at once, and what does not go together too")
    func misuse() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = site.url
        #expect(try await folder.wget(["--xpath=//[", url]).status == 2)
        #expect(try await folder.wget(["--title", "-r", url]).status == 2)
        #expect(site.requests == [])
        site.stop()
    }

    @Test("-O takes the parts")
    func document() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(
            ["-q", "--title", "-O", "titles", "\(site.url)/page"])
        #expect(done.status == 0 && done.output == "" && folder.contents("titles") == "A & B\n")
        site.stop()
    }
}
