/// What a client remembers of one server's nonce while it answers by Digest.
///
/// RFC 7616 §3.4.
struct DigestSession: Equatable, Sendable {
    let realm: String
    private let calculation: DigestCalculation
    /// As the challenge spells it; nil when it names none.
    private let algorithm: String?
    private let opaque: String?
    private let qualities: [String]?
    private let hashesUser: Bool
    private let isUTF8: Bool
    private(set) var nonce: String
    private var count: UInt32 = 0
    /// The client's nonce and the secret that the first answer has bound, of `-sess`.
    private var bound: (clientNonce: String, secret: String)?

    static func == (left: Self, right: Self) -> Bool {
        left.realm == right.realm && left.nonce == right.nonce && left.count == right.count
            && left.calculation == right.calculation && left.opaque == right.opaque
    }

    /// How good the hash is: the strongest challenge is answered.
    var strength: Int { calculation.hash.strength }

    /// Begins by a challenge; nil when it is of no use.
    init?(_ challenge: AuthenticationChallenge) {
        let parameters = challenge.parameters
        guard challenge.scheme == "digest", let realm = parameters["realm"],
            let nonce = parameters["nonce"],
            let calculation = DigestCalculation(named: parameters["algorithm"])
        else { return nil }
        self.realm = realm
        self.nonce = nonce
        self.calculation = calculation
        algorithm = parameters["algorithm"]
        opaque = parameters["opaque"]
        let list = (parameters["qop"] ?? "").lowercased().split(separator: ",")
            .map { String($0.trimmingSpaces()) }.filter { !$0.isEmpty }
        qualities = list.isEmpty ? nil : list
        hashesUser = parameters["userhash"]?.lowercased() == "true"
        isUTF8 = parameters["charset"]?.lowercased() == "utf-8"
    }

    /// What proves that the server had the password too, and the nonce to go on with.
    struct Proof: Equatable, Sendable {
        let secret: String
        let nonce: String
        let clientNonce: String
        let count: String
        let quality: String?
        let uri: String
    }

    /// The field's value for one request; nil when it cannot be made.
    ///
    /// - Parameters:
    ///   - fresh: A client's nonce, that was not used before; one that `-sess` has bound is used instead.
    ///   - user: The name.
    ///   - password: The password.
    ///   - request: What is asked for.
    /// - Returns: The value, and what checks the server's own proof.
    mutating func answer(
        clientNonce fresh: String, user: String, password: String,
        _ request: HTTPAuthenticator.Request
    ) -> (value: String, proof: Proof)? {
        guard let (quality, body) = quality(request.body), count < .max else { return nil }
        let clientNonce = bound?.clientNonce ?? fresh
        let secret =
            bound?.secret
            ?? calculation.secret(
                user: user, realm: realm, password: password, nonce: nonce,
                clientNonce: clientNonce)
        if calculation.isSession { bound = (clientNonce, secret) }
        count += 1
        let digits = String(count, radix: 16)
        let number = String(repeating: "0", count: 8 - digits.utf8.count) + digits
        let response = calculation.response(
            secret: secret, nonce: nonce, count: number, clientNonce: clientNonce,
            quality: quality,
            request: calculation.request(
                method: request.method, uri: request.target, body: body))
        var list = [
            name(user), quoted("realm", realm), quoted("nonce", nonce),
            quoted("uri", request.target), "response=\"\(response)\"",
        ]
        if let quality { list += ["qop=\(quality)", "nc=\(number)"] }
        if quality != nil || calculation.isSession { list.append(quoted("cnonce", clientNonce)) }
        if let opaque { list.append(quoted("opaque", opaque)) }
        if let algorithm { list.append("algorithm=\(algorithm)") }
        if hashesUser { list.append("userhash=true") }
        let value = "Digest " + list.joined(separator: ", ")
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == HTTPOctet.tab })
        else { return nil }
        let proof = Proof(
            secret: secret, nonce: nonce, clientNonce: clientNonce, count: number,
            quality: quality, uri: request.target)
        return (value, proof)
    }

    /// The quality of protection, and the body's hash where it is protected; nil when none can be had.
    private func quality(_ body: HTTPAuthenticator.Body) -> (String?, String?)? {
        guard let qualities else { return (nil, nil) }
        if qualities.contains("auth") { return ("auth", nil) }
        guard qualities.contains("auth-int"), let checksum = body.checksum(calculation.hash)
        else { return nil }
        return ("auth-int", checksum.hexadecimal)
    }

    /// The user's name as the server wants it.
    private func name(_ user: String) -> String {
        if hashesUser { return "username=\"\(calculation.hex("\(user):\(realm)"))\"" }
        // What is not ASCII has a form of its own where the server says that it reads UTF-8.
        guard isUTF8, !user.utf8.span.isPrintable else { return quoted("username", user) }
        return "username*=\(ExtendedValue.encode(user))"
    }

    private func quoted(_ name: String, _ value: String) -> String {
        let text = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\(name)=\"\(text)\""
    }

    /// Reads `Authentication-Info`: goes on with the nonce it names.
    ///
    /// - Returns: False when the server's own proof is wrong; true when it is right, or there is none
    ///   that can be checked.
    mutating func informationReceived(_ parameters: [String: String], _ proof: Proof) -> Bool {
        if let given = parameters["rspauth"], proof.quality == "auth" {
            let expected = calculation.response(
                secret: proof.secret, nonce: proof.nonce, count: proof.count,
                clientNonce: proof.clientNonce, quality: "auth",
                request: calculation.request(method: "", uri: proof.uri))
            guard given.lowercased() == expected else { return false }
        }
        if let next = parameters["nextnonce"], next != nonce {
            nonce = next
            count = 0
        }
        return true
    }
}
