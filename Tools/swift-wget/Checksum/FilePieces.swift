import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is read in pieces, between which the loop does its other work.
enum FilePieces {
    /// A piece takes well under a millisecond to be read and looked at, in octets.
    private static let size = 524_288

    /// Reads a file from its beginning; it ends where reading fails.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - end: The most octets.
    ///   - body: Gets the pieces in their order.
    @Reactor
    static func read(_ path: Octets, upTo end: Int, _ body: (Span<UInt8>) -> Void) async {
        guard let number = try? LocalFile.open(path, O_RDONLY) else { return }
        let file = Descriptor(number)
        var buffer = [UInt8](repeating: 0, count: size)
        var place = 0
        while place < end {
            let most = min(size, end - place)
            let count = unsafe pread(file.number, &buffer, most, off_t(place))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            body(buffer.span.extracting(0..<count))
            place += count
            try? await deferLater(0) {}.value
        }
    }
}
