import ToolKit
import ToolOptions
import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Several processes of this program that share the endpoints.
@Reactor
struct Workers {
    private let options: SwiftEcho
    private let report: Report
    private let endpoints: [SharedEndpoint]

    /// Runs the workers; the status comes with their end.
    nonisolated static func run(_ options: SwiftEcho) -> ExitStatus {
        ExitStatus(
            rawValue: runReactor { _ in
                inlineCallbacks {
                    let status = try await serve(options)
                    throw SystemExit(status.rawValue)
                }
            })
    }

    private static func serve(_ options: SwiftEcho) async throws -> ExitStatus {
        do {
            let report = Report(options)
            let endpoints = try options.places.map { place in
                let endpoint = try SharedEndpoint(place, for: options.workers)
                report.listening(place, at: endpoint.address)
                return endpoint
            }
            return try await Self(options: options, report: report, endpoints: endpoints).run()
        } catch {
            Report.message(Server.explain(error))
            return error is CannotListenError ? .cannotListen : .usage
        }
    }

    private func run() async throws -> ExitStatus {
        let supervisor = Supervisor(options.workers) {
            Report.message($0)
        } start: { worker in
            let descriptors = endpoints.map { $0.socket(for: worker).number }
            return (arguments(worker), descriptors)
        }
        let ended = try supervisor.run()
        var signals = 0
        try Reactor.onSignal(SIGTERM) {
            signals += 1
            end(supervisor, atOnce: signals > 1)
        }
        try Reactor.onSignal(SIGINT) { end(supervisor, atOnce: true) }
        var progress: ProgressLine?
        try Reactor.onSignal(SIGUSR1) {
            supervisor.gather().addCallback { numbers in
                progress?.clear()
                report.statistics(Statistics(numbers))
            }
        }
        var latest = Statistics()
        let gathering = LoopingCall {
            supervisor.gather().addCallback { latest = Statistics($0) }
        }
        if !options.quiet {
            progress = ProgressLine(every: 1) { "swift-echo: \(latest.line)" }
            if progress != nil { gathering.start(1) }
        }
        _ = try await ended.value
        gathering.stop()
        progress?.end()
        return .success
    }

    private func end(_ supervisor: Supervisor, atOnce: Bool) {
        for endpoint in endpoints { endpoint.close() }
        supervisor.end(atOnce: atOnce)
    }

    /// The command line of a worker: the options of its supervisor that concern it.
    private func arguments(_ worker: Int) -> [String] {
        var words = ["--worker", "\(worker)", "--quiet", "--service", options.service.rawValue]
        if let limit = options.maxConnections { words += ["--max-connections", "\(limit)"] }
        if let seconds = options.idleTimeout { words += ["--idle-timeout", "\(seconds)"] }
        if let rate = options.rate { words += ["--rate", "\(rate.octets)"] }
        words += ["--drain", "\(options.drain)"]
        if options.log { words.append("--log") }
        if options.json { words.append("--json") }
        for (index, endpoint) in endpoints.enumerated() {
            words += ["--named", options.places[index]]
            words.append(endpoint.string(for: Int32(4 + index)))
        }
        return words
    }
}
