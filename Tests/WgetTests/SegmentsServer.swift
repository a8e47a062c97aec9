import Foundation
import HTTPTypes
import TwineCore
import TwineHTTP
import TwineTesting

@testable import swift_wget

/// A server of one file that does to each request what a test says.
@Reactor
final class SegmentsServer {
    /// What is done to one request.
    struct Reply {
        var status = 206
        /// What is sent of the file.
        var range: Range<Int>
        var tag: String? = "\"tag\""
        /// Octets after which the connection is cut; nil for none.
        var cut: Int?
        /// Octets that are sent as zeros, from the first.
        var zeros = 0
        /// Octets that are sent before nothing more comes.
        var stall: Int?
        var fields = ""
        var total: Int?
    }

    /// One request.
    struct Ask {
        /// How many came before.
        var number: Int
        var range: Range<Int>?
        var ifRange: String?
        var authorization: String?
    }

    let contents: [UInt8]
    var answer: @Reactor (Ask) -> Reply
    private(set) var asks: [Ask] = []
    private(set) var port: (any ListeningPort)?

    init(_ contents: [UInt8], _ answer: (@Reactor (Ask) -> Reply)? = nil) async throws {
        self.contents = contents
        self.answer = answer ?? { Reply(range: $0.range ?? 0..<contents.count) }
        port = try await TCPServerEndpoint.loopback().listen { [weak self] _ in
            self.map { SegmentsServerConnection($0) }
        }.value
    }

    var url: String { port.map { "http://\($0.address)/file" } ?? "" }

    /// What a journal says of its file.
    var identity: SegmentJournal.Identity {
        SegmentJournal.Identity(
            urlDigest: Checksum.Algorithm.sha256.checksum(of: Array(url.utf8))?.octets ?? [],
            size: contents.count, validator: "\"tag\"")
    }

    func stop() { port?.stopListening() }

    fileprivate func reply(to head: String) -> (String, [UInt8], Reply) {
        var ask = Ask(number: asks.count)
        for line in head.components(separatedBy: "\r\n") {
            let value = line.drop { $0 != " " }.dropFirst()
            if line.lowercased().hasPrefix("if-range:") { ask.ifRange = String(value) }
            if line.lowercased().hasPrefix("authorization:") { ask.authorization = String(value) }
            guard line.lowercased().hasPrefix("range: bytes=") else { continue }
            let ends = value.dropFirst(6).split(separator: "-").compactMap { Int($0) }
            if ends.count == 2 { ask.range = ends[0]..<ends[1] + 1 }
        }
        asks.append(ask)
        let reply = answer(ask)
        var body = Array(contents[reply.range.clamped(to: contents.indices)])
        for index in 0..<min(reply.zeros, body.count) { body[index] = 0 }
        var text = "HTTP/1.1 \(reply.status) Status\r\nContent-Length: \(body.count)\r\n"
        if reply.status == 206 {
            let last = reply.range.upperBound - 1
            let total = reply.total ?? contents.count
            text += "Content-Range: bytes \(reply.range.lowerBound)-\(last)/\(total)\r\n"
        }
        if let tag = reply.tag { text += "ETag: \(tag)\r\n" }
        return (text + reply.fields + "\r\n", body, reply)
    }
}

/// One connection to it.
@Reactor
private final class SegmentsServerConnection: StreamProtocol {
    private let server: SegmentsServer
    private var transport: (any StreamTransport)?
    private var input: [UInt8] = []

    init(_ server: SegmentsServer) { self.server = server }

    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    func dataReceived(_ bytes: Span<UInt8>) {
        for index in 0..<bytes.count { input.append(bytes[index]) }
        let text = String(decoding: input, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return }
        input = []
        let (head, body, reply) = server.reply(to: text)
        transport?.write(head)
        if let stall = reply.stall {
            transport?.write(Array(body.prefix(stall)))
        } else if let cut = reply.cut, cut < body.count {
            transport?.write(Array(body.prefix(cut)))
            transport?.loseConnection()
        } else {
            transport?.write(body)
        }
    }

    func connectionLost(_ reason: ConnectionLost) { transport = nil }
}

/// A folder for the file of one test.
@Reactor
final class SegmentsFolder {
    let folder: URL
    var path: String { folder.appendingPathComponent("file").path }
    var place: Octets { Octets(path) }
    /// What requests say of who asks.
    var authorization: (@Reactor @Sendable () -> String?)?
    var journal: String { path + SegmentFile.journalEnd }

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-segments-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var contents: [UInt8] {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Array($0) } ?? []
    }

    var list: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// A download of a server's file.
    func download(
        _ servers: [SegmentsServer], tag: String = "\"tag\"", client: HTTPClient = HTTPClient(),
        _ change: (inout SegmentedDownload.Options) -> Void = { _ in }
    ) throws -> SegmentedDownload {
        var options = SegmentedDownload.Options()
        options.minimum = 20_000
        options.waitRetry = 0
        change(&options)
        let sources = try servers.enumerated().map {
            SegmentedDownload.Source(
                request: HTTPClient.Request(try WebURL.parse($1.url)), priority: $0,
                authorization: authorization)
        }
        return try SegmentedDownload(
            client, sources, size: servers[0].contents.count,
            validator: SegmentValidator([.eTag: tag]), path: place, options: options)
    }
}

/// Octets that are the same in every run, none of them 0.
func segmentsContents(_ count: Int) -> [UInt8] {
    var random = SeededRandom(seed: UInt64(count))
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 255 + 1) }
}
