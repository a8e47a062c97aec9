import CTwine
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

/// Serves a folder until it is told to end.
@Reactor
final class Server {
    private let options: SwiftServe
    private let report: Report
    private let site: Site
    private var ports: [any ListeningPort] = []
    private let finished = Deferred<ExitStatus>()

    /// Serves; the status comes with the end.
    nonisolated static func run(_ options: SwiftServe) -> ExitStatus {
        ExitStatus(
            rawValue: runReactor { _ in
                inlineCallbacks {
                    let status = try await serve(options)
                    throw SystemExit(status.rawValue)
                }
            })
    }

    private static func serve(_ options: SwiftServe) async throws -> ExitStatus {
        _ = twine_lift_descriptor_limit()
        do {
            let server = try Server(options)
            try await server.open()
            return try await server.finished.value
        } catch {
            Report.message("\(error)")
            return error is CannotListenError ? .cannotListen : .usage
        }
    }

    private init(_ options: SwiftServe) throws {
        self.options = options
        report = Report(options)
        var siteOptions = Site.Options()
        siteOptions.bodyLimit = options.upload ? options.maxUpload.octets : 65_536
        site = Site(try Self.root(options), options: siteOptions)
        if !options.quiet { site.accessLog = { [report] in report.request($0) } }
    }

    /// The folder, and around it what the options ask for.
    private static func root(_ options: SwiftServe) throws -> Resource {
        var folderOptions = FolderResource.Options()
        folderOptions.lists = !options.noListing
        folderOptions.showsHidden = options.hidden
        folderOptions.followsLinks = options.followLinks
        folderOptions.takesUploads = options.upload
        var root: Resource
        do {
            root = try FolderResource(options.folder, options: folderOptions)
        } catch {
            throw UsageError(description: "cannot serve \(options.folder): \(error)")
        }
        let checkers = try checkers(options)
        if !checkers.isEmpty {
            // Digest needs the passwords themselves, which a file does not have.
            let schemes: [GuardResource.Scheme] =
                options.htpasswd == nil ? [.digest, .basic] : [.basic]
            root = GuardResource("swift-serve", checkers, schemes: schemes, root)
        }
        if options.cors { root = CORSResource(root) }
        if options.latency > 0 {
            root = DelayedResource(root, by: Double(options.latency) / 1000)
        }
        return root
    }

    private static func checkers(_ options: SwiftServe) throws -> [any CredentialsChecker] {
        let users = options.user.map { entry in
            (
                String(entry.prefix { $0 != ":" }),
                String(entry.drop { $0 != ":" }.dropFirst())
            )
        }
        let inMemory = InMemoryChecker(Dictionary(users) { _, last in last })
        guard let path = options.htpasswd else { return users.isEmpty ? [] : [inMemory] }
        do {
            _ = try OpenFile(path)
        } catch {
            throw UsageError(description: "cannot read \(path): \(error)")
        }
        // One after the other: who is not in memory may be in the file.
        let file = PasswordFileChecker(path)
        return [
            FunctionChecker { credentials in
                inMemory.check(credentials).addErrback { _ in file.check(credentials) }
                    .addCallbacks({ _ in true }, { _ in false })
            }
        ]
    }

    // MARK: Ports

    private func open() async throws {
        let context = try tlsContext()
        for (endpoint, isSecure, isNeeded) in try endpoints(context) {
            do {
                let port = try await endpoint.listen(factory).value
                ports.append(port)
                report.listening(port.address, isSecure: isSecure)
            } catch {
                if isNeeded { throw error }
            }
        }
        try handleSignals()
    }

    /// Where to listen; without a word about it, IPv6 is there only when the system has it.
    private func endpoints(
        _ context: TLSContext?
    ) throws -> [(endpoint: any StreamServerEndpoint, isSecure: Bool, isNeeded: Bool)] {
        var endpoints: [(any StreamServerEndpoint, Bool, Bool)] = try options.listen.map {
            (try serverFromString($0), $0.hasPrefix("tls:"), true)
        }
        guard options.listen.isEmpty || options.port != nil || options.bind != nil else {
            return endpoints
        }
        let port = options.port ?? (context == nil ? 8000 : 8443)
        let addresses = options.bind.flatMap { IPAddress($0) }.map { [$0] } ?? Self.all
        // Without an address but with port 0, two ports would differ.
        for (index, address) in addresses.enumerated() where index == 0 || port != 0 {
            let lower = TCPServerEndpoint(.ip(address, port: port))
            let endpoint: any StreamServerEndpoint =
                context.map { TLSServerEndpoint(lower, $0) } ?? lower
            endpoints.append((endpoint, context != nil, index == 0))
        }
        return endpoints
    }

    private static let all = ["0.0.0.0", "::"].compactMap { IPAddress($0) }

    private var factory: ConnectionFactory {
        guard let rate = options.rate else { return { self.site.connection(from: $0) } }
        return { peer in
            self.site.connection(from: peer).map {
                ThrottledConnection($0, rate: Double(rate.octets))
            }
        }
    }

    private func tlsContext() throws -> TLSContext? {
        guard options.isSecure else { return nil }
        var tls = TLSOptions()
        tls.applicationProtocols = ["http/1.1"]
        if let file = options.certificate {
            tls.certificateFile = file
            tls.privateKeyFile = options.privateKey
        } else {
            var names = ["localhost", "127.0.0.1", "::1"]
            var name = [CChar](repeating: 0, count: 256)
            if unsafe gethostname(&name, name.count - 1) == 0 {
                let octets = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                let host = String(decoding: octets, as: UTF8.self)
                if !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 44 }) {
                    names.append(host)
                }
            }
            if let bind = options.bind, !names.contains(bind), bind != "0.0.0.0", bind != "::" {
                names.append(bind)
            }
            let made = try SelfSignedCertificate(names: names)
            tls.certificate = made.certificate
            tls.privateKey = made.privateKey
            report.certificate(made.fingerprint)
        }
        return try TLSContext(.server, tls)
    }

    // MARK: The end

    private func handleSignals() throws {
        var signals = 0
        try Reactor.onSignal(SIGTERM) {
            signals += 1
            self.end(within: signals > 1 ? 0 : self.options.drain)
        }
        try Reactor.onSignal(SIGINT) { self.end(within: 0) }
    }

    private func end(within seconds: Double) {
        for port in ports { port.stopListening() }
        if seconds == 0 { return finish() }
        site.close(grace: seconds).addBoth { _ in self.finish() }
    }

    private func finish() {
        if !finished.isFired { finished.callback(.success) }
    }
}

/// What was typed makes no sense.
private struct UsageError: Error, CustomStringConvertible {
    let description: String
}
