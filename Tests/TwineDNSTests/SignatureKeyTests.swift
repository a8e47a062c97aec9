import Testing
import TwineBytes

@testable import TwineDNS

private enum Keys {
    static let edwards = (
        publicKey: "ed.example. IN KEY 0 3 15 oO8zWyCm1j6J3t02uI7FAXk0/IpTxEVDXcc7X/rnddw=\n",
        privateKey: """
        Private-key-format: v1.3
        Algorithm: 15 (ED25519)
        PrivateKey: u5S+oKbYwbeyvaydJsxmsRyTwMRyFJnC3SPGAJ4j2N0=
        Created: 20261127141447

        """
    )
    static let curve = (
        publicKey: """
        ; a comment
        ec.example. IN KEY 0 3 13 Jyb7zoHP4JZUkpQWPEgjESdsymk6MsvuG45jTjkW+bQAJsi2J4NbWRxn \
        Nlf/n4QXBGOzgBsKoI8/GUlFhSNKUw==

        """,
        privateKey: """
        Private-key-format: v1.3
        Algorithm: 13 (ECDSAP256SHA256)
        PrivateKey: OWfwG725L8wUGaR4may6zBWCEfJxGLMwhrTqplN4Xhw=

        """
    )
    static let rsa = (
        publicKey: """
        rsa.example. IN KEY 0 3 8 AwEAAbr0YbSb75gwiW4+n73T/HfsICrYptu/OsqY8/pPJ5fY36ceFJhj \
        l/Rf2Sx5yHa30nAgeP4fxtzW8sesHHiBKrJZW9F72wOXLEZryceiuetD \
        DgV7bpYIa0k4epenC2pUEYdl+3CuMZ/BfmU9ZmkhoAkub6lcYDbzxV5q sURA7ZvN

        """,
        privateKey: """
        Private-key-format: v1.3
        Algorithm: 8 (RSASHA256)
        Modulus: uvRhtJvvmDCJbj6fvdP8d+wgKtim2786ypjz+k8nl9jfpx4UmGOX9F/ZLHnIdrfScCB4/h/G3Nbyx6wceIEqsllb0XvbA5csRmvJx6K560MOBXtulghrSTh6l6cLalQRh2X7cK4xn8F+ZT1maSGgCS5vqVxgNvPFXmqxREDtm80=
        PublicExponent: AQAB
        PrivateExponent: rvBw4P0tlN6OKxAEkC/mRh04+H7knCn0DJJVcrtQ1EFG/u0h3nsLPMvXv0tx7s0R6IQqU7lOb2XfpkICHizX0pNeRMmGccuveA7alXxGx+JBZa44T6aM2sJD2ebko8acVaM8gHAszQAq28Gdcu3NPL5nWENFFeOGtu3IKgXmneE=
        Prime1: 6uubjVdVyFMoSzg8e6azVM+3gAuDc2EYVCXQkKpyZrT9B5Oili2jT6ibJkc8WCeKlVSSkogejVGJZiMdqzbCtQ==
        Prime2: y7ryHBpXytO1aLag0740W2z88+b2Lwv7BQ55fTPLKtjRYwaroXJiOQmoW8l1RHeFBAfUUM25qXiikS9NnJyruQ==
        Exponent1: 1X7aF1HPvAcXD4VEMnwFboZ4Ff5gsHMFUTQsn8zHu1+wtToPALzpNnPczKTgypzk7WG280SRv4ziedhgFkHmIQ==
        Exponent2: lqgYgk+4vHTyogzrwanWbgWayYLyarghWQvrK3sxsu3Dacd1BF7h4+wQZFAGOCtqYiCoEVkRAxICpfqlGjuBgQ==
        Coefficient: KD2rFZc9tcjF5KgJ4JIBlzSfhAix5b4/FcFGWhCxWAhPA1JUuMH/ZfQelfRdDZsqlBd5F/3sjOkY4RtEg+q1Ww==

        """
    )
}

/// The keys are of dnssec-keygen; the signatures that are fixed were made by Python's cryptography.
@Suite("Signatures of queries with private keys")
struct SignatureKeyTests {
    private func key(_ files: (publicKey: String, privateKey: String)) throws -> SignatureKey {
        let key = try QueryKey(
            publicKey: Array(files.publicKey.utf8), privateKey: Array(files.privateKey.utf8),
            name: "K")
        guard case .signature(let key) = key else { throw DNSError.signingFailed }
        return key
    }

