import Logging
import Synchronization
import Testing
import TwineCore
import TwineTLS

/// Handshakes that are given up.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct CancellationTests {
    private struct Capture: LogHandler {
        static let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let line = "\(event.message)"
            Self.lines.withLock { $0.append(line) }
        }
    }

    private final class Silent: StreamProtocol {
        var end = Deferred<ConnectionLost>()
        let arrived = Deferred<Void>()
        private var hasArrived = false

        func dataReceived(_ bytes: Span<UInt8>) {
            if !hasArrived { arrived.callback(()) }
            hasArrived = true
        }
        func connectionLost(_ reason: ConnectionLost) { end.callback(reason) }
    }

    @Test("a handshake that is cancelled fails once, and its connection is cut")
    func cancelled() async throws {
        let before = unsafe DeferredDebug.logger
        unsafe DeferredDebug.logger = Logger(label: "captured") { _ in Capture() }
        defer { unsafe DeferredDebug.logger = before }
        let silent = Silent()
        let listener = try await TCPServerEndpoint(.ip(.loopback4, port: 0)).listen { _ in silent }
            .value
        let endpoint = TLSClientEndpoint(
            TCPClientEndpoint(listener.address), try TLSContext(.client, client()),
            host: "localhost", port: 443)
        let connecting = endpoint.connect { Recorder() }
        // The greeting is there, and nobody will answer it.
        try await silent.arrived.value
        connecting.cancel()
        await #expect(throws: CancelledError.self) { _ = try await connecting.value }
        _ = try await silent.end.value
        for _ in 0..<3 { try await deferLater(0).value }
        #expect(Capture.lines.withLock { $0 } == [])
        listener.stopListening()
    }
}
