import ToolKit
import TwineCore
import TwineDNS
import TwineHTTP
import TwineTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program: retrieves URLs, as wget does.
@Reactor
final class Wget {
    nonisolated static let name = "swift-wget"

    nonisolated static func main() -> Never {
        let surroundings = Surroundings.ofProcess(name)
        let outcome: CommandLineParser.Outcome
        do throws(UsageError) {
            outcome = try CommandLineParser.parse(
                Surroundings.argumentsOfProcess(), surroundings)
        } catch {
            StandardError.write(error.text)
            exit(error.status)
        }
        if !outcome.notes.isEmpty { StandardError.write(outcome.notes) }
        switch outcome.request {
        case .show(let display): show(display, surroundings)
        case .retrieve(var settings):
            if let status = prepare(&settings, surroundings) { exit(status) }
            let settings = settings
            let status = runReactor { _ in
                inlineCallbacks {
                    throw SystemExit(await Wget(settings, surroundings, outcome).run())
                }
            }
            StandardOutput.shared.flush()
            exit(status)
        }
    }

    /// Does what comes before everything else: asks for the password, and goes to the background.
    ///
    /// Afterwards there are threads, and a process that is made then has only one of them.
    ///
    /// - Returns: The exit status, if this is the end.
    nonisolated private static func prepare(
        _ settings: inout Settings, _ surroundings: Surroundings
    ) -> Int32? {
        let quotation = Quotation(surroundings.environment)
        if settings.http.asksPassword {
            if settings.http.user == nil, settings.logging.verbosity != .quiet {
                StandardError.write(
                    "WARNING: No username set with --ask-password. "
                        + "This is usually not what you want.\n")
            }
            guard let password = CredentialPrompt.password(user: settings.http.user, quotation)
            else { return 1 }
            settings.http.password = password.description
        }
        guard settings.logging.goesToBackground else { return nil }
        return Background.begin(&settings.logging, quotation)
    }

    nonisolated private static func show(
        _ display: Stop.Display, _ surroundings: Surroundings
    ) -> Never {
        switch display {
        case .help: StandardOutput.shared.write(HelpText.text(surroundings.program))
        case .version: StandardOutput.shared.write(VersionText.text(surroundings))
        case .completions(let shell):
            StandardOutput.shared.write(Completions.script(for: shell) ?? "")
        }
        StandardOutput.shared.flush()
        exit(0)
    }

    private let settings: Settings
    private let surroundings: Surroundings
    private let outcome: CommandLineParser.Outcome
    private let began = Reactor.clock.seconds()

    private init(
        _ settings: Settings, _ surroundings: Surroundings, _ outcome: CommandLineParser.Outcome
    ) {
        self.settings = settings
        self.surroundings = surroundings
        self.outcome = outcome
    }

    private func run() async -> Int32 {
        let output: LogOutput
        do throws(SystemError) {
            output = try openLog()
        } catch {
            StandardError.write("\(Self.name): \(settings.logging.file ?? ""): \(error)\n")
            return 1
        }
        defer { output.flush() }
        let log = Log(settings.logging, output)
        if settings.logging.debugs {
            log.tell(
                .debug,
                outcome.steps + "DEBUG output created by \(Self.name) \(VersionText.version) on "
                    + "\(VersionText.system).\n\n")
        }
        for (name, reason) in outcome.withoutEffect {
            log.tell(.debug, "\(name): without effect: \(reason)\n")
        }
        let setUp = SetUp(settings, surroundings)
        let session: Session
        do throws(SetUp.Failure) {
            session = try await setUp.session(log, output)
        } catch {
            let name = error.isNamed ? "\(Self.name): " : ""
            if !error.text.isEmpty { log.tell(.notQuiet, "\(name)\(error.text)\n") }
            return error.status
        }
        handleSignals(output)
        let downloads = Downloads(session)
        await downloads.run()
        setUp.save(session)
        await ArchiveSetUp(session).end()
        return session.status.value
    }

    private func openLog() throws(SystemError) -> LogOutput {
        guard let file = settings.logging.file else { return LogOutput(2) }
        return try LogOutput(file, appends: settings.logging.appends)
    }

    /// Whoever looked at the terminal may go: what is told goes on in a file.
    private func handleSignals(_ output: LogOutput) {
        guard settings.logging.file == nil else { return }
        for (signal, name) in [(SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1")] {
            try? Reactor.onSignal(signal) {
                output.write(Array("\n\(name) received.\n".utf8))
                output.moveToFile { file in
                    output.write(Array("Redirecting output to ‘\(file)’.\n".utf8))
                }
            }
        }
    }
}
