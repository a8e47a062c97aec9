import Foundation
import Subprocess
import Testing
import TwineCore

/// Takes datagrams.
@Reactor
private final class Mailbox: DatagramProtocol {
    var datagrams: [[UInt8]] = []
    nonisolated init() {}
    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        datagrams.append(bytes.indices.map { bytes[$0] })
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct EchoTests {
    private let local = "interface=127.0.0.1"

    private func temporaryPath() -> String { "/tmp/twine-\(UInt32.random(in: 0 ... .max)).sock" }

    @Test("TCP, UDP and Unix at once: all comes back, after the client's end too")
    func everywhere() async throws {
        let path = temporaryPath()
        let server = try ServerProgram(
            "swift-echo", ["--json", "tcp:0:\(local)", "udp:0:\(local)", "unix:\(path):mode=600"])
        let ports = try await server.ports(3)
        let sent = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        for address in [SocketAddress.ip(.loopback4, port: UInt16(ports[0])), .unix(path: path)] {
            let talk = try await TCPClientEndpoint(address).connect { Talk() }.value
            talk.transport?.write(sent)
            talk.transport?.loseWriteConnection()
            try await talk.waitForEnd()
            #expect(talk.bytes == sent)
        }
        let mailbox = Mailbox()
        let peer = SocketAddress.ip(.loopback4, port: UInt16(ports[1]))
        let port = try UDPPort.connect(to: peer, mailbox)
        for text in ["", "hello", String(repeating: "x", count: 9000)] {
            try port.send(Array(text.utf8).span)
        }
        while mailbox.datagrams.count < 3 { try await deferLater(0.005).value }
        #expect(mailbox.datagrams.map(\.count) == [0, 5, 9000])
        port.stopListening()
        try await server.eventually {
            server.events.count { $0["event"] as? String == "connection" } == 2
        }
        let connection = try #require(server.events.first { $0["peer"] as? String == "127.0.0.1" })
        #expect(connection["received"] as? Int == 400_000 && connection["sent"] as? Int == 400_000)
        #expect(connection["clean"] as? Bool == true)
        #expect(try await server.stop() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(server.errors.contains("swift-echo: echo on tcp 127.0.0.1:\(ports[0])\n"))
    }

    @Test(
        "the services that send by themselves", arguments: ["daytime", "time", "qotd", "chargen"])
    func services(_ service: String) async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "--service", service, "tcp:0:\(local)", "udp:0:\(local)"])
        let ports = try await server.ports(2)
        let talk = try await Talk.to(ports[0])
        if service == "chargen" {
            try await talk.wait(10_000)
            #expect(talk.text.hasPrefix(" !\"#$%&'()*+,-./0123456789:;<=>?@ABC"))
            talk.close()
        } else {
            try await talk.waitForEnd()
            #expect(service == "time" ? talk.bytes.count == 4 : talk.text.hasSuffix("\r\n"))
        }
        let mailbox = Mailbox()
        let port = try UDPPort.connect(to: .ip(.loopback4, port: UInt16(ports[1])), mailbox)
        try port.send([1].span)
        while mailbox.datagrams.isEmpty { try await deferLater(0.005).value }
        #expect(mailbox.datagrams[0].count <= 512)
        port.stopListening()
        #expect(try await server.stop() == .exited(0))
    }

    @Test("standard input and output, as inetd runs it; nothing else is written there")
    func standardIO() async throws {
        let done = try await run("swift-echo", ["--log", "stdio:"], input: "hello\nworld\n")
        #expect(done.status == 0 && done.output == "hello\nworld\n", "\(done)")
        #expect(done.errors.contains(" stdio: - 12 in 12 out "))
        let dropped = try await run(
            "swift-echo", ["--service", "discard", "stdio:"], input: "hello\n")
        #expect(dropped.status == 0 && dropped.output == "" && dropped.errors == "")
    }

    @Test(
        "options that make no sense are told, with status 2",
        arguments: [
            (["--workers", "0"], "--workers must be from 1 to 1024."),
            (["--workers", "2", "stdio:"], "stdio: is one connection; it needs no --workers."),
            (["--max-connections", "0"], "--max-connections must be at least 1."),
            (["--idle-timeout", "0"], "--idle-timeout must be a number of seconds."),
            (["--drain=-1"], "--drain must be a number of seconds."),
            (["--rate", "0"], "--rate must be at least 1."),
            (["--rate", "fast"], "The value 'fast' is invalid for '--rate <octets>'"),
            (["--port", "70000"], "The value '70000' is invalid for '--port <n>'"),
            (["nowhere:7"], "no endpoint has the type \"nowhere\""),
            (["tcp:7007:interface=lo"], "interface=lo is not an IP address"),
            (["--workers", "2", "tcp:x"], "port=x is not a number from 0 to 65535"),
            (["tls:0:privateKey=/nowhere"], "cannot use /nowhere: "),
        ])
    func mistakes(_ arguments: [String], _ expected: String) async throws {
        let done = try await run("swift-echo", arguments)
        #expect(done.status == 2 && done.output == "", "\(done)")
        #expect(done.errors.hasPrefix("swift-echo: "))
        #expect(done.errors.contains(expected), "\(done.errors)")
    }

    @Test("a port that is taken, or needs privileges, is status 1")
    func cannotListen() async throws {
        let first = try ServerProgram("swift-echo", ["--json", "tcp:0:\(local)"])
        let port = try await first.ports()[0]
        for more in [[], ["--workers", "2"]] {
            let second = try await run("swift-echo", ["tcp:\(port):\(local)"] + more)
            #expect(second.status == 1, "\(second)")
            #expect(
                second.errors.hasPrefix("swift-echo: cannot listen at 127.0.0.1:\(port): "))
        }
        try await first.stop()
        let lowest = try? String(
            contentsOfFile: "/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding: .utf8)
        guard geteuid() == 0, (lowest.flatMap { Int($0.dropLast()) } ?? 0) > 7 else { return }
        let result = try await Subprocess.run(
            .name("setpriv"),
            arguments: [
                "--reuid=65534", "--clear-groups", "--bounding-set=-all",
                products.appendingPathComponent("swift-echo").path,
            ],
            output: .string(limit: 4096), error: .string(limit: 4096))
        // A build below a folder that others may not enter cannot be run by others.
        guard result.terminationStatus != .exited(126) else { return }
        #expect(result.terminationStatus == .exited(1), "\(result.standardError)")
        #expect(
            result.standardError.hasSuffix(
                "need privileges; --port 7007, for example, needs none\n"),
            "\(result.standardError)")
    }

    @Test("--max-connections: one more is closed, and a place that is free again is given")
    func maxConnections() async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "--max-connections", "1", "tcp:0:\(local)"])
        let port = try await server.ports()[0]
        let first = try await Talk.to(port)
        first.send("a")
        try await first.wait(1)
        let second = try await Talk.to(port)
        try await second.waitForEnd()
        first.send("b")
        try await first.wait(2)
        #expect(first.text == "ab" && second.bytes.isEmpty)
        first.transport?.loseConnection()
        try await server.eventually {
            server.events.contains { $0["event"] as? String == "connection" }
        }
        let third = try await Talk.to(port)
        third.send("c")
        try await third.wait(1)
        #expect(third.text == "c")
        server.signal(SIGUSR1)
        try await server.eventually {
            server.events.contains { $0["event"] as? String == "statistics" }
        }
        let numbers = try #require(server.events.first { $0["event"] as? String == "statistics" })
        #expect(numbers["refused"] as? Int == 1 && numbers["open"] as? Int == 1)
        #expect(numbers["total"] as? Int == 2 && numbers["received"] as? Int == 3)
        try await server.stop()
    }

    @Test("--idle-timeout closes what does nothing")
    func idleTimeout() async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "--idle-timeout", "0.2", "tcp:0:\(local)"])
        let talk = try await Talk.to(try await server.ports()[0])
        talk.send("a")
        try await talk.waitForEnd()
        #expect(talk.text == "a")
        try await server.stop()
    }

    @Test("--rate holds a connection to it")
    func rate() async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "--rate", "10k", "tcp:0:\(local)"])
        let talk = try await Talk.to(try await server.ports()[0])
        let began = Reactor.seconds
        talk.send(String(repeating: "x", count: 4096))
        try await talk.wait(4096)
        #expect(Reactor.seconds - began > 0.2, "4 KiB at 10 KiB a second take 0.4 seconds")
        #expect(talk.bytes.count == 4096)
        try await server.stop()
    }

    @Test("SIGTERM: no new connections, the old ones go on; then status 0")
    func drain() async throws {
        let server = try ServerProgram("swift-echo", ["--json", "--drain", "60", "tcp:0:\(local)"])
        let port = try await server.ports()[0]
        let talk = try await Talk.to(port)
        talk.send("a")
        try await talk.wait(1)
        server.signal(SIGTERM)
        while let early = try? await Talk.to(port) {
            early.close()
            try await deferLater(0.01).value
        }
        talk.send("b")
        try await talk.wait(2)
        #expect(talk.text == "ab")
        talk.transport?.loseConnection()
        #expect(try await server.end() == .exited(0))
    }

    @Test("a second SIGTERM, SIGINT, or the end of --drain, ends connections too")
    func drainEnds() async throws {
        for (drain, signals) in [("60", [SIGTERM, SIGTERM]), ("60", [SIGINT]), ("0.1", [SIGTERM])] {
            let server = try ServerProgram(
                "swift-echo", ["--json", "--drain", drain, "tcp:0:\(local)"])
            let port = try await server.ports()[0]
            let talk = try await Talk.to(port)
            talk.send("a")
            try await talk.wait(1)
            for signal in signals {
                server.signal(signal)
                // Two that come together are one.
                try await deferLater(0.05).value
            }
            try await talk.waitForEnd()
            #expect(try await server.end() == .exited(0))
        }
    }

    #if os(Linux)
    private func children(of process: Int32) -> [Int32] {
        let path = "/proc/\(process)/task/\(process)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    @Test("workers share the ports, one that dies is started anew, and they end together")
    func workers() async throws {
        let path = temporaryPath()
        let server = try ServerProgram(
            "swift-echo",
            ["--json", "--workers", "3", "tcp:0:\(local)", "udp:0:\(local)", "unix:\(path)"])
        let ports = try await server.ports(3)
        try await server.eventually { children(of: server.identifier).count == 3 }
        func serves(_ address: SocketAddress) async throws {
            let talk = try await TCPClientEndpoint(address).connect { Talk() }.value
            talk.send("hello")
            try await talk.wait(5)
            #expect(talk.text == "hello")
            talk.transport?.loseConnection()
        }
        let tcp = SocketAddress.ip(.loopback4, port: UInt16(ports[0]))
        for _ in 0..<12 { try await serves(tcp) }
        try await serves(.unix(path: path))
        let mailbox = Mailbox()
        let port = try UDPPort.connect(to: .ip(.loopback4, port: UInt16(ports[1])), mailbox)
        try port.send([1].span)
        while mailbox.datagrams.isEmpty { try await deferLater(0.005).value }
        port.stopListening()

        let before = children(of: server.identifier)
        kill(before[0], SIGKILL)
        try await server.eventually {
            let now = children(of: server.identifier)
            return now.count == 3 && !now.contains(before[0])
        }
        #expect(server.errors.contains("was killed by signal 9 (Killed); it is started anew\n"))
        for _ in 0..<12 { try await serves(tcp) }
        server.signal(SIGUSR1)
        try await server.eventually {
            server.events.contains { $0["event"] as? String == "statistics" }
        }
        let numbers = try #require(server.events.first { $0["event"] as? String == "statistics" })
        #expect(try #require(numbers["total"] as? Int) >= 12)

        let workers = children(of: server.identifier)
        #expect(try await server.stop() == .exited(0))
        for worker in workers { #expect(kill(worker, 0) == -1) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("workers do not outlive their supervisor")
    func orphans() async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "--workers", "2", "tcp:0:\(local)"])
        _ = try await server.ports()
        try await server.eventually { children(of: server.identifier).count == 2 }
        let workers = children(of: server.identifier)
        server.signal(SIGKILL)
        _ = try await server.end()
        // Whoever inherits them may take its time to collect them: dead is dead.
        func lives(_ process: Int32) -> Bool {
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            return status.map { !$0.contains(") Z ") } ?? false
        }
        while workers.contains(where: lives) { try await deferLater(0.02).value }
    }

    @Test(
        "out of descriptors: connections go on, nothing spins, and those that wait get their turn")
    func outOfDescriptors() async throws {
        let server = try ServerProgram(
            "swift-echo", ["--json", "tcp:0:\(local)"], shell: "ulimit -n 24; exec")
        let port = try await server.ports()[0]
        var talks: [Talk] = []
        for _ in 0..<40 { talks.append(try await Talk.to(port)) }
        for talk in talks { talk.send("a") }
        try await deferLater(0.3).value
        let served = talks.filter { !$0.bytes.isEmpty }
        #expect(!served.isEmpty && served.count < 24)
        let before = try cpuTicks(server.identifier)
        served[0].send("b")
        try await served[0].wait(2)
        try await deferLater(1).value
        #expect(try cpuTicks(server.identifier) - before < 20, "it works while it should wait")
        for talk in served { talk.transport?.loseConnection() }
        try await server.eventually { talks.filter { !$0.bytes.isEmpty }.count > served.count }
        for talk in talks { talk.close() }
        #expect(try await server.stop() == .exited(0))
    }

    /// Hundredths of a second that a process has worked.
    private func cpuTicks(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }
    #endif

    @Test("a socket that systemd opened is served; by workers too")
    func activation() async throws {
        for more in [[], ["--workers", "2"]] {
            let socket = try TCPServerEndpoint.loopback().openSocket()
            let port = try #require(socket.address.port)
            let server = try ServerProgram(
                "swift-echo", ["--json", "systemd:INET:name=echo"] + more,
                shell: "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=echo exec",
                descriptors: [3: socket.number])
            #expect(try await server.ports() == [Int(port)])
            let talk = try await Talk.to(Int(port))
            talk.send("hello")
            try await talk.wait(5)
            #expect(talk.text == "hello")
            talk.close()
            try await server.stop()
            socket.close()
        }
        let without = try await run("swift-echo", ["systemd:INET:index=0"])
        #expect(without.status == 2)
        #expect(without.errors.contains("systemd has passed 0 sockets to this process"))
    }

    @Test("TLS, by one process and by several: openssl's client gets its line back")
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (key, certificate) = ("\(folder)/key.pem", "\(folder)/certificate.pem")
        _ = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=x",
                "-addext", "subjectAltName=IP:127.0.0.1",
            ], output: .discarded, error: .discarded)
        for more in [[], ["--workers", "2"]] {
            let server = try ServerProgram(
                "swift-echo",
                ["--json", "tls:0:\(local):privateKey=\(key):certKey=\(certificate)"] + more)
            let port = try await server.ports()[0]
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: [
                    "-c",
                    "(echo hello; sleep 0.5) | openssl s_client -quiet -no_ign_eof -verify_return_error "
                        + "-CAfile '\(certificate)' -connect 127.0.0.1:\(port) 2>/dev/null",
                ], output: .string(limit: 4096), error: .discarded)
            #expect(result.standardOutput == "hello\n")
            #expect(try await server.stop() == .exited(0))
        }
    }

    @Test("on a terminal a line of statistics shows, and goes")
    func terminal() async throws {
        let program = products.appendingPathComponent("swift-echo").path
        let result = try await Subprocess.run(
            .name("script"),
            arguments: [
                "-qec", "timeout --foreground -s INT 0.7 '\(program)' 'tcp:0:\(local)'",
                "/dev/null",
            ], output: .string(limit: 65_536))
        let output = result.standardOutput
        #expect(
            output.contains("swift-echo: 0 connections open, 0 in all, 0 in, 0 out"), "\(output)")
        #expect(output.hasSuffix("\r\u{1b}[K"), "\(output)")
    }
}
