import ToolKit
import TwineCore
import TwineDNS

/// The same question to several servers at once: whether they agree, and which is fastest.
@Reactor
final class Comparison {
    /// The exit status when servers do not agree.
    private static let disagreement: Int32 = 11

    private let lookup: Lookup
    private let printer: Printer
    private let channels: Channels

    private struct Row {
        let server: Server
        let answer: WatchedAnswer?
        let microseconds: Int?
        /// Why there is no answer.
        let failure: String
    }

    init(_ lookup: Lookup, _ printer: Printer, _ channels: Channels) {
        self.lookup = lookup
        self.printer = printer
        self.channels = channels
    }

    /// Asks all, prints what they say, the fastest first.
    ///
    /// - Returns: The exit status.
    func run() async -> Int32 {
        var seen: Set<Server.Address> = []
        let servers = (lookup.servers.isEmpty ? printer.settings.systemServers : lookup.servers)
            .filter { seen.insert($0.address).inserted }
        let settings = printer.settings
        let runs = servers.map { server in
            var lookup = lookup
            lookup.servers = [server]
            lookup.commandLine = nil
            // What goes wrong with a server is told in its row.
            let run = LookupRun(
                lookup,
                Printer(
                    settings: settings,
                    out: settings.isJSON ? printer.out : Output(isInTurn: false)),
                channels)
            run.isQuiet = !settings.isJSON
            return (server, run, inlineCallbacks { await run.run() })
        }
        _ = try? await DeferredList(runs.map(\.2)).value
        var rows = runs.map { server, run, _ in
            Row(
                server: server, answer: run.answer.map { WatchedAnswer($0) },
                microseconds: run.answered.map { printer.microseconds($0) },
                failure: run.failure ?? "no reply")
        }
        rows.sort { ($0.microseconds ?? .max) < ($1.microseconds ?? .max) }
        let answers = rows.compactMap(\.answer)
        let usual = Self.commonest(answers)
        if !settings.isJSON { printer.out.print(text(rows, usual)) }
        if answers.contains(where: { $0 != usual }) { return Self.disagreement }
        if answers.count < rows.count { return 9 }
        let failures = runs.lazy.compactMap { _, run, _ in
            run.answer.flatMap { settings.failsOn?.status(of: $0) }
        }
        return failures.first ?? 0
    }

    private static func commonest(_ answers: [WatchedAnswer]) -> WatchedAnswer? {
        answers.max { left, right in
            answers.count(where: { $0 == left }) < answers.count(where: { $0 == right })
        }
    }

    private func text(_ rows: [Row], _ usual: WatchedAnswer?) -> String {
        let answers = rows.compactMap(\.answer)
        let agreeing = answers.count { $0 == usual }
        var verdict: [String] = []
        if answers.isEmpty {
            verdict = ["no answer"]
        } else if agreeing == rows.count {
            verdict = ["all agree"]
        } else {
            verdict = ["\(agreeing) agree"]
            if agreeing < answers.count { verdict.append("\(answers.count - agreeing) do not") }
            if answers.count < rows.count {
                verdict.append("\(rows.count - answers.count) without a reply")
            }
        }
        let asked = "\(rows.count) server\(rows.count == 1 ? "" : "s")"
        var lines = [
            ";; \(lookup.text) \(lookup.type), asked of \(asked): \(verdict.joined(separator: ", "))"
        ]
        lines += Columns.lines(
            rows.map { row in
                let mark = row.answer == nil || row.answer == usual ? " " : "!"
                guard let answer = row.answer, let time = row.microseconds else {
                    return [mark, row.server.name, "-", row.failure, ""]
                }
                let milliseconds = "\(time / 1000).\(time / 100 % 10) ms"
                return [
                    mark, row.server.name, milliseconds, answer.code,
                    answer.records.joined(separator: ", "),
                ]
            }, isRight: [2])
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What counts of an answer when it is compared with another: not the order, nor the times to live.
struct WatchedAnswer: Equatable {
    let code: String
    /// The rdata of the records that were asked for, in order.
    let records: [String]

    init(_ message: DNSMessage) {
        code = "\(message.responseCode)"
        let wanted = message.question.first?.type
        records = message.answer.filter {
            wanted == nil || wanted == .any || $0.type == wanted
        }.map { $0.rdataText() }.sorted()
    }
}
