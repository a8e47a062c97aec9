import ToolKit
import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the program prints: where it listens, connections, statistics.
@Reactor
final class Report {
    private let options: SwiftEcho
    /// Standard output is a peer's when there is a `stdio:`.
    private let logsToError: Bool

    init(_ options: SwiftEcho) {
        self.options = options
        logsToError = options.places.contains { $0.hasPrefix("stdio") }
    }

    /// Tells on standard error.
    nonisolated static func message(_ text: String) { StandardError.write("swift-echo: \(text)\n") }

    /// It listens now.
    func listening(_ place: String, at address: SocketAddress) {
        guard !place.hasPrefix("stdio") else { return }
        if options.json {
            var object = JSONObject()
            object.add("event", "listening")
            object.add("service", options.service.rawValue)
            object.add("endpoint", place)
            object.add("address", Self.host(address))
            object.add("port", address.port.map { Int($0) })
            line(object.line)
        }
        guard !options.quiet else { return }
        let type = place.prefix { $0 != ":" }
        Self.message("\(options.service.rawValue) on \(type) \(address)")
    }

    /// A connection has ended.
    func ended(_ session: Session, _ reason: ConnectionLost, seconds: Double) {
        guard options.log || options.json else { return }
        guard options.json else {
            return line(
                "\(Self.now()) \(session.place) \(Self.name(session.peer)) \(session.received) in "
                    + "\(session.sent) out \(Int(seconds * 1000)) ms: \(reason)")
        }
        var object = JSONObject()
        object.add("event", "connection")
        object.add("time", Self.now())
        object.add("endpoint", session.place)
        object.add("peer", Self.host(session.peer))
        object.add("port", session.peer.port.map { Int($0) })
        object.add("received", session.received)
        object.add("sent", session.sent)
        object.add("seconds", seconds: seconds)
        object.add("clean", reason == .done)
        object.add("reason", "\(reason)")
        line(object.line)
    }

    /// Prints the statistics that were asked for.
    func statistics(_ statistics: Statistics) {
        if options.json { line(statistics.json) } else { Self.message(statistics.line) }
    }

    private func line(_ text: String) {
        if logsToError { return StandardError.write(text + "\n") }
        StandardOutput.shared.write(text + "\n")
        // Each line by itself: other workers write as well, and somebody may look on.
        StandardOutput.shared.flush()
    }

    /// A peer for people: most programs do not name their end of a Unix socket.
    private static func name(_ peer: SocketAddress) -> String {
        peer == .unix(path: "") ? "-" : "\(peer)"
    }

    private static func host(_ address: SocketAddress) -> String {
        switch address {
        case .ip(let address, _): "\(address)"
        case .unix(let path): path
        }
    }

    /// The time in UTC, to the second (RFC 3339).
    private static func now() -> String {
        var now = time(nil)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&now, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 32)
        _ = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        let octets = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: octets, as: UTF8.self)
    }
}
