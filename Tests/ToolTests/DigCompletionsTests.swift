import Foundation
import Subprocess
import Testing
import TwineCore

/// The scripts by which shells complete command lines.
@Reactor
@Suite(.timeLimit(.minutes(1)))
struct DigCompletionsTests {
    @Test(
        "bash completes options, types, servers and files",
        arguments: [
            ("+shor", "+short"), ("+until", "+until="), ("+noshor", "+noshort"), ("-t AX", "axfr"),
            ("a.test TLS", "tlsa"), ("@/etc/host.con", "/etc/host.conf"),
            ("-k /etc/host.con", "/etc/host.conf"), ("+tls-ca=/etc/host.con", "/etc/host.conf"),
            ("-c C", "ch"), ("-p 5", ""),
        ])
    func bash(_ line: String, _ word: String) async throws {
        guard FileManager.default.fileExists(atPath: "/etc/host.conf") else { return }
        let server = try await NameServer.closed()
        let result = try await server.shell(
            """
            source <("$program" --generate-completion-script bash)
            COMP_LINE='swift-dig \(line)'; COMP_POINT=${#COMP_LINE}
            COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
            _swift_dig
            echo "${COMPREPLY[*]}"
            """)
        #expect(result.output == "\(word)\n" && result.errors.isEmpty, "\(result)")
    }

    @Test("the scripts for the other shells are such, where these shells are there to say so")
    func otherShells() async throws {
        for shell in ["zsh", "fish"] {
            let script = try await run("swift-dig", ["--generate-completion-script", shell])
            #expect(script.status == 0 && script.output.contains("+nsid"))
            guard FileManager.default.fileExists(atPath: "/usr/bin/\(shell)") else { continue }
            let file = temporaryFile(script.output)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let result = try await Subprocess.run(
                .name(shell), arguments: ["-n", file], output: .discarded,
                error: .string(limit: 4096))
            #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        }
    }
}
