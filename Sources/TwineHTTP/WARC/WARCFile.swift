import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One file that is being written from its beginning, or from its end.
@Reactor
final class WARCFile {
    /// Its path, as it was given.
    let path: String
    private let descriptor: Descriptor
    /// Octets that are in it.
    private(set) var count = 0
    /// Where the record that is being written begins.
    private(set) var recordStart = 0

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - appends: Whether what is in it stays; otherwise it is emptied.
    /// - Throws: ``WARCError/cannotOpen(path:_:)``.
    init(_ path: String, appends: Bool = false) throws(WARCError) {
        self.path = path
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        let number = unsafe open(path, mode, 0o666)
        guard number >= 0 else { throw .cannotOpen(path: path, SystemError.last) }
        descriptor = Descriptor(number)
    }

    /// Notes that a record begins here.
    func beginRecord() { recordStart = count }

    /// Takes back what was written of the record, so that the file ends with a whole one.
    func abandonRecord() {
        guard ftruncate(descriptor.number, off_t(recordStart)) == 0 else { return }
        count = recordStart
        _ = lseek(descriptor.number, off_t(count), SEEK_SET)
    }

    /// Writes octets at the end.
    ///
    /// - Throws: ``WARCError/cannotWrite(path:_:)``.
    func write(_ octets: [UInt8]) throws(WARCError) {
        try unsafe write(octets) { unsafe Self.system($0, $1, $2) }
        count += octets.count
    }

    /// Writes octets over those at `offset`.
    ///
    /// - Throws: ``WARCError/cannotWrite(path:_:)``.
    func write(_ octets: [UInt8], at offset: Int) throws(WARCError) {
        var place = offset
        try unsafe write(octets) { number, octets, length in
            let written = unsafe pwrite(number, octets, length, off_t(place))
            place += max(0, written)
            return written
        }
    }

    private static func system(
        _ number: Int32, _ octets: UnsafePointer<UInt8>, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.write(number, octets, count)
        #elseif canImport(Musl)
        unsafe Musl.write(number, octets, count)
        #else
        unsafe Darwin.write(number, octets, count)
        #endif
    }

    private func write(
        _ octets: [UInt8], _ call: (Int32, UnsafePointer<UInt8>, Int) -> Int
    ) throws(WARCError) {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return 0 }
                return unsafe call(descriptor.number, base + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw .cannotWrite(path: path, SystemError.last)
            }
        }
    }
}
