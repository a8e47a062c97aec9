import Foundation
import Testing
import Twine
import TwineTesting

/// Endpoints that strings name, and that they connect.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct EndpointTypesTests {
    @Test(
        "L166: server strings give their endpoint, with defaults",
        arguments: [
            ("tcp:8080", "tcp:0.0.0.0:8080"), ("tcp:port=0", "tcp:0.0.0.0:0"),
            ("tcp:8080:interface=127.0.0.1", "tcp:127.0.0.1:8080"),
            ("tcp:8080:interface=", "tcp:0.0.0.0:8080"), ("tcp6:80", "tcp:[::]:80"),
            ("tcp:80:interface=\\:\\:1", "tcp:[::1]:80"), ("unix:/run/x.sock", "tcp:/run/x.sock"),
            ("unix:address=/run/a\\:b", "tcp:/run/a:b"),
            ("unix:/run/x:mode=660", "tcp:/run/x"), ("stdio:", "stdio"),
            ("tcp:7:", "tcp:0.0.0.0:7"), ("fd:7", "fd:7"),
            ("fd:number=7", "fd:7"),
        ])
    func servers(_ text: String, _ expected: String) throws {
        #expect("\(try serverFromString(text))" == expected)
    }

    @Test("L166: backlog and reusePort are passed on")
    func serverArguments() throws {
        let endpoint = try serverFromString("tcp:1:backlog=7:reusePort=yes") as? TCPServerEndpoint
        #expect(endpoint?.backlog == 7)
        #expect(endpoint?.reusePort == true)
        let standard = try serverFromString("tcp:1") as? TCPServerEndpoint
        #expect(standard?.backlog == 4096)
        #expect(standard?.reusePort == false)
    }

    @Test(
        "L167: client strings give their endpoint, by place or name",
        arguments: [
            ("tcp:example.org:80", "tcp:example.org:80"),
            ("tcp:host=example.org:port=80", "tcp:example.org:80"),
            ("tcp:80:host=example.org", "tcp:example.org:80"),
            ("tcp:\\:\\:1:80", "tcp:[::1]:80"), ("unix:/run/x", "tcp:/run/x"),
            ("unix:path=/run/x:timeout=1", "tcp:/run/x"),
            ("tls:example.org:443", "tls:example.org:443"),
        ])
    func clients(_ text: String, _ expected: String) throws {
        #expect("\(try clientFromString(text))" == expected)
    }

    @Test("L167: timeout and bindAddress are passed on")
    func clientArguments() throws {
        let text = "tcp:example.org:80:timeout=2.5:bindAddress=127.0.0.1"
        let endpoint = try clientFromString(text) as? HostnameEndpoint
        #expect(endpoint?.timeout == 2.5)
        #expect(endpoint?.options.bindAddress == .ip(.loopback4, port: 0))
        #expect((try clientFromString("tcp:a:1") as? HostnameEndpoint)?.timeout == 30)
    }

    @Test(
        "L166, L167: what is wrong is said",
        arguments: [
            ("ftp:21", "no endpoint has the type \"ftp\"; there are tcp, tls, unix"),
            ("", "the endpoint \"\" has no type: write it as tcp:7007, for example"),
            ("tcp", "the endpoint \"tcp\" needs the argument host"),
            ("tcp:a", "the endpoint \"tcp:a\" needs the argument port"),
            ("tcp:a:http", "port=http is not a number from 0 to 65535"),
            ("tcp:a:80:90", "the endpoint \"tcp:a:80:90\" has no use for the argument \"90\""),
            (
                "tcp:a:1:color=red",
                "the endpoint \"tcp:a:1:color=red\" has no use for the argument \"color=red\""
            ),
            ("tcp:a:1:timeout=soon", "timeout=soon is not a number of seconds"),
            ("tcp:a:1:bindAddress=eth0", "bindAddress=eth0 is not an IP address"),
        ])
    func mistakes(_ text: String, _ expected: String) {
        do {
            _ = try clientFromString(text)
            Issue.record("no error")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test(
        "L166: datagram strings give their endpoint",
        arguments: [
            ("udp:7007", "udp:0.0.0.0:7007"), ("udp6:7", "udp:[::]:7"),
            ("udp:7007:interface=127.0.0.1", "udp:127.0.0.1:7007"),
            ("unixgram:/run/x", "udp:/run/x"),
        ])
    func datagrams(_ text: String, _ expected: String) throws {
        #expect("\(try datagramServerFromString(text))" == expected)
    }

    @Test("L166: what a datagram string says is passed on")
    func datagramArguments() throws {
        let endpoint = try datagramServerFromString("udp:1:reusePort=yes:group=239.1.2.3")
        #expect(endpoint.reusePort && endpoint.group == IPAddress("239.1.2.3"))
        #expect(try datagramServerFromString("unixgram:/run/x:mode=600").mode == 0o600)
    }

    @Test(
        "L166: what is wrong in a server string is said",
        arguments: [
            (
                "ftp:21",
                "no endpoint has the type \"ftp\"; there are fd, stdio, systemd, tcp, tcp6, tls, unix"
            ),
            ("fd:first", "number=first is not the number of a descriptor"),
            ("fd:-1", "number=-1 is not the number of a descriptor"),
            ("unix:/run/x:mode=999", "mode=999 is not permissions as 660, in octal"),
            ("unix:/run/x:mode=7777", "mode=7777 is not permissions as 660, in octal"),
            (
                "systemd:INET:index=0",
                "index=0 is not there: systemd has passed 0 sockets to this process"
            ),
            ("systemd:INET9:index=0", "domain=INET9 is not INET, INET6 or UNIX"),
            (
                "systemd:INET:name=web",
                "name=web is not there: systemd has passed no socket to this process"
            ),
            ("stdio:7", "the endpoint \"stdio:7\" has no use for the argument \"7\""),
        ])
    func serverMistakes(_ text: String, _ expected: String) {
        do {
            _ = try serverFromString(text)
            Issue.record("no error")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test("a TLS server without its file says which")
    func missingFile() {
        do {
            _ = try serverFromString("tls:443:privateKey=/nowhere.pem")
            Issue.record("no error")
        } catch {
            #expect("\(error)".hasPrefix("cannot use /nowhere.pem: "))
        }
    }

    @Test("L170: a TLS client checks the certificate, and trusts what it is told to")
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (folder.path + "/key.pem", folder.path + "/certificate.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=x",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let port = try await serverFromString(
            "tls:0:interface=127.0.0.1:privateKey=\(key):certKey=\(certificate)"
        ).listen { _ in Once() }.value
        guard case .ip(_, let number) = port.address else { return }
        await #expect(throws: TLSError.selfSigned(host: "127.0.0.1")) {
            try await clientFromString("tls:127.0.0.1:\(number)").connect { Once() }.value
        }
        let user = try await clientFromString("tls:127.0.0.1:\(number):trustRoots=\(certificate)")
            .connect { Once() }.value
        #expect(try await user.greeting.value == "hello")
        port.stopListening()
    }

    @Test("L169: a program may add a type of its own")
    func registration() async throws {
        let port = try await serverFromString("tcp:0:interface=127.0.0.1").listen { _ in Once() }
            .value
        EndpointTypes.clients["here"] = { arguments in
            let timeout = try arguments.seconds("timeout") ?? 1
            return TCPClientEndpoint(port.address, timeout: timeout)
        }
        let user = try await clientFromString("here:timeout=5").connect { Once() }.value
        #expect(try await user.greeting.value == "hello")
        EndpointTypes.clients["here"] = nil
        #expect(throws: EndpointStringError.self) { try clientFromString("here:timeout=5") }
        port.stopListening()
    }

    @Test("a Unix socket is listened at and connected to by its path")
    func unix() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine:\(UInt32.random(in: 0 ... .max)).sock").path
        let quoted = EndpointString.quote(path)
        let port = try await serverFromString("unix:\(quoted)").listen { _ in Once() }.value
        let user = try await clientFromString("unix:\(quoted)").connect { Once() }.value
        #expect(try await user.greeting.value == "hello")
        port.stopListening()
        #expect(!FileManager.default.fileExists(atPath: path))
        await #expect(throws: ConnectError.self) {
            try await clientFromString("unix:\(quoted)").connect { Once() }.value
        }
    }
}

/// Says hello, and hears the first word.
@Reactor
private final class Once: StreamProtocol {
    let greeting = Deferred<String>()
    func connectionMade(_ transport: any StreamTransport) { transport.write(Array("hello".utf8)) }
    func dataReceived(_ bytes: Span<UInt8>) {
        guard !greeting.isFired else { return }
        greeting.callback(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
    }
    func connectionLost(_ reason: ConnectionLost) {}
}
