import TwineCore
import TwineHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that a request carries, read as it is sent.
enum BodyFile {
    private static let pieceSize = 65_536

    /// The file as a body, of the length that it has now.
    ///
    /// - Throws: Why it cannot be read.
    @Reactor
    static func body(_ path: Octets) throws(SystemError) -> HTTPClient.Request.Body {
        let file = try OpenFile(String(decoding: path.bytes, as: UTF8.self))
        let length = file.facts.size
        return .async(length: length) { writer in
            var place = 0
            while place < length {
                let piece = try read(file.number, at: place)
                guard !piece.isEmpty else { break }
                place += piece.count
                try await writer.write(piece).value
            }
        }
    }

    private static func read(_ number: Int32, at place: Int) throws(SystemError) -> [UInt8] {
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
            unsafe count = max(0, pread(number, buffer.baseAddress, buffer.count, off_t(place)))
        }
        return piece
    }
}
