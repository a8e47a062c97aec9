public import ArgumentParser
import ToolKit
import ToolOptions
public import Twine

/// What was typed.
struct SwiftEcho: Tool {
    static let configuration = CommandConfiguration(
        commandName: "swift-echo",
        abstract: "Send back what comes, to any number of peers at once.",
        usage: "swift-echo [OPTION]... [ENDPOINT]...",
        discussion: """
            An ENDPOINT is where to listen: tcp:7007, tcp:7007:interface=\\:\\:1, udp:7007, \
            unix:/run/echo.sock, tls:7443:certKey=cert.pem:privateKey=key.pem, stdio:, \
            systemd:INET:index=0 and others, see twine(7). Without one it is the service's own \
            port, by TCP.
            """,
        version: "swift-echo 0.1.0")

    @Argument(help: "Where to listen.")
    var endpoints: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Short for the endpoint tcp:N.", valueName: "n"))
    var port: [UInt16] = []
    @Option(help: "What to do.")
    var service = SimpleService.echo

    @Option(help: ArgumentHelp("Processes that share the work.", valueName: "n"))
    var workers = 1
    @Option(
        help: ArgumentHelp(
            "Connections at once, in each worker; more are closed.", valueName: "n"))
    var maxConnections: Int?
    @Option(
        help: ArgumentHelp(
            "Close a connection on which nothing has moved for so long.", valueName: "s"))
    var idleTimeout: Double?
    @Option(
        help: ArgumentHelp(
            "Octets a second in each direction of a connection, as 500k.", valueName: "octets"))
    var rate: OctetCount?
    @Option(
        help: ArgumentHelp(
            "How long connections may go on after SIGTERM.", valueName: "s"))
    var drain = 10.0

    @Flag(help: "Print a line for each connection that has ended.")
    var log = false
    @Flag(help: "Print a JSON object for each connection, port and statistics instead.")
    var json = false
    @Flag(name: .shortAndLong, help: "Nothing on standard error but errors.")
    var quiet = false

    /// The number of this process among the workers.
    @Option(help: .private)
    var worker: Int?
    /// What the endpoints of a worker, which are descriptors, were called by who started it all.
    @Option(help: .private)
    var named: [String] = []

    func validate() throws {
        guard (1...1024).contains(workers) else {
            throw ValidationError("--workers must be from 1 to 1024.")
        }
        guard maxConnections ?? 1 >= 1 else {
            throw ValidationError("--max-connections must be at least 1.")
        }
        guard rate?.octets ?? 1 >= 1 else { throw ValidationError("--rate must be at least 1.") }
        for (name, seconds) in [("--idle-timeout", idleTimeout ?? 1), ("--drain", drain + 1)]
        where !(seconds > 0 && seconds.isFinite) {
            throw ValidationError("\(name) must be a number of seconds.")
        }
        let strings = Set(places.map { $0.prefix { $0 != ":" } })
        if strings.contains("stdio"), workers > 1 {
            throw ValidationError("stdio: is one connection; it needs no --workers.")
        }
    }

    /// Where to listen.
    var places: [String] {
        let places = port.map { "tcp:\($0)" } + endpoints
        return places.isEmpty ? ["tcp:\(service.port)"] : places
    }

    func work() -> ExitStatus {
        workers > 1 && worker == nil ? Workers.run(self) : Server.run(self)
    }
}

extension SimpleService: ExpressibleByArgument {}

extension ExitStatus {
    /// It cannot listen where it should.
    static let cannotListen = Self(rawValue: 1)
}
