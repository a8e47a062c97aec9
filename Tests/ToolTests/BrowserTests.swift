import Foundation
import Subprocess
import Testing
import Twine

/// What people see in a browser: Chromium without a window, where it is installed.
@Suite(
    .serialized, .enabled(if: Chromium.program != nil, "no Chromium here that runs"),
    .timeLimit(.minutes(3)))
@Reactor
struct BrowserTests {
    private let names = [
        "a.txt", "b & <b>c<b>.txt", "ümläut.html", "%41.txt", "#1?x=y.txt", "\"quoted'.txt",
        String(repeating: "long", count: 50) + ".bin",
    ]

    /// Serves a folder, asks for `target` in a browser, and ends the server.
    private func withFolder<Result>(
        _ names: [String], _ body: @Reactor (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in names {
            try Data("<title>found</title>".utf8).write(to: folder.appendingPathComponent(name))
        }
        let server = try ServerProgram(
            "swift-serve", ["--json", "--port", "0", "--bind", "127.0.0.1", folder.path])
        let port = try await server.ports()[0]
        let result = try await body("http://127.0.0.1:\(port)/")
        try await server.stop()
        return result
    }

    @Test("each entry of a list is a row with its own link, whatever its name")
    func links() async throws {
        let (dom, pages) = try await withFolder(names) { url in
            let dom = try await Chromium.dom(of: url)
            // Where the links of these files lead, the file is.
            var pages: [String] = []
            for link in dom.links where link.hasSuffix(".html") || link.hasSuffix(".txt") {
                let page = try await getPage("\(url)\(link.dropFirst(2))").value
                pages.append(String(decoding: page, as: UTF8.self))
            }
            return (dom, pages)
        }
        #expect(dom.count(of: "<tr class=\"file\">") == names.count)
        #expect(dom.count(of: "<tr class=\"folder\">") == 1)
        #expect(dom.count(of: "<b>") == 0)
        #expect(pages == Array(repeating: "<title>found</title>", count: names.count - 1))
    }

    @Test("the picture has a line for each entry, in columns, and nothing leaves the window")
    func picture() async throws {
        let plain = (1...6).map { "file\($0).txt" }
        for count in [2, 6] {
            let picture = try await withFolder(Array(plain.prefix(count))) {
                try await Chromium.picture(of: $0, width: 800, height: 600)
            }
            // The folder and the files, the names of the columns, and the line below these.
            #expect(picture.bands(inColumns: 600..<784) == 1 + count + 2)
            #expect(picture.isBlank(columns: 0..<16) && picture.isBlank(columns: 784..<800))
            // Names and sizes have room between them.
            #expect(picture.bands(inColumns: 300..<400) == 1)
            #expect(picture.background.allSatisfy { $0 == 255 })
        }
    }

    @Test("a narrow window, as of a telephone, wraps long names and leaves the time out")
    func narrow() async throws {
        let picture = try await withFolder(names) {
            try await Chromium.picture(of: $0, width: 360, height: 1000)
        }
        #expect(picture.isBlank(columns: 0..<16) && picture.isBlank(columns: 344..<360))
        // The sizes: one for each file, the name of the column, the line.
        #expect(picture.bands(inColumns: 295..<344) == names.count + 2)
    }

    @Test("who likes it dark gets it dark")
    func dark() async throws {
        let picture = try await withFolder(["a"]) {
            try await Chromium.picture(
                of: $0, width: 400, height: 300, ["--blink-settings=preferredColorScheme=0"])
        }
        #expect(picture.background.allSatisfy { $0 < 64 })
    }

    @Test("a page talks to its site by WebSocket; the example turns away pages of other sites")
    func webSocket() async throws {
        let socket = try ServerSocket(.stream, .ip(.loopback4, port: 0))
        let port = try #require(socket.address.port)
        let example = try ServerProgram(
            "example-web-socket", ["fd:3"], descriptors: [3: socket.number])
        let root = Resource()
        root.putChild(
            "echo",
            WebSocketResource { socket in
                socket.onMessage = { [unowned socket] in socket.send($0) }
            })
        // The page is complete for the browser when this picture has come.
        let done = Deferred<WebResponse>()
        root.putChild("wait", FunctionResource { _ in .deferred(done) })
        root.putChild(
            "done",
            FunctionResource { _ in
                done.callback(WebResponse(status: .noContent))
                return .response(WebResponse(status: .noContent))
            })
        root.putChild(
            "",
            StaticResource.html(
                """
                <!doctype html><p></p><img src=/wait><script>
                const paragraph = document.querySelector('p')
                const own = new WebSocket(`ws://${location.host}/echo`)
                own.onopen = () => own.send('grüezi ' + 'x'.repeat(70000))
                own.onmessage = event => {
                    paragraph.textContent = event.data.slice(0, 7) + event.data.length
                    own.close(1000)
                }
                own.onclose = event => {
                    paragraph.textContent += ` ${event.code}`
                    const other = new WebSocket('ws://127.0.0.1:\(port)/echo')
                    other.onclose = event => {
                        paragraph.textContent += ` ${event.code} ${event.reason}`
                        fetch('/done')
                    }
                }
                </script>
                """))
        let site = try await Site(root).listen(at: TCPServerEndpoint.loopback()).value
        let page = try await Chromium.dom(of: "http://\(site.address)/")
        #expect(
            page.contains(
                "<p>grüezi 70007 1000 1008 this is for the page of this site</p>"), "\(page.html)")
        site.stopListening()
        example.signal(SIGKILL)
        _ = try await example.end()
    }
}

