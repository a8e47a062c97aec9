import Foundation
import Subprocess
import Testing
import TwineBytes
import TwineCore

/// Messages that dig 9.20 was given by a server, and what it printed of each, where these data stand
/// beside the project: the built `swift-dig` is given the same ones.
@Suite(.serialized, .timeLimit(.minutes(1)))
@Reactor
struct DigReplayTests {
    /// A message, how it was asked for, and what dig printed.
    private struct Row: Decodable {
        let src: String
        let hex: String
        let args: [String]
        let out: String

        var octets: [UInt8] {
            let digits = hex.compactMap { $0.hexDigitValue.map { UInt8($0) } }
            return stride(from: 0, to: digits.count - 1, by: 2).map {
                digits[$0] << 4 | digits[$0 + 1]
            }
        }

        /// What swift-dig prints instead: the octets of names that are none stand in the same line.
        var expected: String {
            ["CHAIN", "Report-Channel"].reduce(out) {
                $0.replacingOccurrences(of: "\n; \($1):\n", with: "\n; \($1):")
            }
        }
    }

    nonisolated private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/dns/edns-render-dig920.jsonl").standardized

    nonisolated private static let isPresent = FileManager.default.fileExists(atPath: file.path)

    @Test("the messages are there, or it is said that they are not")
    nonisolated func presence() {
        if !Self.isPresent { print("skipped: no \(Self.file.path)") }
    }

    @Test("every message of the data is printed as dig 9.20 printed it", .enabled(if: isPresent))
    func messages() async throws {
        let rows = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
        let server = ReplayingServer(rows.map(\.octets))
        let port = try UDPPort.listen(.ip(.loopback4, port: 0), server)
        defer { port.stopListening() }
        // A mark in what is printed tells where the message of a line ends.
        let lines = rows.map {
            $0.args.joined(separator: " ") + "\n-q \(ReplayingServer.mark) +noall +question\n"
        }
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments([
                Situation.products.appendingPathComponent("swift-dig").path,
                "@127.0.0.1", "-p", "\(port.address.port ?? 0)", "+qid=4660", "+noedns", "+ignore",
                "+tries=1", "+time=10", "+nocmd", "+nostats", "+concurrency=1", "-f", "-",
            ]),
            input: .string(lines.joined()), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16))
        #expect(result.terminationStatus == .exited(0))
        #expect(result.standardError == "")
        let printed = result.standardOutput.components(
            separatedBy: ";\(ReplayingServer.mark)\t\t\t\tIN\tA\n")
        try #require(printed.count == rows.count + 1)
        for (row, text) in zip(rows, printed) { #expect(text == row.expected, "\(row.src)") }
        #expect(rows.count == 287)
        #expect(rows.count { $0.out != $0.expected } == 4)
    }
}

/// Answers each query with the next of its messages, and those for the mark with the query itself.
@Reactor
private final class ReplayingServer: DatagramProtocol {
    static nonisolated let mark = "mark."
    private var messages: ArraySlice<[UInt8]>
    private var port: UDPPort?

    init(_ messages: [[UInt8]]) { self.messages = messages[...] }

    func portOpened(_ port: UDPPort) { self.port = port }

    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        guard bytes.count > 12 else { return }
        let query = [UInt8](copying: bytes)
        let isMark = query.dropFirst(13).starts(with: Self.mark.utf8.dropLast())
        guard var reply = isMark ? query : messages.popFirst(), reply.count > 2 else { return }
        reply.replaceSubrange(..<2, with: query[..<2])
        reply[2] |= 0x80
        port?.reply(reply.span, to: address)
    }
}
