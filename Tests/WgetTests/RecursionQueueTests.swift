import Glibc
import Testing
import TwineTesting

@testable import swift_wget

private func url(_ number: Int) -> String {
    "http://h\(number % 7).example/some/folder/\(number).html?page=\(number)"
}

/// The same, read.
private func readURL(_ number: Int) -> WgetURL {
    var url = WgetURL(scheme: .http, host: Array("h\(number % 7).example".utf8), port: 80)
    url.path = Array("some/folder/\(number).html".utf8)
    url.query = Array("page=\(number)".utf8)
    return url
}

/// How much of this process is in memory, in octets.
private func memoryInUse() -> Int {
    let file = unsafe open("/proc/self/statm", O_RDONLY)
    defer { _ = close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    let words = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
}

@Suite(.tags(.wget))
struct RecursionQueueTests {
    @Test("what is pushed comes out in order, with all that was said of it")
    func order() throws {
        let links = [
            QueuedLink(
                url: url(1), referer: nil, depth: 0, expectsHTML: true, expectsCSS: false),
            QueuedLink(
                url: url(2), referer: url(1), depth: 1, expectsHTML: false, expectsCSS: true
            ),
            QueuedLink(
                url: url(3), referer: url(1), depth: 300, expectsHTML: true,
                expectsCSS: true),
            QueuedLink(
                url: url(4), referer: nil, depth: 2, expectsHTML: false, expectsCSS: false),
            QueuedLink(
                url: url(5), referer: url(4), depth: 2, expectsHTML: false,
                expectsCSS: false),
        ]
        for blockSize in [1, 100, 1 << 20] {
            var queue = LinkQueue(blockSize: blockSize)
            for link in links { queue.push(link) }
            #expect(queue.count == links.count)
            var popped: [QueuedLink] = []
            while let link = queue.pop() { popped.append(link) }
            #expect(popped == links, "\(blockSize)")
            #expect(queue.pop() == nil && queue.spilled == 0)
        }
    }

    @Test(
        "pushing and popping in turns keeps the order, in memory and on disk", arguments: [1, 2, 3])
    func turns(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var queue = LinkQueue(blockSize: 500)
        var pushed = 0
        var popped = 0
        for _ in 0..<20_000 {
            if Bool.random(using: &random) || popped == pushed {
                let referer = pushed % 5 == 0 ? nil : url(pushed / 3)
                queue.push(
                    QueuedLink(
                        url: url(pushed), referer: referer, depth: pushed,
                        expectsHTML: pushed % 2 == 0, expectsCSS: false))
                pushed += 1
            } else {
                let next = queue.pop()
                let link = try #require(next)
                let referer = popped % 5 == 0 ? nil : url(popped / 3)
                #expect(link.url == (url(popped)) && link.depth == popped)
                #expect(link.referer == referer && link.expectsHTML == (popped % 2 == 0))
                popped += 1
            }
        }
        #expect(queue.count == pushed - popped)
    }

    @Test("a million URLs wait, nearly all of them on disk")
    func million() {
        let count = 1_000_000
        let page = url(0)
        let before = memoryInUse()
        var queue = LinkQueue()
        for number in 0..<count {
            queue.push(
                QueuedLink(
                    url: url(number), referer: page, depth: 1, expectsHTML: true,
                    expectsCSS: false))
        }
        let grown = memoryInUse() - before
        #expect(queue.count == count && queue.spilled > 40_000_000)
        #expect(grown < 24 << 20, "\(grown >> 20) MiB")
        var isRight = true
        for number in 0..<count {
            let link = queue.pop()
            isRight = isRight && link?.url == url(number) && link?.referer == page
        }
        #expect(isRight && queue.pop() == nil)
    }
}

@Suite(.tags(.wget))
struct RecursionVisitedSetTests {
    @Test("a URL is seen once, however it is percent-encoded, and without its fragment")
    func once() throws {
        var set = VisitedSet()
        #expect(set.insert(try wgetURL("http://h/a b#x")))
        #expect(!set.insert(try wgetURL("http://h/a%20b")))
        #expect(set.contains(try wgetURL("http://h/%61%20b#y")))
        #expect(!set.contains(try wgetURL("http://h/a")))
        #expect(set.count == 1)
    }

    @Test("a million URLs are told apart in 16 MiB")
    func million() {
        let before = memoryInUse()
        var set = VisitedSet()
        var fresh = 0
        for number in 0..<1_000_000 where set.insert(readURL(number)) { fresh += 1 }
        let grown = memoryInUse() - before
        #expect(fresh == 1_000_000 && set.count == 1_000_000)
        // The table itself, and the one it grew from.
        #expect(grown < 32 << 20, "\(grown >> 20) MiB")
        var found = 0
        for number in 0..<1_000_000 where set.contains(readURL(number)) { found += 1 }
        #expect(found == 1_000_000)
        var mistaken = 0
        for number in 1_000_000..<1_200_000 where set.contains(readURL(number)) { mistaken += 1 }
        #expect(mistaken == 0)
    }
}

@Suite(.tags(.wget))
struct RecursionDownloadMapTests {
    private func download(_ url: String, _ file: Octets, _ kind: DownloadedFile.Kind = .html) throws
        -> DownloadedFile
    {
        DownloadedFile(url: try wgetURL(url), file: file, kind: kind)
    }

    private func files(_ map: DownloadMap, _ kind: DownloadedFile.Kind = .html) -> [String] {
        var files: [String] = []
        map.forEach(kind) { files.append("\($0.file) \($0.url.text())") }
        return files
    }

    @Test("what was noted is found again, with all that was said of it")
    func all() throws {
        let map = DownloadMap(memory: 16)
        var one = try download("http://h/a?b", Octets([0x61, 0xff, 0x3f]), .css)
        one.hasAddedEnding = true
        one.isNew = false
        one.charset = "latin1"
        map.add(one)
        map.add(try download("http://h/c", "c"))
        #expect(map.file(of: try wgetURL("http://h/a?b#x")) == one)
        #expect(map.file(of: try wgetURL("http://h/a")) == nil)
        #expect(map.spilled > 0)
        #expect(files(map) == ["c http://h/c"])
    }

    @Test("a redirection leads to the file, and does not replace what is known")
    func redirections() throws {
        let map = DownloadMap()
        map.add(try download("http://h/new", "old"))
        let old = try wgetURL("http://h/old")
        map.add(redirection: old, to: try wgetURL("http://h/new"))
        #expect(map.file(of: old)?.file == "old")
        #expect(files(map) == ["old http://h/new"])
        map.add(redirection: old, to: try wgetURL("http://h/none"))
        #expect(map.file(of: old)?.file == "old")
    }

    @Test("a file that another URL was saved to is no longer the first one's")
    func replaced() throws {
        let map = DownloadMap()
        let first = try wgetURL("http://h/x")
        map.add(try download("http://h/x", "f"))
        map.add(redirection: try wgetURL("http://h/r"), to: first)
        map.add(try download("http://h/y", "f"))
        #expect(map.file(of: first) == nil)
        #expect(map.file(of: try wgetURL("http://h/r")) == nil)
        #expect(files(map) == ["f http://h/y"])
        map.add(try download("http://h/x", "g"))
        #expect(map.file(of: first)?.file == "g")
    }

    @Test("a folder and its index.html are one page")
    func index() throws {
        let map = DownloadMap()
        map.add(try download("http://h/d/", "h/d/index.html"))
        map.add(try download("http://h/d/index.html", "h/d/index.html"))
        #expect(map.file(of: try wgetURL("http://h/d/"))?.file == "h/d/index.html")
        #expect(map.file(of: try wgetURL("http://h/d/index.html"))?.file == "h/d/index.html")
        #expect(files(map) == ["h/d/index.html http://h/d/"])
    }

    @Test("a file that was removed is gone, and may come again")
    func removed() throws {
        let map = DownloadMap()
        map.add(try download("http://h/x", "f"))
        map.remove("f")
        map.remove("never")
        #expect(map.file(of: try wgetURL("http://h/x")) == nil && files(map).isEmpty)
        map.add(try download("http://h/x", "f"))
        #expect(files(map) == ["f http://h/x"])
    }

    @Test("twenty thousand files are found again, nearly all of them on disk")
    func many() throws {
        let map = DownloadMap(memory: 100_000)
        let before = memoryInUse()
        for number in 0..<20_000 {
            map.add(
                DownloadedFile(
                    url: try wgetURL(url(number)), file: Octets("folder/\(number).html"),
                    kind: .html))
        }
        let grown = memoryInUse() - before
        #expect(grown < 6 << 20, "\(grown >> 20) MiB")
        #expect(map.spilled > 600_000)
        var found = 0
        for number in 0..<20_000
        where map.file(of: try wgetURL(url(number)))?.file == Octets("folder/\(number).html") {
            found += 1
        }
        #expect(found == 20_000)
        #expect(files(map).count == 20_000)
    }
}