    private let query = octets("12340100000100000000000003777777076578616d706c65036f72670000010001")

    @Test("the signature of Ed25519, in a SIG record behind the query")
    func edwards() throws {
        let key = try key(Keys.edwards)
        #expect(key.tag == 52118)
        let signed = try key.sign(query, at: 1_700_000_000)
        #expect(
            try parsed(signed).additional.first?.description
                == """
                . 0 ANY SIG 0 15 0 0 20231114221820 20231114220820 52118 ed.example. \
                0dUEnWygqJO2ja25P8rQXhzIPYCGYod0UqwZ+IurakonoxF2uICMMd8s \
                I4jc3XoZJX4OHqEI4R5MDwirqJz4BQ==
                """)
    }

    @Test("the signature of RSA with SHA-256")
    func rsa() throws {
        let signed = try key(Keys.rsa).sign(query, at: 1_700_000_000)
        #expect(
            try parsed(signed).additional.first?.description
                == """
                . 0 ANY SIG 0 8 0 0 20231114221820 20231114220820 482 rsa.example. \
                dRNRa5k0bDix8E9jp8JOt5r/8x0xyCHlHHAii1f4kb4nlEeRvOX6bOQV \
                QXWgFVuIOypRyRBbHJjTTe/oS7oaKGm8MYt3QIQ0OQTYktaOAzRi9IRJ \
                ujzpubMS8PO5LsTgBYbuJSth+3K3s4wVuNlWh4/eUUc7+pPSZ0iLcDrn \
                FOo=
                """)
    }

    @Test("the signature of ECDSA has two numbers of 32 octets")
    func curve() throws {
        let key = try key(Keys.curve)
        let signed = try key.sign(query, at: 1_700_000_000)
        let rdata = try #require(try parsed(signed).additional.first?.rdata)
        #expect(rdata.count == 18 + key.name.wire.count + 64)
    }

    @Test("dig's heading stands over it")
    func text() throws {
        let signed = try key(Keys.edwards).sign(query, at: 1_700_000_000)
        let text = try parsed(signed).text()
        #expect(
            text.contains("\n;; SIG0 PSEUDOSECTION:\n.\t\t\t0\tANY\tSIG\t0 15 0 0 20231114221820"))
        #expect(!text.contains("ADDITIONAL SECTION"))
    }

    @Test(
        "what is wrong with a pair of files",
        arguments: [
            ("", Keys.edwards.privateKey, "K.key: line 1, column 1: no record is there"),
            (
                "a. IN A 192.0.2.1", Keys.edwards.privateKey,
                "K.key: line 1, column 1: the record is not KEY, with a key"
            ),
            (
                Keys.edwards.publicKey, "Private-key-format: v2.0",
                "K.private: line 1, column 1: unknown format"
            ),
            (
                Keys.edwards.publicKey, "\nAlgorithm: 13 (ECDSAP256SHA256)",
                "K.private: line 2, column 1: the algorithm is not 15, that of the public key"
            ),
            (Keys.edwards.publicKey, "", "K.private: line 1, column 1: PrivateKey is missing"),
            (
                Keys.edwards.publicKey, "PrivateKey: !",
                "K.private: line 1, column 1: the value of PrivateKey is not in base 64"
            ),
            (
                Keys.edwards.publicKey, "PrivateKey: AQID",
                "K.private: line 1, column 1: the private key does not belong to the public one,"
                    + " or is malformed"
            ),
            (
                Keys.curve.publicKey, "PrivateKey: AQID",
                "K.private: line 1, column 1: the private key does not belong to the public one,"
                    + " or is malformed"
            ),
            (
                Keys.edwards.publicKey, "x",
                "K.private: line 1, column 1: a name, a colon and a value are expected"
            ),
            (
                "a. IN KEY 0 3 3 AQID", "Key: AQID",
                "K.private: line 1, column 1: no query can be signed with algorithm 3"
            ),
        ])
    func invalid(_ publicKey: String, _ privateKey: String, _ description: String) throws {
        do throws(DNSTextError) {
            _ = try QueryKey(
                publicKey: Array(publicKey.utf8), privateKey: Array(privateKey.utf8), name: "K")
            Issue.record("it was taken")
        } catch {
            #expect(error.description == description)
        }
    }
}
