import Testing

@testable import TwineDNS

/// The messages were signed by dnspython 2, with the octets from 1 to 32 as the secret.
@Suite("Signatures of transactions")
struct TransactionSessionTests {
    private static let now = 1_700_000_000
    private static let query = octets(
        "1234 0100 0001000000000000 03777777076578616d706c65036f726700 0001 0001")
    private static let signedQuery = octets(
        """
        1234 0100 0001000000000001 03777777076578616d706c65036f726700 0001 0001
        036b6579076578616d706c6500 00fa 00ff 00000000 003d  ; key.example. ANY TSIG
        0b686d61632d73686132353600                          ; hmac-sha256.
        00006553f100 012c                                   ; time and fudge
        0020 ec001bf1e704e96defc69731654441594589c68f6fc443c952ce44d1315c2d40
        1234 0000 0000                                      ; id, error, no more
        """)
    private static let response = octets(
        """
        1234 8580 0001000100000001 03777777076578616d706c65036f726700 0001 0001
        c00c 0001 0001 0000003c 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 003d
        0b686d61632d73686132353600 00006553f102 012c
        0020 2c07a31de44ba3dfb044bb13540f47c910ddb8c5e97b896af4b4f71ff180ee1a
        1234 0000 0000
        """)
    /// The server's clock is 4,000 seconds ahead.
    private static let badTime = octets(
        """
        1234 8580 0001000100000001 03777777076578616d706c65036f726700 0001 0001
        c00c 0001 0001 0000003c 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 0043
        0b686d61632d73686132353600 00006553f100 012c
        0020 4673dea0c949db4344245c3b64a82ff85ab679fa7330cd73c7f24404853315a6
        1234 0012 0006 0000655400a0
        """)
    private static let badKey = octets(
        """
        1234 8189 0001000100000001 03777777076578616d706c65036f726700 0001 0001
        c00c 0001 0001 0000003c 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 001d
        0b686d61632d73686132353600 00006553f100 012c 0000 1234 0011 0000
        """)
    /// The first, the fourth and the last are signed.
    private static let stream = [
        """
        1234 8580 0001000100000001 03777777076578616d706c65036f726700 0001 0001
        c00c 0001 0001 0000003c 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 003d
        0b686d61632d73686132353600 00006553f100 012c
        0020 82498aa6a73df67f112aa1e883d6b986704fee6afdb7d5676e4cf3bfbe833b9c
        1234 0000 0000
        """,
        """
        1234 8580 0000000100000000 03777777076578616d706c65036f726700 0001 0001
        0000003d 0004 c0000201
        """,
        """
        1234 8580 0000000100000000 03777777076578616d706c65036f726700 0001 0001
        0000003e 0004 c0000201
        """,
        """
        1234 8580 0000000100000001 03777777076578616d706c65036f726700 0001 0001
        0000003f 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 003d
        0b686d61632d73686132353600 00006553f103 012c
        0020 a3e4d267558515bde763b4d6950705bd3177416fc310419e80a902d8b8853334
        1234 0000 0000
        """,
        """
        1234 8580 0000000100000000 03777777076578616d706c65036f726700 0001 0001
        00000040 0004 c0000201
        """,
        """
        1234 8580 0000000100000001 03777777076578616d706c65036f726700 0001 0001
        00000041 0004 c0000201
        036b6579076578616d706c6500 00fa 00ff 00000000 003d
        0b686d61632d73686132353600 00006553f105 012c
        0020 30575dbff769bade984f033ea3435ded12b76932bab585ac33034d0508bb1603
        1234 0000 0000
        """,
    ].map(octets)

    private func key(
        _ algorithm: TransactionAlgorithm = .hmacSHA256, length: Int? = nil
    ) throws -> TransactionKey {
        TransactionKey(
            name: try DNSName("key.example"), algorithm: algorithm, secret: Array(1...32),
            signatureLength: length)
    }

    /// A session whose query is signed.
    private func session(length: Int? = nil) throws -> TransactionSession {
        var session = TransactionSession(key: try key(length: length))
        _ = try session.sign(Self.query, at: Self.now)
        return session
    }

