import CTwine
import Foundation
import Testing

@testable import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct AdoptedEndpointTests {
    private func socketPath() -> String {
        NSTemporaryDirectory() + "twine-\(UUID().uuidString.prefix(8)).sock"
    }

    @Test("the file of a server that was killed is taken over, that of a living one is not")
    func deadSocket() async throws {
        let path = socketPath()
        let endpoint = TCPServerEndpoint(.unix(path: path), mode: 0o600)
        let raw = Descriptor(twine_socket(AF_UNIX, false))
        #expect(SocketAddress.unix(path: path).bindSocket(raw.number) == 0)
        let port = try await endpoint.listen { _ in nil }.value
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        await #expect(throws: CannotListenError.self) {
            try await endpoint.listen { _ in nil }.value
        }
        #expect(FileManager.default.fileExists(atPath: path))
        port.stopListening()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a file that is no socket is never removed")
    func plainFile() async throws {
        let path = socketPath()
        try Data("keep".utf8).write(to: URL(fileURLWithPath: path))
        await #expect(throws: CannotListenError.self) {
            try await TCPServerEndpoint(.unix(path: path)).listen { _ in nil }.value
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep")
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("L172: an adopted descriptor listens once, does not block, and the original is closed")
    func adopted() async throws {
        let number = twine_socket(AF_INET, false)
        #expect(SocketAddress.ip(.loopback4, port: 0).bindSocket(number) == 0)
        #expect(Glibc.listen(number, 5) == 0)
        _ = fcntl(number, F_SETFL, 0)
        let endpoint = AdoptedServerEndpoint(descriptor: number)
        let user = Recorder()
        let port = try await endpoint.listen { _ in user }.value
        #expect(fcntl(number, F_GETFD) == -1)
        let peer = Pair.raw(to: port.address)
        peer.send("hello")
        try await until { user.text == "hello" }
        await #expect(throws: CannotListenError.self) {
            try await endpoint.listen { _ in nil }.value
        }
        port.stopListening()
        user.transport?.abortConnection()
    }

    @Test("L172: what does not listen cannot be adopted")
    func adoptedWrong() async throws {
        let number = twine_socket(AF_INET, false)
        for descriptor in [number, 1000] {
            await #expect(throws: CannotListenError.self) {
                try await AdoptedServerEndpoint(descriptor: descriptor).listen { _ in nil }.value
            }
        }
        close(number)
    }

    @Test("L172: a socket that another process holds open is not watched once the port is closed")
    func sharedSocket() async throws {
        let socket = try TCPServerEndpoint.loopback().openSocket()
        let address = socket.address
        let other = dup(socket.number)
        let port = try await AdoptedServerEndpoint(descriptor: dup(socket.number)).listen { _ in
            Recorder()
        }.value
        try await turns(1)
        port.stopListening()
        // It comes into the queue of the socket that is open elsewhere.
        let peer = RawPeer(twine_socket(AF_INET, false))
        _ = address.connectSocket(peer.number)
        let before = Reactor.shared.loop.turnCount
        try await deferLater(0.1).value
        let spent = Reactor.shared.loop.turnCount - before
        #expect(spent < 10, "\(spent) turns in 0.1 seconds")
        peer.close()
        close(other)
        socket.close()
    }

    @Test(
        "L174: an adopted connection gets a protocol that is there; once, and only if it is connected"
    )
    func adoptedConnection() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe twine_socket_pair(&ends) == 0)
        let endpoint = AdoptedClientEndpoint(descriptor: ends[0])
        let user = try await endpoint.connect { Recorder() }.value
        #expect(fcntl(ends[0], F_GETFD) == -1)
        let peer = RawPeer(ends[1])
        peer.send("hello")
        try await until { user.text == "hello" }
        await #expect(throws: SystemError(errno: EALREADY)) {
            try await endpoint.connect { Recorder() }.value
        }
        let number = twine_socket(AF_INET, true)
        await #expect(throws: SystemError(errno: EINVAL)) {
            try await AdoptedClientEndpoint(descriptor: number).connect { Recorder() }.value
        }
        close(number)
        user.transport?.abortConnection()
    }
}
