import Foundation
import HTTPTypes
import Subprocess
import TwineCore
import TwineHTTP

/// A folder that swift-wget works in, and is gone with this.
final class WgetFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("wget-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs it in the folder, which is its home as well, to its end.
    func wget(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Run {
        let program = products.appendingPathComponent("swift-wget").path
        let own = ["HOME": path, "LC_ALL": "C.UTF-8", "http_proxy": "", "https_proxy": ""]
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in own.merging(environment, uniquingKeysWith: { $1 }) {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        let configuration = Configuration(
            executable: .name("sh"),
            arguments: Arguments(
                ["-c", "cd \"$0\" && exec \"$@\"", path, program] + arguments),
            environment: .inherit.updating(variables))
        if input.isEmpty {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .string(limit: 1 << 24),
                error: .string(limit: 1 << 24))
            return Run(result.terminationStatus, result.standardOutput, result.standardError)
        }
        let result = try await Subprocess.run(
            configuration, input: .string(input), output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 24))
        return Run(result.terminationStatus, result.standardOutput, result.standardError)
    }

    /// What is in a file; nil if there is none.
    func contents(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    }

    /// All files, with the folders that they are in.
    var files: [String] {
        let all = FileManager.default.subpaths(atPath: path) ?? []
        return all.filter { name in
            var isFolder: ObjCBool = false
            let isThere = unsafe FileManager.default.fileExists(
                atPath: path + "/" + name, isDirectory: &isFolder)
            return isThere && !isFolder.boolValue && name != ".wget-hsts"
        }.sorted()
    }
}

extension WebRequest {
    /// A part of a text, if that is what is asked for, or all of it.
    @Reactor
    func part(of text: String, fields: HTTPFields = [:]) -> WebResponse {
        let octets = Array(text.utf8)
        let wanted = headerFields[.range].flatMap { Int($0.dropFirst(6).dropLast()) }
        guard let start = wanted, start < octets.count else {
            var response = WebResponse.octets(octets, contentType: "text/plain")
            response.headerFields.append(contentsOf: fields)
            return response
        }
        var response = WebResponse.octets(
            Array(octets[start...]), contentType: "text/plain", status: .partialContent)
        response.headerFields[.contentRange] =
            "bytes \(start)-\(octets.count - 1)/\(octets.count)"
        response.headerFields.append(contentsOf: fields)
        return response
    }
}

/// A server of one text, which closes the connection in the middle of it unless the rest is asked for.
@Reactor
final class CuttingServer {
    private(set) var requests = 0
    private var port: (any ListeningPort)?

    var url: String { port.map { "http://\($0.address)/" } ?? "" }

    init(_ text: String, after count: Int) async throws {
        port = try await TCPServerEndpoint.loopback().listen { [weak self] _ in
            Answering { request in
                self?.requests += 1
                let octets = Array(text.utf8)
                let start = request.contains("Range: bytes=") ? count : 0
                let head = """
                    HTTP/1.1 \(start > 0 ? "206" : "200") OK\r
                    Content-Length: \(octets.count - start)\r
                    \(start > 0 ? "Content-Range: bytes \(start)-\(octets.count - 1)/\(octets.count)\r\n" : "")\r

                    """
                return Array(head.utf8) + (start > 0 ? octets[start...] : octets[..<count])
            }
        }.value
    }

    func stop() { port?.stopListening() }

    private final class Answering: StreamProtocol {
        private let answer: @Reactor (String) -> [UInt8]
        private var transport: (any StreamTransport)?
        private var request = ""

        init(_ answer: @escaping @Reactor (String) -> [UInt8]) { self.answer = answer }

        func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

        func dataReceived(_ bytes: Span<UInt8>) {
            for index in bytes.indices {
                request.unicodeScalars.append(Unicode.Scalar(bytes[index]))
            }
            guard request.hasSuffix("\r\n\r\n") else { return }
            transport?.write(answer(request))
            transport?.loseConnection()
        }
    }
}

/// The hexadecimal SHA-256 of a text.
func sha256(_ text: String) -> String {
    Checksum.Algorithm.sha256.checksum(of: Array(text.utf8))?.hexadecimal ?? ""
}