    // MARK: Queries

    @Test("a query with its signature, octet for octet")
    func sign() throws {
        var session = TransactionSession(key: try key())
        #expect(try session.sign(Self.query, at: Self.now) == Self.signedQuery)
    }

    @Test(
        "the signature of each algorithm",
        arguments: [
            (TransactionAlgorithm.hmacMD5, "ffc0503ad24c10c8f101eeba7728fd11"),
            (.hmacSHA1, "8dcdd3c67649e9ebdb4321473b3370aefef13b79"),
            (.hmacSHA224, "f40201876047795918f41f47de4e19a80e242dd5790981df4e1ed621"),
            (.hmacSHA256, "ec001bf1e704e96defc69731654441594589c68f6fc443c952ce44d1315c2d40"),
            (
                .hmacSHA384,
                "0bc2700cc237e2a62c88c54fee92535c0a1bceec63b5f1c33fbcfd95667d9807"
                    + "089f55327dd15db5f8d7c99b9fe714de"
            ),
            (
                .hmacSHA512,
                "ea284f35ed4af80b69c8b7567d508e30eb67a91661df7481faf9d3c82d63b680"
                    + "cd045ed68213dcf00c8e5a62580e5a1f208ac0090d482068fe242a30414a16e5"
            ),
        ])
    func algorithms(_ algorithm: TransactionAlgorithm, _ signature: String) throws {
        var session = TransactionSession(key: try key(algorithm))
        let signed = try session.sign(Self.query, at: Self.now)
        // Behind it are the id, the error and the length of nothing more.
        #expect(Array(signed.dropLast(6).suffix(algorithm.digestLength)) == octets(signature))
    }