/// The browser's program.
private enum Chromium {
    /// Its name, if it is installed and runs here.
    static let program = ["chromium-headless-shell", "chromium", "chromium-browser"].first { name in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "60", name, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "about:blank",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func run(_ arguments: [String]) async throws -> String {
        let home = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: home) }
        // Its own sandbox does not work for the superuser; it sees nothing but these pages.
        let all =
            [
                "60", program ?? "", "--headless", "--no-sandbox", "--disable-gpu",
                "--hide-scrollbars",
                "--no-proxy-server", "--user-data-dir=\(home.path)",
            ] + arguments
        let result = try await Subprocess.run(
            .name("timeout"), arguments: .init(all), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        return result.standardOutput
    }

    /// The page's tree, as the browser has built it, as HTML.
    static func dom(of url: String) async throws -> Page {
        Page(html: try await run(["--dump-dom", url]))
    }

    /// What the page looks like.
    static func picture(
        of url: String, width: Int, height: Int, _ options: [String] = []
    ) async throws -> Picture {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max)).png")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await run(
            options + ["--screenshot=\(file.path)", "--window-size=\(width),\(height)", url])
        return try Picture(png: [UInt8](Data(contentsOf: file)))
    }
}

private struct Page {
    let html: String
    func contains(_ text: String) -> Bool { html.contains(text) }
    func count(of text: String) -> Int { html.components(separatedBy: text).count - 1 }

    /// The links of the rows, with what HTML escapes put back.
    var links: [String] {
        html.components(separatedBy: "<td><a href=\"").dropFirst().map {
            $0.components(separatedBy: "\"")[0].replacingOccurrences(of: "&amp;", with: "&")
        }
    }
}

/// A picture of 8 bits a colour, as Chromium writes it.
///
/// PNG, third edition, §9 (filters).
private struct Picture {
    let width: Int
    let height: Int
    private var rows: [[UInt8]] = []
    private let depth: Int

    init(png: [UInt8]) throws {
        func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        try #require(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png[24] == 8)
        width = number(16)
        height = number(20)
        depth = png[25] == 6 ? 4 : 3
        let decoder = try ContentDecoder([.deflate])
        var data: [UInt8] = []
        var place = 8
        while place < png.count {
            let length = number(place)
            if Array(png[place + 4..<place + 8]) == Array("IDAT".utf8) {
                try decoder.decode(png[place + 8..<place + 8 + length].span) { piece in
                    for index in piece.indices { data.append(piece[index]) }
                    return true
                }
            }
            place += 12 + length
        }
        let stride = width * depth
        try #require(data.count == height * (stride + 1))
        var above = [UInt8](repeating: 0, count: stride)
        for row in 0..<height {
            let filter = data[row * (stride + 1)]
            var line = Array(data[row * (stride + 1) + 1..<(row + 1) * (stride + 1)])
            for index in 0..<stride {
                let left = index < depth ? 0 : Int(line[index - depth])
                let corner = index < depth ? 0 : Int(above[index - depth])
                let up = Int(above[index])
                let guess =
                    switch filter {
                    case 1: left
                    case 2: up
                    case 3: (left + up) / 2
                    case 4: Self.nearest(left, up, corner)
                    default: 0
                    }
                line[index] &+= UInt8(guess)
            }
            rows.append(line)
            above = line
        }
    }

    private static func nearest(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let guess = left + up - corner
        let distances = [left, up, corner].map { abs(guess - $0) }
        if distances[0] <= distances[1], distances[0] <= distances[2] { return left }
        return distances[1] <= distances[2] ? up : corner
    }

    /// The colour of the corner.
    var background: [UInt8] { Array(rows[0][..<3]) }

    private func isBlank(_ row: Int, _ columns: Range<Int>) -> Bool {
        let background = background
        return columns.allSatisfy { column in
            (0..<3).allSatisfy { rows[row][column * depth + $0] == background[$0] }
        }
    }

    func isBlank(columns: Range<Int>) -> Bool {
        (0..<height).allSatisfy { isBlank($0, columns) }
    }

    /// Groups of rows next to each other with something in these columns: lines of text, and rules.
    func bands(inColumns columns: Range<Int>) -> Int {
        var count = 0
        var wasBlank = true
        for row in 0..<height {
            let blank = isBlank(row, columns)
            if wasBlank, !blank { count += 1 }
            wasBlank = blank
        }
        return count
    }
}
