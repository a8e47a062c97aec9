import COpenSSL

/// An HMAC of the octets so far: a value, though the library's state is an object.
///
/// RFC 2104.
struct KeyedDigest: Sendable {
    /// The library's state; changed by its only owner alone, so it may go from thread to thread.
    @safe private final class State: @unchecked Sendable {
        let context: OpaquePointer

        init(_ context: OpaquePointer) { unsafe self.context = context }

        deinit { unsafe EVP_MAC_CTX_free(context) }
    }

    private var state: State

    /// Begins with no octets; nil if the library does not have the digest.
    init?(_ key: TransactionKey) {
        let secret = key.secret
        guard
            let context = unsafe twine_HMAC_begin(
                key.algorithm.digestName, secret, secret.count)
        else { return nil }
        unsafe state = State(context)
    }

    /// Goes on by `octets`; false if the library fails.
    mutating func update(_ octets: Span<UInt8>) -> Bool {
        if !isKnownUniquelyReferenced(&state) {
            guard let copy = unsafe EVP_MAC_CTX_dup(state.context) else { return false }
            unsafe state = State(copy)
        }
        return unsafe octets.withUnsafeBufferPointer {
            unsafe EVP_MAC_update(state.context, $0.baseAddress, $0.count) == 1
        }
    }

    /// The digest; nil if the library fails.
    func finish() -> [UInt8]? {
        guard let copy = unsafe EVP_MAC_CTX_dup(state.context) else { return nil }
        defer { unsafe EVP_MAC_CTX_free(copy) }
        var digest = [UInt8](repeating: 0, count: 64)
        var count = 0
        guard unsafe EVP_MAC_final(copy, &digest, &count, digest.count) == 1 else { return nil }
        return Array(digest.prefix(count))
    }
}
