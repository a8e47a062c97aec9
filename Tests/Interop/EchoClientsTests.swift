import Foundation
import Subprocess
import Testing
import TwineCore

/// Each small service, asked by socat.
@Suite(.serialized, .timeLimit(.minutes(2)))
@Reactor
struct EchoClientsTests {
    /// Runs a pipe of commands with services on ports of this machine.
    private func ask(_ service: SimpleService, _ command: (Int, Int) -> String) async throws
        -> [UInt8]
    {
        let tcp = try await TCPServerEndpoint.loopback().listen { _ in service.makeProtocol() }
            .value
        let udp = try UDPEndpoint(.ip(.loopback4, port: 0)).listen(SimpleDatagramService(service))
        defer {
            tcp.stopListening()
            udp.stopListening()
        }
        let line = command(Int(tcp.address.port ?? 0), Int(udp.address.port ?? 0))
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", line], output: .bytes(limit: 1 << 22),
            error: .string(limit: 4096))
        #expect(result.terminationStatus == .exited(0), "\(line): \(result.standardError)")
        return result.standardOutput
    }

    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    @Test("RFC 862: what socat sends by TCP and UDP comes back, a megabyte too")
    func echo() async throws {
        let small = try await ask(.echo) { tcp, udp in
            "echo tcp | socat - TCP:127.0.0.1:\(tcp); echo udp | socat -t 0.3 - UDP:127.0.0.1:\(udp)"
        }
        #expect(text(small) == "tcp\nudp\n")
        let large = try await ask(.echo) { tcp, _ in
            "seq 150000 | socat -t 10 - TCP:127.0.0.1:\(tcp) | tail -n 1"
        }
        #expect(text(large) == "150000\n")
    }

    @Test("RFC 863: nothing comes back")
    func discard() async throws {
        let answer = try await ask(.discard) { tcp, udp in
            "echo tcp | socat -t 0.2 - TCP:127.0.0.1:\(tcp); echo udp | socat -t 0.2 - UDP:127.0.0.1:\(udp)"
        }
        #expect(answer.isEmpty)
    }

    @Test("RFC 864: lines of 72 characters")
    func chargen() async throws {
        let answer = try await ask(.chargen) { tcp, _ in
            "socat -u TCP:127.0.0.1:\(tcp) - 2>/dev/null | head -n 3"
        }
        #expect(text(answer).components(separatedBy: "\r\n").map(\.utf8.count) == [72, 72, 72, 0])
    }

    @Test("RFC 865, 867: one answer and the end")
    func lines() async throws {
        for service in [SimpleService.qotd, .daytime] {
            let answer = try await ask(service) { tcp, udp in
                "socat -u TCP:127.0.0.1:\(tcp) -; echo | socat -t 0.3 - UDP:127.0.0.1:\(udp)"
            }
            #expect(text(answer).components(separatedBy: "\r\n").count == 3)
        }
    }

    @Test("RFC 868: the seconds since 1900")
    func time() async throws {
        let answer = try await ask(.time) { tcp, _ in "socat -u TCP:127.0.0.1:\(tcp) -" }
        let seconds = answer.reduce(0) { $0 << 8 | Int($1) }
        let now = Int(Date().timeIntervalSince1970) + 2_208_988_800
        #expect(answer.count == 4 && abs(seconds - now % (1 << 32)) < 60)
    }
}
