import COpenSSL

/// The SHA-1 of octets as they come, as archives name their contents by.
@safe
final class SHA1Digest {
    /// Octets of a digest.
    static let length = 20

    private let context: OpaquePointer?

    /// The digest of nothing yet.
    init() {
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex(context, EVP_sha1(), nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes the next octets.
    func update(_ octets: Span<UInt8>) {
        unsafe octets.withUnsafeBufferPointer {
            _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
    }

    /// The digest of what came so far; more may follow.
    var value: [UInt8] {
        guard let copy = unsafe EVP_MD_CTX_new() else { return [] }
        defer { unsafe EVP_MD_CTX_free(copy) }
        var output = [UInt8](repeating: 0, count: Self.length)
        unsafe EVP_MD_CTX_copy_ex(copy, context)
        unsafe EVP_DigestFinal_ex(copy, &output, nil)
        return output
    }

    /// A digest as a field has it.
    static func text(_ digest: [UInt8]) -> String { "sha1:" + Base32.encode(digest) }
}
