import Testing

@testable import TwineDNS

@Suite("Keys of transactions")
struct TransactionKeyTests {
    @Test("a key as dig takes it")
    func text() throws {
        let key = try TransactionKey("hmac-sha512:Key.example:AQID")
        #expect(
            try key
                == TransactionKey(
                    name: DNSName("key.example"), algorithm: .hmacSHA512, secret: [1, 2, 3]))
    }

    @Test(
        "algorithms, and how long their signatures are",
        arguments: [
            ("HMAC-MD5", TransactionAlgorithm.hmacMD5, 16), ("hmac-sha1-80", .hmacSHA1, 10),
            ("hmac-md5.sig-alg.reg.int.", .hmacMD5, 16), ("hmac-sha224", .hmacSHA224, 28),
            ("hmac-sha256-121", .hmacSHA256, 16), ("hmac-sha384-0", .hmacSHA384, 48),
            ("hmac-sha512-512", .hmacSHA512, 64),
        ])
    func algorithms(_ text: String, _ algorithm: TransactionAlgorithm, _ length: Int) throws {
        let key = try TransactionKey("\(text):k:AQID")
        #expect(key.algorithm == algorithm)
        #expect(key.signatureLength == length)
    }

    @Test("without an algorithm it is HMAC-MD5, as for dig")
    func standard() throws {
        #expect(try TransactionKey("k:AQID").algorithm == .hmacMD5)
    }

    @Test(
        "what is wrong with a key",
        arguments: [
            ("k", TransactionKeyError.formInvalid), ("", .formInvalid), ("a:b:c:d", .formInvalid),
            ("k:", .formInvalid), ("hmac-sha3:k:AQID", .algorithmUnknown("hmac-sha3")),
            ("hmac-sha256-:k:AQID", .bitsInvalid("", most: 256)),
            ("hmac-sha256-257:k:AQID", .bitsInvalid("257", most: 256)),
            ("k:AQI", .secretInvalid(name: "k")), ("k:====", .secretInvalid(name: "k")),
            ("a..b:AQID", .nameInvalid("a..b", .labelEmpty(offset: 2))),
        ])
    func invalid(_ text: String, _ error: TransactionKeyError) {
        #expect(throws: error) { try TransactionKey(text) }
    }

    @Test("what is told of a key does not tell its secret")
    func description() throws {
        #expect(
            try "\(TransactionKey("hmac-sha256-128:k.example:AQID"))" == "hmac-sha256-128:k.example"
        )
    }

    @Test("a key file of tsig-keygen")
    func statement() throws {
        let text = """
            # made by hand
            key "my.key" { /* a
              comment */
            \talgorithm hmac-sha256;
            \tsecret "o2rbHXi3MeouKhHDDNkNB4k95swAtpgpOqRaewt2yIE="; // the secret
            };

            """
        let key = try TransactionKey(statement: Array(text.utf8))
        let wanted = try TransactionKey(
            "hmac-sha256:my.key:o2rbHXi3MeouKhHDDNkNB4k95swAtpgpOqRaewt2yIE=")
        #expect(key == wanted)
    }

    @Test(
        "where a key file is wrong",
        arguments: [
            ("", "f: line 1, column 1: a statement 'key' is expected"),
            ("zone x;", "f: line 1, column 1: a statement 'key' is expected"),
            ("key {", "f: line 1, column 5: the key's name is expected"),
            ("key a secret", "f: line 1, column 7: '{' is expected"),
            ("key a {\n algorithm x;", "f: line 2, column 12: unknown TSIG algorithm x"),
            ("key a {\n secrt b;", "f: line 2, column 2: 'algorithm', 'secret' or '}' is expected"),
            ("key a {\n secret b", "f: line 2, column 10: ';' is expected"),
            ("key a {\n secret \"b", "f: line 2, column 9: a quote is not closed"),
            ("key a { secret b; ", "f: line 1, column 19: a brace is not closed"),
            ("key a { secret b; };", "f: line 1, column 19: the key has no algorithm"),
            ("key a { algorithm hmac-md5; };", "f: line 1, column 29: the key has no secret"),
            ("key a { secret b; secret c;", "f: line 1, column 19: it is said for the second time"),
            ("/* x", "f: line 1, column 1: a comment is not closed"),
            (
                "key a {\nalgorithm hmac-md5;\n secret \"!\";};",
                "f: line 3, column 9: couldn't create key a: bad base64 encoding"
            ),
            (
                "key a {algorithm hmac-md5;secret AQID;};key",
                "f: line 1, column 41: more follows the key"
            ),
        ])
    func statementInvalid(_ text: String, _ description: String) {
        do throws(DNSTextError) {
            _ = try TransactionKey(statement: Array(text.utf8), file: "f")
            Issue.record("it was taken")
        } catch {
            #expect(error.description == description)
        }
    }

    @Test("every cut of a key file is refused, and ends")
    func statementCut() {
        let text = Array("key \"a\" { algorithm hmac-md5; secret AQID; };".utf8)
        for end in 0..<text.count {
            #expect(throws: DNSTextError.self) {
                try TransactionKey(statement: Array(text[..<end]))
            }
        }
    }

    @Test("an old pair of files with a shared secret")
    func sharedPair() throws {
        let publicKey = "k.example. IN KEY 512 3 163 AQIDBA==\n"
        let privateKey = """
            Private-key-format: v1.3
            Algorithm: 163 (HMAC_SHA256)
            Key: AQIDBA==
            Bits: AIA=

            """
        let key = try QueryKey(
            publicKey: Array(publicKey.utf8), privateKey: Array(privateKey.utf8))
        guard case .transaction(let key) = key else {
            Issue.record("it is not a shared secret")
            return
        }
        #expect(try key == TransactionKey("hmac-sha256-128:k.example:AQIDBA=="))
    }
}
