public import HTTPTypes

/// One way that a server or proxy offers to prove who asks, as `WWW-Authenticate` and
/// `Proxy-Authenticate` list them.
///
/// RFC 9110 §11.3.
public struct AuthenticationChallenge: Equatable, Sendable {
    /// More challenges of one message are not read.
    public static let limit = 64
    /// More parameters of a challenge are not read.
    static let parameterLimit = 64

    /// The scheme in lower case: `basic`, `digest`, `bearer`.
    public let scheme: String
    /// What follows the scheme when it is no list of parameters, as of Negotiate; nil when it is one.
    public let token: String?
    /// The parameters, by names in lower case; of several of one name the last.
    public let parameters: [String: String]
    /// What stands in the field from this challenge on, as it came: for messages.
    public let text: String

    /// What people see of the part of the site that asks; nil when it is not named.
    public var realm: String? { parameters["realm"] }

    /// Reads the challenges of a message.
    ///
    /// One field may hold several, and several fields one each. What is no challenge is skipped up to the
    /// next comma.
    ///
    /// - Parameter values: The values of the fields.
    /// - Returns: The challenges, in the server's order; at most ``limit``.
    /// - Complexity: O(*n*) in the octets of the fields.
    ///
    /// RFC 9110 §11.6.1.
    public static func parse(_ values: some Sequence<String>) -> [AuthenticationChallenge] {
        var challenges: [AuthenticationChallenge] = []
        for value in values {
            var scan = FieldScanner(value)
            while challenges.count < limit {
                scan.skip(HTTPOctet.comma)
                if scan.isAtEnd { break }
                guard let challenge = AuthenticationChallenge(&scan) else {
                    scan.skip()
                    scan.skip(until: ",")
                    continue
                }
                challenges.append(challenge)
            }
        }
        return challenges
    }

    /// Reads the challenges of a response.
    ///
    /// - Parameters:
    ///   - fields: The response's fields.
    ///   - role: Whose challenges are meant, a server's or a proxy's.
    /// - Returns: The challenges, in the server's order; at most ``limit``.
    public static func parse(
        _ fields: HTTPFields, role: HTTPAuthenticator.Role = .server
    ) -> [AuthenticationChallenge] {
        parse(fields[values: role.challengeField])
    }

    /// Reads the challenge that begins here; nil when none does.
    private init?(_ scan: inout FieldScanner) {
        let start = scan.rest
        guard let scheme = scan.token() else { return nil }
        self.scheme = scheme.lowercased()
        text = start.fieldText
        scan.skipSpaces()
        if let token = Self.token(&scan) {
            self.token = token
            parameters = [:]
        } else {
            token = nil
            parameters = Self.parameters(&scan)
        }
    }

    /// Letters that stand alone up to a comma, such as Base64; nil when it is something else.
    private static func token(_ scan: inout FieldScanner) -> String? {
        let start = scan.place
        let text = scan.text(until: ",")
        let letters = text.prefix { HTTPOctet.isToken($0) || $0 == UInt8(ascii: "/") }
        if !letters.isEmpty, text[letters.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") }) {
            return String(decoding: text, as: UTF8.self)
        }
        scan.go(to: start)
        return nil
    }

    /// Reads `name=value` up to what is none, which is another challenge.
    static func parameters(_ scan: inout FieldScanner) -> [String: String] {
        var parameters: [String: String] = [:]
        while true {
            let start = scan.place
            scan.skip(HTTPOctet.comma)
            guard let name = scan.token(), scan.takes(UInt8(ascii: "=")) else {
                scan.go(to: start)
                return parameters
            }
            let value: String
            if scan.isAt(HTTPOctet.quote) {
                // A quote that never closes has swallowed what follows it.
                guard let text = scan.quotedString() else { return parameters }
                value = text.fieldText
                scan.skip(until: ",")
            } else {
                value = scan.text(until: ",").fieldText
            }
            guard parameters.count < parameterLimit else { continue }
            parameters[name.lowercased()] = value
        }
    }
}
