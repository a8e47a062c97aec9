import Foundation
import HTTPTypes
import Subprocess
import TwineCore
import TwineHTTP

/// What a program did.
struct Run: Sendable {
    let status: Int32
    let output: String
    let errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// A program that a signal ended has the status that a shell would give it.
    init(_ end: TerminationStatus, _ output: String, _ errors: String) {
        switch end {
        case .exited(let code): status = code
        case .signaled(let signal): status = 128 + signal
        }
        self.output = output
        self.errors = errors
    }
}

/// The folder of the programs that the build made, which is that of the tests.
let products: URL = {
    var url =
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        ?? URL(fileURLWithPath: CommandLine.arguments[0])
    url.deleteLastPathComponent()
    return url
}()

/// Runs a program that the build made, to its end, in a folder of its own where one is named.
func run(
    _ program: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:], in folder: String = "."
) async throws -> Run {
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    let configuration = Configuration(
        executable: .name("sh"),
        arguments: Arguments(
            ["-c", "cd \"$0\" && exec \"$@\"", folder]
                + [products.appendingPathComponent(program).path] + arguments),
        environment: .inherit.updating(variables))
    // A pipe that nobody reads would end the tests with a program that ends early.
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

/// A site of its own for one test.
@Reactor
final class TestSite {
    let port: any ListeningPort
    private let site: Site
    /// What was asked for, in order.
    private(set) var requests: [String] = []

    /// Serves `answer` on loopback.
    init(
        methods: [HTTPRequest.Method] = [.get, .head],
        _ answer: @escaping @Reactor (WebRequest) throws -> Rendering
    ) async throws {
        var seen: (@Reactor (String) -> Void)?
        site = Site(
            FunctionResource(methods: methods, isLeaf: true) { request in
                seen?(String(request.path))
                return try answer(request)
            })
        port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        seen = { [weak self] in self?.requests.append($0) }
    }

    /// The address of the site, without a slash at the end.
    var url: String { "http://\(port.address)" }

    func stop() {
        port.stopListening()
        site.close(grace: 0)
    }
}
