import HTTPTypes
import TwineCore
import TwineHTTP

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
