import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite
struct AddressTests {
    @Test(
        "an address that was printed is the same when parsed",
        arguments: [
            "0.0.0.0", "127.0.0.1", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
            "fe80::1%7", "::ffff:192.0.2.1", "2001:db8:0:1:1:1:1:1", "1:2:3:4:5:6:7:8",
            "2001:db8::ff00:42:8329", "ff02::1%4294967295",
        ])
    func roundTrip(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == text)
        #expect(IPAddress(address.description) == address)
    }

    @Test("random addresses survive printing and parsing")
    func randomRoundTrips() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let mask: UInt64 = Bool.random() ? .max : 0xffff_0000_ffff_0000
            let addresses: [IPAddress] = [
                .v4(.random(in: 0 ... .max, using: &random)),
                .v6(
                    high: .random(in: 0 ... .max, using: &random) & mask,
                    low: .random(in: 0 ... .max, using: &random) & mask,
                    zone: .random(in: 0...3, using: &random)),
            ]
            for address in addresses { #expect(IPAddress(address.description) == address) }
        }
    }

    @Test(
        "what is no address is nil",
        arguments: [
            "", " ", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", " 1.2.3.4", "01.2.3.4x",
            "localhost", ":", ":::", "1::2::3", "12345::", "g::", "[::1]", "::1%", "::1%nosuchif",
            "::1%+5", "::1%4294967296", "1.2.3.4%1", "127.0.0.1\0", "::1\0.evil", "1.2.3.4\n",
            "0x7f.1", "::1%0", "١.٢.٣.٤",
        ])
    func noAddress(text: String) {
        #expect(IPAddress(text) == nil)
        #expect(SocketAddress(text, port: 1) == nil)
    }

    @Test("a zone may be the name of an interface")
    func zoneByName() {
        #expect(IPAddress("fe80::1%lo") == .v6(high: 0xfe80_0000_0000_0000, low: 1, zone: 1))
    }

    @Test("parts of a longer text are parsed without a copy by the caller")
    func substring() {
        #expect(IPAddress("host=192.0.2.7;".dropFirst(5).dropLast()) == .v4(0xc000_0207))
    }

    @Test("octets of the wire: 4 or 16, nothing else")
    func octets() {
        #expect(IPAddress(octets: [192, 0, 2, 1].span) == .v4(0xc000_0201))
        let six = [UInt8]([0x20, 1, 0x0d, 0xb8]) + [UInt8](repeating: 0, count: 11) + [1]
        #expect(IPAddress(octets: six.span) == IPAddress("2001:db8::1"))
        for count in [0, 1, 3, 5, 15, 17, 64] {
            #expect(IPAddress(octets: [UInt8](repeating: 1, count: count).span) == nil)
        }
    }

    @Test("loopback is 127.0.0.0/8 and ::1")
    func loopback() {
        for text in ["127.0.0.1", "127.255.255.254", "::1"] {
            #expect(IPAddress(text)?.isLoopback == true)
        }
        for text in ["126.0.0.1", "128.0.0.1", "::", "::2"] {
            #expect(IPAddress(text)?.isLoopback == false)
        }
    }

    @Test(
        "socket addresses survive the system's form",
        arguments: [
            SocketAddress.ip(.v4(0xc000_0201), port: 65_535),
            .ip(.v6(high: 0x2001_0db8_0000_0000, low: 0x0102_0304_0506_0708), port: 1),
            .ip(.v6(high: 0xfe80_0000_0000_0000, low: 1, zone: 3), port: 443),
            .unix(path: "/run/twine.socket"), .unix(path: "é/ü"),
            .unix(path: "/" + String(repeating: "x", count: 100)),
        ])
    func systemForm(address: SocketAddress) {
        var copy: SocketAddress?
        let result = unsafe address.withSockaddr { pointer, length in
            copy = unsafe pointer.withMemoryRebound(to: sockaddr_storage.self, capacity: 1) {
                unsafe SocketAddress($0.pointee, length: length)
            }
            return 0
        }
        #expect(result == 0)
        #expect(copy == address)
    }

    @Test("printed with its port, IPv6 in brackets, a path as it is")
    func printed() {
        #expect(SocketAddress("192.0.2.1", port: 80)?.description == "192.0.2.1:80")
        #expect(SocketAddress("2001:db8::1", port: 80)?.description == "[2001:db8::1]:80")
        #expect(SocketAddress("fe80::1%2", port: 80)?.description == "[fe80::1%2]:80")
        #expect(SocketAddress.unix(path: "/x").description == "/x")
        #expect(SocketAddress.unix(path: "").description == "unnamed Unix socket")
        #expect(SocketAddress.unix(path: "/x").port == nil)
        #expect(SocketAddress.unix(path: "/x").ip == nil)
    }
}
