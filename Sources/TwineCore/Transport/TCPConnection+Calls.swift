import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// The system calls that send.
extension TCPConnection {
    nonisolated static func send(
        _ bytes: Span<UInt8>, to number: Int32, more: Bool = false
    ) -> Int {
        unsafe bytes.withUnsafeBufferPointer {
            more
                ? unsafe twine_send_more(number, $0.baseAddress, $0.count)
                : unsafe twine_send(number, $0.baseAddress, $0.count)
        }
    }

    nonisolated static func send(_ pieces: [ArraySlice<UInt8>], to number: Int32) -> Int {
        var vectors: [iovec] = unsafe []
        unsafe vectors.reserveCapacity(pieces.count)
        for piece in pieces {
            // The slices live in the queue, which does not change before the call returns.
            unsafe piece.withUnsafeBufferPointer {
                unsafe vectors.append(
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress),
                        iov_len: $0.count))
            }
        }
        return withExtendedLifetime(pieces) {
            unsafe twine_send_pieces(number, &vectors, Int32(vectors.count))
        }
    }
}
