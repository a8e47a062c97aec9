import CZlib

/// One gzip member, packed as its octets come.
///
/// As archives have it: a reader finds in the header how long the member is, and may pass over it.
///
/// RFC 1952; WARC/1.0 annex D.
@safe
final class GzipMember {
    /// Octets that are packed at a step, at most.
    static let maxOutput = 32_768
    /// Where in the member the two lengths stand.
    static let lengthsOffset = 16

    private let level: Int32
    /// The stream stays in one place: zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var sum: UInt = 0
    /// Octets that were packed.
    private(set) var plainCount = 0

    /// Begins a member.
    ///
    /// - Parameter level: How hard zlib tries, 1 to 9.
    /// - Throws: ``WARCError/cannotCompress``.
    init(level: Int32) throws(WARCError) {
        self.level = level
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // Bare deflate data: header and trailer are written here.
        let code = unsafe deflateInit2_(
            stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .cannotCompress }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// What stands before the packed octets.
    ///
    /// - Parameter lengths: Whether there is room for the two lengths, zero for now: they are numbers of
    ///   32 bits, so a longer record goes without.
    /// - Returns: The header.
    func header(lengths: Bool) -> [UInt8] {
        let effort: UInt8 = level == 9 ? 2 : level == 1 ? 4 : 0
        let fixed: [UInt8] = [0x1F, 0x8B, 8, lengths ? 4 : 0, 0, 0, 0, 0, effort, 3]
        guard lengths else { return fixed }
        let field: [UInt8] = [12, 0, UInt8(ascii: "s"), UInt8(ascii: "l"), 8, 0]
        return fixed + field + [UInt8](repeating: 0, count: 8)
    }

    /// The two lengths, to be put where the header has room for them.
    static func lengths(packed: Int, plain: Int) -> [UInt8] {
        littleEndian(packed) + littleEndian(plain)
    }

    /// Packs octets.
    ///
    /// - Parameters:
    ///   - octets: What to pack.
    ///   - isLast: Whether they are the last.
    ///   - output: Gets packed octets at its end.
    func pack(_ octets: Span<UInt8>, isLast: Bool, into output: inout [UInt8]) {
        plainCount += octets.count
        var start = 0
        repeat {
            let piece = octets.extracting(start..<min(octets.count, start + Self.maxOutput))
            start += piece.count
            packPiece(piece, isLast && start == octets.count, &output)
        } while start < octets.count
        guard isLast else { return }
        output += Self.littleEndian(Int(sum)) + Self.littleEndian(plainCount)
    }

    private func packPiece(_ piece: Span<UInt8>, _ isLast: Bool, _ output: inout [UInt8]) {
        unsafe piece.withUnsafeBufferPointer { octets in
            // Without an address zlib would begin the sum anew.
            if !octets.isEmpty {
                sum = unsafe crc32(sum, octets.baseAddress, UInt32(octets.count))
            }
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: octets.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(octets.count)
            repeat {
                let packed = unsafe [UInt8](unsafeUninitializedCapacity: Self.maxOutput) {
                    room, count in
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(room.count)
                    unsafe deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    count = unsafe room.count - Int(stream.pointee.avail_out)
                }
                output += packed
            } while unsafe stream.pointee.avail_out == 0
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.next_out = nil
        }
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
