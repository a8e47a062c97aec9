/// The client's side of what goes before a connection through a SOCKS proxy.
///
/// It knows no socket: what ``takeOutput()`` gives is to be sent, what comes is given to
/// ``receive(_:)``, until that says that the connection stands.
///
/// SOCKS5 (RFC 1928) carries names and both kinds of address, with a user name and password (RFC 1929).
/// SOCKS4 carries IPv4 addresses, and names in its extension 4a, with a user name.
public struct SOCKSHandshake: Sendable {
    /// A version of the protocol.
    public enum Version: Hashable, Sendable {
        /// SOCKS4, and 4a for names.
        case v4
        /// SOCKS5.
        case v5
    }

    private enum State: Equatable, Sendable {
        case method
        case authentication
        case reply
        case done
        case failed(SOCKSError)
    }

    private let version: Version
    private let credentials: [UInt8]?
    private let request: [UInt8]
    private var state: State
    private var output: [UInt8] = []
    /// Octets of an answer that is not whole: 262 at most.
    private var partial: [UInt8] = []

    /// Begins the exchange.
    ///
    /// - Parameters:
    ///   - version: The version of the protocol.
    ///   - destination: Where the proxy shall connect to.
    ///   - userName: Who asks; nil offers no name. At most 255 octets.
    ///   - password: The password to it, in SOCKS5 only. At most 255 octets.
    /// - Throws: ``SOCKSError/inexpressible(_:)``.
    public init(
        _ version: Version, to destination: SOCKSDestination, userName: String? = nil,
        password: String? = nil
    ) throws(SOCKSError) {
        self.version = version
        switch version {
        case .v4:
            credentials = nil
            request = try Self.request4(destination, userName ?? "")
            state = .reply
            output = request
        case .v5:
            credentials = try userName.map { name throws(SOCKSError) in
                try Self.login(name, password ?? "")
            }
            request = try Self.request5(destination)
            state = .method
            output = credentials == nil ? [5, 1, 0] : [5, 2, 0, 2]
        }
    }

    /// Takes what is to be sent now; empty when it is the proxy's turn.
    public mutating func takeOutput() -> [UInt8] {
        let taken = output
        output = []
        return taken
    }

    /// Reads what the proxy has sent.
    ///
    /// - Parameter bytes: What came.
    /// - Returns: How many octets of `bytes` belong to the exchange, when it is over and the connection
    ///   stands: what follows is the destination's. Nil when it goes on, and all were taken.
    /// - Throws: ``SOCKSError``; every later call throws the same.
    public mutating func receive(_ bytes: Span<UInt8>) throws(SOCKSError) -> Int? {
        var offset = 0
        while true {
            switch state {
            case .done: return offset
            case .failed(let error): throw error
            case .method, .authentication, .reply:
                do throws(SOCKSError) {
                    guard try readAnswer(bytes, &offset) else { return nil }
                } catch {
                    state = .failed(error)
                    partial = []
                    throw error
                }
            }
        }
    }

    // MARK: Answers

    /// Reads one answer; false when more octets are needed.
    private mutating func readAnswer(
        _ bytes: Span<UInt8>, _ offset: inout Int
    ) throws(SOCKSError) -> Bool {
        while let needed = try octetsNeeded(), partial.count < needed {
            guard offset < bytes.count else { return false }
            partial.append(bytes[offset])
            offset += 1
        }
        let answer = partial
        partial = []
        switch state {
        case .method: try methodChosen(answer[1])
        case .authentication:
            guard answer[1] == 0 else { throw .authenticationFailed }
            output = request
            state = .reply
        default: state = .done
        }
        return true
    }

    /// How long the answer is, as far as its octets tell; a number that makes no sense is refused at once.
    private func octetsNeeded() throws(SOCKSError) -> Int? {
        guard let first = partial.first else { return 1 }
        switch state {
        case .method:
            guard first == 5 else { throw .notSOCKS(octet: first) }
            return 2
        case .authentication:
            // RFC 1929 says 1; there are proxies that answer with SOCKS's own number.
            guard first == 1 || first == 5 else { throw .malformed }
            return 2
        case .reply where version == .v4:
            guard first == 0 || first == 4 else { throw .notSOCKS(octet: first) }
            if partial.count >= 2, partial[1] != 90 {
                throw .refused(SOCKSError.Refusal(reply4: partial[1]))
            }
            return 8
        default:
            guard first == 5 else { throw .malformed }
            if partial.count >= 2, partial[1] != 0 {
                throw .refused(SOCKSError.Refusal(reply5: partial[1]))
            }
            guard partial.count >= 5 else { return 5 }
            switch partial[3] {
            case 1: return 10
            case 3: return 7 + Int(partial[4])
            case 4: return 22
            default: throw .malformed
            }
        }
    }

    private mutating func methodChosen(_ method: UInt8) throws(SOCKSError) {
        switch method {
        case 0:
            output = request
            state = .reply
        case 2:
            guard let credentials else { throw .malformed }
            output = credentials
            state = .authentication
        case 0xff: throw .noAcceptableMethod
        default: throw .malformed
        }
    }

    // MARK: What is sent

    /// `VER ULEN UNAME PLEN PASSWD`.
    private static func login(_ name: String, _ password: String) throws(SOCKSError) -> [UInt8] {
        let name = Array(name.utf8)
        let password = Array(password.utf8)
        guard (1...255).contains(name.count), password.count <= 255 else {
            throw .inexpressible("a user name or password of that length")
        }
        return [1, UInt8(name.count)] + name + [UInt8(password.count)] + password
    }

    /// `VER CMD RSV ATYP DST.ADDR DST.PORT`.
    private static func request5(_ destination: SOCKSDestination) throws(SOCKSError) -> [UInt8] {
        var request: [UInt8] = [5, 1, 0]
        switch destination {
        case .ipv4(let address, _):
            request.append(1)
            request.append(bigEndian: address)
        case .ipv6(let high, let low, _):
            request.append(4)
            request.append(bigEndian: high)
            request.append(bigEndian: low)
        case .name(let name, _):
            let octets = Array(name.utf8)
            guard (1...255).contains(octets.count) else {
                throw .inexpressible("a host name of that length")
            }
            request += [3, UInt8(octets.count)] + octets
        }
        request.append(bigEndian: destination.port)
        return request
    }

    /// `VN CD DSTPORT DSTIP USERID NULL`, and behind it `NAME NULL` with an address that is none (4a).
    private static func request4(
        _ destination: SOCKSDestination, _ userName: String
    ) throws(SOCKSError) -> [UInt8] {
        guard userName.utf8.count <= 255, !userName.utf8.contains(0) else {
            throw .inexpressible("such a user name")
        }
        var request: [UInt8] = [4, 1]
        request.append(bigEndian: destination.port)
        switch destination {
        case .ipv4(let address, _):
            request.append(bigEndian: address)
            return request + Array(userName.utf8) + [0]
        case .name(let name, _):
            let octets = Array(name.utf8)
            guard (1...255).contains(octets.count), !octets.contains(0) else {
                throw .inexpressible("such a host name")
            }
            return request + [0, 0, 0, 1] + Array(userName.utf8) + [0] + octets + [0]
        case .ipv6: throw .inexpressible("an IPv6 address in its version 4")
        }
    }
}
