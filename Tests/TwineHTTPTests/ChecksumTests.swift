import Testing
import TwineHTTP
import TwineTesting

@Suite("Checksums")
struct ChecksumTests {
    /// Of `abc`: FIPS 180-4, RFC 1321, RFC 7693.
    static let ofABC: [(Checksum.Algorithm, String)] = [
        (.md5, "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (.sha512Half, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        (
            .blake2b,
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        ),
    ]

    @Test(
        "each algorithm gives the digest of its standard, however the octets are cut",
        arguments: ofABC)
    func digests(_ algorithm: Checksum.Algorithm, _ hexadecimal: String) throws {
        #expect(algorithm.checksum(of: Array("abc".utf8))?.hexadecimal == hexadecimal)
        everyChunking(of: Array("abc".utf8)) { pieces in
            var hasher = ChecksumHasher(algorithm)
            for piece in pieces { hasher?.update(piece.span) }
            #expect(hasher?.checksum()?.hexadecimal == hexadecimal)
        }
    }

    @Test("a digest may be asked for in the middle")
    func goesOn() {
        var hasher = ChecksumHasher(.sha256)
        hasher?.update(Array("ab".utf8).span)
        let middle = hasher?.checksum()
        hasher?.update(Array("c".utf8).span)
        #expect(middle == Checksum.Algorithm.sha256.checksum(of: Array("ab".utf8)))
        #expect(hasher?.checksum() == Checksum.Algorithm.sha256.checksum(of: Array("abc".utf8)))
    }

    @Test("what is written is read; so are other spellings and Base64", arguments: ofABC)
    func texts(_ algorithm: Checksum.Algorithm, _ hexadecimal: String) throws {
        let checksum = try #require(Checksum("\(algorithm.rawValue):\(hexadecimal)"))
        #expect(checksum.algorithm == algorithm && checksum.hexadecimal == hexadecimal)
        #expect(Checksum(checksum.description) == checksum)
        #expect(
            Checksum(" \(algorithm.rawValue.uppercased())=\(hexadecimal.uppercased()) ") == checksum
        )
        #expect(Checksum("\(algorithm.rawValue):\(checksum.base64)") == checksum)
        // A digest alone is of the usual algorithm of its length.
        let alone = Checksum(hexadecimal)?.algorithm
        switch algorithm {
        case .sha512Half: #expect(alone == .sha256)
        case .blake2b: #expect(alone == .sha512)
        default: #expect(alone == algorithm)
        }
    }

    @Test(
        "what is no checksum is none",
        arguments: [
            "", "sha256:", "sha256:abc", "crc32:12345678", "sha256:ba7816bf", "xyz", ":", "=",
            "md5:900150983cd24fb0d6963f7d28e17f7g", "900150983cd24fb0d6963f7d28e17f7",
            "sha1:900150983cd24fb0d6963f7d28e17f72",
        ])
    func malformed(_ text: String) { #expect(Checksum(text) == nil) }

    @Test("names of algorithms in their usual spellings")
    func names() {
        for name in ["SHA-256", "sha256", "sha_256", "SHA2-256"] {
            #expect(Checksum.Algorithm(name: name) == .sha256)
        }
        #expect(Checksum.Algorithm(name: "SHA") == .sha1)
        #expect(Checksum.Algorithm(name: "SHA512/256") == .sha512Half)
        #expect(Checksum.Algorithm(name: "BLAKE2b") == .blake2b)
        #expect(Checksum.Algorithm(name: "unixsum") == nil)
    }

    // MARK: Lists

    private static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"

    @Test(
        "each form of a line gives its file",
        arguments: [
            ("\(digest)  file.iso", "file.iso"), ("\(digest) *file.iso", "file.iso"),
            ("\(digest)\tfile.iso", "file.iso"), ("\(digest)  a b  c", "a b  c"),
            ("SHA256 (file.iso) = \(digest)", "file.iso"),
            ("SHA256(a (1).iso)= \(digest)", "a (1).iso"),
            ("\\\(digest)  a\\nb\\\\c", "a\nb\\c"), ("\\SHA256 (a\\rb) = \(digest)", "a\rb"),
            ("\(digest.uppercased())  file.iso\r", "file.iso"), ("  \(digest)  ./x", "./x"),
            (digest, nil), ("\(digest)  ", nil),
        ] as [(String, String?)])
    func lines(_ line: String, _ name: String?) {
        let list = ChecksumList(Array("\(line)\n".utf8).span)
        #expect(list.entries.map(\.name) == [name])
        #expect(list.entries.first?.checksum.hexadecimal == Self.digest)
    }

    @Test(
        "other lines are left out",
        arguments: [
            "", "# \(digest)  file", "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256",
            "abc  file",
            "SHA256 (file) = abc", "SHA256 () = \(digest)", "CRC (file) = \(digest)",
            "(file) = \(digest)",
            "SHA1 (file) = \(digest)",
        ])
    func others(_ line: String) {
        #expect(ChecksumList(Array(line.utf8).span).entries.isEmpty)
    }

    @Test("a file's checksums, the strongest first: by its name, then by a path, then alone")
    func lookup() {
        let text =
            "\(Self.sha1)  a\n\(Self.digest)  a\n\(Self.sha1)  dir/b\nSHA1 (./c) = \(Self.sha1)"
        let list = ChecksumList(Array(text.utf8).span)
        #expect(list.checksums(of: "a").map(\.algorithm) == [.sha256, .sha1])
        #expect(list.checksums(of: "b").map(\.hexadecimal) == [Self.sha1])
        #expect(list.checksums(of: "c").count == 1)
        #expect(list.checksums(of: "d").isEmpty)
        #expect(ChecksumList(Array(Self.sha1.utf8).span).checksums(of: "any").count == 1)
        let two = ChecksumList(Array("\(Self.sha1)\n\(Self.digest)".utf8).span)
        #expect(two.checksums(of: "any").isEmpty)
    }

    @Test("the name of a list may say the algorithm where lengths do not")
    func hint() {
        let line = "\(Self.digest)  file"
        let list = ChecksumList(Array(line.utf8).span, algorithm: .sha512Half)
        #expect(list.entries.map(\.checksum.algorithm) == [.sha512Half])
    }
}