    @Test("a truncated signature is the whole one's first octets")
    func truncated() throws {
        var session = TransactionSession(key: try key(length: 16))
        let signed = try session.sign(Self.query, at: Self.now)
        #expect(
            Array(signed.dropLast(6).suffix(18))
                == octets("0010 ec001bf1e704e96defc6973165444159"))
    }

    @Test("the key's name is signed in small letters")
    func caseOfName() throws {
        let key = TransactionKey(
            name: try DNSName("KEY.Example"), algorithm: .hmacSHA256, secret: Array(1...32))
        var session = TransactionSession(key: key)
        let signed = try session.sign(Self.query, at: Self.now)
        #expect(signed.suffix(40) == Self.signedQuery.suffix(40))
    }

    @Test("what cannot be signed")
    func unsignable() throws {
        var session = TransactionSession(key: try key())
        #expect(throws: DNSError.tooShort(needed: 12, available: 11, offset: 0)) {
            try session.sign(Array(Self.query.prefix(11)), at: 0)
        }
        let full = Self.query.prefix(10) + [255, 255] + Self.query[12...]
        #expect(throws: DNSError.recordsTooMany(count: 65_536)) {
            try session.sign(Array(full), at: 0)
        }
        let long = Self.query + [UInt8](repeating: 0, count: 65_535 - Self.query.count)
        #expect(throws: DNSError.messageTooLong(length: 65_535 + 84)) {
            try session.sign(long, at: 0)
        }
    }

    // MARK: One response

    @Test("a response is verified")
    func verify() throws {
        var session = try session()
        #expect(!session.isVerified)
        try session.verify(Self.response.span, at: Self.now)
        #expect(session.isVerified)
    }

    @Test("a response that is changed in any octet is refused")
    func tampered() throws {
        let session = try session()
        // The id is not signed: forwarders may change it.
        for index in Self.response.indices.dropFirst(2) {
            var response = Self.response
            response[index] ^= 1
            var attempt = session
            #expect(throws: TransactionError.self, "octet \(index)") {
                try attempt.verify(response.span, at: Self.now)
            }
            #expect(!attempt.isVerified)
        }
    }

    @Test("a response that is cut anywhere is refused")
    func cut() throws {
        var session = try session()
        for count in Self.response.indices {
            let response = Array(Self.response.prefix(count))
            #expect(throws: TransactionError.self) {
                try session.verify(response.span, at: Self.now)
            }
        }
    }

    @Test("another id than the query's is that of a forwarder")
    func forwarded() throws {
        var session = try session()
        let response = [9, 9] + Self.response.dropFirst(2)
        #expect(throws: Never.self) { try session.verify(response.span, at: Self.now) }
    }

    @Test("a message that fails changes nothing: the right one can still come")
    func goesOn() throws {
        var session = try session()
        #expect(throws: TransactionError.missing) {
            try session.verify(Self.stream[1], Self.now)
        }
        #expect(throws: TransactionError.signatureMismatch) {
            try session.verify(Self.response.dropLast(7) + octets("1b 1234 0000 0000"), Self.now)
        }
        #expect(throws: Never.self) { try session.verify(Self.response.span, at: Self.now) }
    }

    @Test("a response is not taken a second time")
    func replay() throws {
        var session = try session()
        try session.verify(Self.response.span, at: Self.now)
        #expect(throws: TransactionError.signatureMismatch) {
            try session.verify(Self.response.span, at: Self.now)
        }
    }

    @Test("the response to another query is refused")
    func otherQuery() throws {
        var session = TransactionSession(key: try key())
        _ = try session.sign(Self.query, at: Self.now + 1)
        #expect(throws: TransactionError.signatureMismatch) {
            try session.verify(Self.response.span, at: Self.now)
        }
    }

    @Test("a query is no response")
    func query() throws {
        var session = try session()
        #expect(throws: TransactionError.notResponse) {
            try session.verify(Self.signedQuery.span, at: Self.now)
        }
    }

    @Test("the times at which a response is taken: 300 seconds before and after it was signed")
    func times() throws {
        let signed = Self.now + 2
        for (now, isTaken) in [(-301, false), (-300, true), (300, true), (301, false)] {
            var session = try session()
            let error = TransactionError.timeMismatch(signed: signed, fudge: 300, now: signed + now)
            do {
                try session.verify(Self.response.span, at: signed + now)
                #expect(isTaken)
            } catch let found {
                #expect(!isTaken && found == error)
                #expect(found.bindDescription == "clocks are unsynchronized")
            }
        }
    }

    @Test("no time is far enough away to trap", arguments: [Int.min, -1, Int.max])
    func farTimes(_ now: Int) throws {
        var session = try session()
        #expect(throws: TransactionError.self) {
            try session.verify(Self.response.span, at: now)
        }
        #expect(throws: Never.self) { try session.sign(Self.query, at: now) }
    }

    @Test("another key's response")
    func otherKey() throws {
        let key = TransactionKey(
            name: try DNSName("other"), algorithm: .hmacSHA256, secret: Array(1...32))
        var session = TransactionSession(key: key)
        _ = try session.sign(Self.query, at: Self.now)
        #expect(
            throws: TransactionError.keyMismatch(
                name: try DNSName("key.example"), algorithm: try DNSName("hmac-sha256"))
        ) {
            try session.verify(Self.response.span, at: Self.now)
        }
    }

    @Test("the server's errors: its clock, and a key that it does not know")
    func reported() throws {
        var session = try session()
        #expect(throws: TransactionError.reported(code: 18, serverTime: Self.now + 4000)) {
            try session.verify(Self.badTime.span, at: Self.now)
        }
        #expect(throws: TransactionError.reported(code: 17, serverTime: nil)) {
            try session.verify(Self.badKey.span, at: Self.now)
        }
    }

    @Test("a server's error that needs no signature is only one of two")
    func emptySignature() throws {
        var session = try session()
        var response = Self.badKey
        response[response.count - 3] = 18
        #expect(throws: TransactionError.signatureEmpty(error: 18)) {
            try session.verify(response.span, at: Self.now)
        }
    }

    @Test("a TSIG record stands at the end only, in its class, and once")
    func misplaced() throws {
        var session = try session()
        let record = Self.response.suffix(84)
        let body = Self.response.dropLast(84)
        let start = body.count
        let twice = body.prefix(11) + [2] + body.dropFirst(12) + record + record
        #expect(throws: TransactionError.recordInvalid(offset: start)) {
            try session.verify(Array(twice), Self.now)
        }
        #expect(throws: TransactionError.recordInvalid(offset: start)) {
            try session.verify(Self.response + [0], Self.now)
        }
    }

    @Test("a signature that is shorter than asked for, or than is allowed")
    func shortSignature() throws {
        // A server that truncates to 16 octets though all are wanted, and one to 4.
        for (count, error) in [
            (16, TransactionError.signatureTruncated(length: 16, wanted: 32)),
            (4, .signatureLengthInvalid(length: 4, digest: 32)),
        ] {
            var response = Self.response.dropLast(6 + 32 - count) + Self.response.suffix(6)
            let length = response.count - 6 - count
            response[length - 1] = UInt8(count)
            response[start(of: "003d", in: response) + 1] = UInt8(0x3d - 32 + count)
            var session = try session()
            #expect(throws: error) { try session.verify(Array(response), Self.now) }
        }
    }

    private func start(of table: String, in bytes: some Collection<UInt8>) -> Int {
        let wanted = octets(table)
        let bytes = Array(bytes)
        return bytes.indices.dropLast(wanted.count - 1).last {
            bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
        } ?? 0
    }

    // MARK: Streams

    @Test("a stream whose messages are not all signed")
    func stream() throws {
        var session = try session()
        let verified = try Self.stream.map { message in
            try session.verify(message.span, at: Self.now)
            return session.isVerified
        }
        #expect(verified == [true, false, false, true, false, true])
        #expect(throws: Never.self) { try session.receiveEnd() }
    }

    @Test("a stream that ends in a message without a signature is not to be trusted")
    func streamEnd() throws {
        var session = try session()
        #expect(throws: TransactionError.missing) { try session.receiveEnd() }
        for message in Self.stream.dropLast() { try session.verify(message.span, at: Self.now) }
        #expect(throws: TransactionError.missing) { try session.receiveEnd() }
    }

    @Test("a message that is left out, doubled or changed is known by the next signature")
    func streamTampered() throws {
        let first = Self.stream[0]
        let last = Self.stream[3]
        var changed = Self.stream[1]
        changed[changed.count - 1] ^= 1
        for between in [
            [], [Self.stream[1]], [Self.stream[2], Self.stream[1]],
            [Self.stream[1], Self.stream[1], Self.stream[2]], [changed, Self.stream[2]],
        ] {
            var session = try session()
            for message in [first] + between { try session.verify(message.span, at: Self.now) }
            #expect(throws: TransactionError.signatureMismatch) {
                try session.verify(last.span, at: Self.now)
            }
        }
    }

    @Test("99 messages may be without a signature, and not 100")
    func unsignedTooMany() throws {
        var session = try session()
        try session.verify(Self.stream[0], Self.now)
        for _ in 0..<99 { try session.verify(Self.stream[1], Self.now) }
        #expect(throws: TransactionError.unsignedTooMany(count: 100)) {
            try session.verify(Self.stream[1], Self.now)
        }
    }

    @Test("a copy of a session goes its own way")
    func copy() throws {
        var session = try session()
        try session.verify(Self.stream[0], Self.now)
        var copy = session
        try copy.verify(Self.stream[1], Self.now)
        for message in Self.stream[1...3] { try session.verify(message.span, at: Self.now) }
        #expect(session.isVerified && !copy.isVerified)
    }

    @Test("what dig says of an error")
    func words() {
        #expect(TransactionError.missing.bindDescription == "expected a TSIG or SIG(0)")
        #expect(TransactionError.signatureMismatch.bindDescription == "tsig verify failure")
        #expect(
            TransactionError.reported(code: 17, serverTime: nil).bindDescription
                == "tsig indicates error")
    }
}

extension TransactionSession {
    /// Verifies octets that are no array's yet.
    fileprivate mutating func verify(
        _ message: some Sequence<UInt8>, _ now: Int
    ) throws(TransactionError) {
        let bytes = Array(message)
        try verify(bytes.span, at: now)
    }
}
