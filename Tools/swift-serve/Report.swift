import HTTPTypes
import ToolKit
import Twine

/// What the program prints: where it listens, and a line for each request.
@Reactor
final class Report {
    private let options: SwiftServe
    private var isFlushDue = false

    init(_ options: SwiftServe) { self.options = options }

    /// Tells on standard error.
    nonisolated static func message(_ text: String) {
        StandardError.write("swift-serve: \(text)\n")
    }

    /// It listens now.
    func listening(_ address: SocketAddress, isSecure: Bool) {
        var url = "\(isSecure ? "https" : "http")://\(address)/"
        if case .unix(let path) = address { url = "unix:\(path)" }
        if options.json {
            var object = JSONObject()
            object.add("event", "listening")
            object.add("url", url)
            object.add("port", address.port.map { Int($0) })
            line(object.line)
        }
        if !options.quiet { Self.message("\(options.folder) at \(url)") }
    }

    /// A certificate was made.
    func certificate(_ fingerprint: String) {
        if options.json {
            var object = JSONObject()
            object.add("event", "certificate")
            object.add("sha256", fingerprint)
            line(object.line)
        }
        if !options.quiet { Self.message("the certificate's SHA-256 is \(fingerprint)") }
    }

    /// A request was answered, or its client has gone.
    func request(_ record: AccessRecord) {
        guard options.json else { return line(record.combined) }
        var object = JSONObject()
        object.add("event", "request")
        object.add("time", seconds: Double(record.time))
        switch record.peer {
        case .ip(let address, _): object.add("peer", "\(address)")
        case .unix(let path): object.add("peer", path)
        }
        object.add("user", record.user)
        object.add("method", record.method.rawValue)
        object.add("target", record.target)
        object.add("version", "\(record.version)")
        object.add("status", record.status)
        object.add("octets", record.octets)
        object.add("seconds", seconds: record.seconds)
        object.add("complete", record.isComplete)
        object.add("referer", record.referer)
        object.add("userAgent", record.userAgent)
        line(object.line)
    }

    private func line(_ text: String) {
        StandardOutput.shared.write(text + "\n")
        guard !isFlushDue else { return }
        isFlushDue = true
        // What comes in one turn is written at once.
        Reactor.callLater(0) {
            self.isFlushDue = false
            StandardOutput.shared.flush()
        }
    }
}
