import ToolKit
import TwineCore
import TwineDNS

/// Asks as fast as a server answers, for some time, and tells how fast that is.
@Reactor
final class Measurement {
    private let lookups: [Lookup]
    private let printer: Printer
    private let channels: Channels
    private let seconds: Double
    /// How long each reply took, in microseconds.
    private var times: [Int] = []
    private var codes: [String: Int] = [:]
    private var sent = 0
    private var lost = 0
    private var nextLookup = 0
    private var deadline = 0.0

    init(_ lookups: [Lookup], _ printer: Printer, seconds: Double) {
        self.lookups = lookups
        self.printer = printer
        self.seconds = seconds
        var settings = printer.settings
        // Streams are kept open: it is the server that is measured, not the making of connections.
        settings.keepsOpen = true
        channels = Channels(settings, sharesDatagrams: true)
    }

    /// Asks, and prints the figures.
    ///
    /// - Returns: The exit status.
    func run() async -> Int32 {
        let began = Reactor.seconds
        deadline = began + seconds
        let askers = (0..<printer.settings.concurrency).map { _ in
            inlineCallbacks { await self.ask() }
        }
        _ = try? await DeferredList(askers).value
        channels.close()
        report(Reactor.seconds - began)
        return times.isEmpty ? 9 : 0
    }

    private func ask() async {
        var quiet = printer.settings
        quiet.isShort = true
        quiet.failsOn = nil
        let printer = Printer(settings: quiet, out: Output(isInTurn: false))
        let cookies = Cookies()
        while Reactor.seconds < deadline {
            var lookup = lookups[nextLookup % lookups.count]
            nextLookup += 1
            lookup.printsQuery = false
            let server = (lookup.servers.first ?? quiet.systemServers.first)
            guard let server, let name = try? DNSName(lookup.text) else { return }
            sent += 1
            guard
                let query = try? Query(
                    lookup, name, id: channels.ids.next(), cookie: cookies.cookie(for: server)),
                let exchange = try? Exchange(query, lookup, server, channels, printer),
                let outcome = try? await exchange.run().value
            else { return }
            guard case .reply(let reply) = outcome else {
                lost += 1
                // A server that refuses at once is not asked in a tight loop.
                if case .failed(.timedOut) = outcome { continue }
                try? await deferLater(0.1).value
                continue
            }
            times.append(printer.microseconds(exchange))
            codes["\(reply.message.responseCode)", default: 0] += 1
        }
    }

    private func report(_ seconds: Double) {
        times.sort()
        func percentile(_ part: Double) -> Int {
            times.isEmpty ? 0 : times[min(times.count - 1, Int(Double(times.count) * part))]
        }
        let rate = Int(Double(times.count) / max(seconds, 1e-6))
        let parts: [(String, Int)] = [
            ("min", times.first ?? 0), ("p50", percentile(0.5)), ("p90", percentile(0.9)),
            ("p99", percentile(0.99)), ("max", times.last ?? 0),
        ]
        guard !printer.settings.isJSON else {
            var object = JSONObject()
            object.add("sent", sent)
            object.add("received", times.count)
            object.add("lost", lost)
            object.add("seconds", seconds: seconds)
            object.add("queriesPerSecond", rate)
            for (name, value) in parts { object.add("\(name)Microseconds", value) }
            for (code, count) in codes.sorted(by: { $0.key < $1.key }) { object.add(code, count) }
            return printer.out.print(object.line + "\n")
        }
        var text = ";; \(times.count) replies to \(sent) queries in "
        text += "\(Int(seconds * 1000)) ms, \(printer.settings.concurrency) at once\n"
        text += ";; \(rate) queries a second, \(lost) lost\n"
        text += ";; times in usec:" + parts.map { " \($0.0) \($0.1)" }.joined(separator: ",") + "\n"
        for (code, count) in codes.sorted(by: { $0.key < $1.key }) {
            text += ";; \(code): \(count)\n"
        }
        printer.out.print(text)
    }
}
