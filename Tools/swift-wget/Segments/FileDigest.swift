import COpenSSL
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Digests of what is in files, and of text.
enum FileDigest {
    /// Octets that are read at a time.
    private static let piece = 262_144

    /// The digest of a part of a file.
    ///
    /// - Parameters:
    ///   - file: A descriptor that can be read.
    ///   - range: Which part.
    ///   - algorithm: OpenSSL's name of the digest.
    /// - Returns: The digest; nil when the part cannot be read, or the digest is not known.
    static func of(_ file: Int32, _ range: Range<Int>, _ algorithm: String) -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestInit_ex(context, EVP_get_digestbyname(algorithm), nil) == 1 else {
            return nil
        }
        var buffer = [UInt8](repeating: 0, count: min(piece, max(1, range.count)))
        var place = range.lowerBound
        while place < range.upperBound {
            let count = unsafe pread(
                file, &buffer, min(buffer.count, range.upperBound - place), off_t(place))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            unsafe EVP_DigestUpdate(context, buffer, count)
            place += count
        }
        return unsafe end(context)
    }

    /// The SHA-256 of text.
    static func sha256(_ text: String) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { return [] }
        defer { unsafe EVP_MD_CTX_free(context) }
        let octets = Array(text.utf8)
        unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        unsafe EVP_DigestUpdate(context, octets, octets.count)
        return unsafe end(context) ?? []
    }

    private static func end(_ context: OpaquePointer) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard unsafe EVP_DigestFinal_ex(context, &output, &length) == 1 else { return nil }
        return Array(output.prefix(Int(length)))
    }
}
