public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The octets of one record, as they come: their number and their digests stand before them in the
/// archive, so they wait here until the last has come.
///
/// A small block stays in memory; what grows beyond 64 KiB goes to a temporary file without a name, and
/// memory stays the same.
@Reactor
public final class WARCBlock {
    /// Octets kept in memory: most pages are smaller.
    private static let memoryLimit = 65_536

    private let folder: String
    private let hasDigests: Bool
    private var head: [UInt8] = []
    private var file: SpoolFile?
    private let blockDigest = SHA1Digest()
    private var payloadDigest: SHA1Digest?
    /// The digest of what stands before the payload.
    private var headDigest: [UInt8] = []

    /// How many octets have come.
    public private(set) var count = 0
    /// Where the message body begins; nil where there is none.
    public private(set) var payloadOffset: Int?

    /// Makes a block without octets.
    ///
    /// - Parameters:
    ///   - folder: Where the temporary file is made, if there is need of one.
    ///   - hasDigests: Whether digests are made.
    public init(folder: String = "/tmp", hasDigests: Bool = true) {
        self.folder = folder
        self.hasDigests = hasDigests
    }

    /// What comes from now on is the message body.
    public func beginPayload() {
        guard payloadOffset == nil else { return }
        payloadOffset = count
        guard hasDigests else { return }
        headDigest = blockDigest.value
        payloadDigest = SHA1Digest()
    }

    /// Takes the next octets.
    ///
    /// - Throws: ``WARCError/cannotSpool(_:)``.
    public func append(_ octets: Span<UInt8>) throws(WARCError) {
        guard !octets.isEmpty else { return }
        if file == nil {
            if octets.count <= Self.memoryLimit - head.count {
                head.appendOctets(octets)
            } else {
                let file = try SpoolFile(in: folder)
                let kept = head
                try file.append(kept.span, at: 0)
                head = []
                self.file = file
            }
        }
        if let file { try file.append(octets, at: count) }
        count += octets.count
        guard hasDigests else { return }
        blockDigest.update(octets)
        payloadDigest?.update(octets)
    }

    /// Takes the next octets.
    ///
    /// - Throws: ``WARCError/cannotSpool(_:)``.
    public func append(_ octets: [UInt8]) throws(WARCError) {
        try append(octets.span)
    }

    /// Takes text as UTF-8.
    ///
    /// - Throws: ``WARCError/cannotSpool(_:)``.
    public func append(_ text: String) throws(WARCError) { try append(Array(text.utf8)) }

    /// The digest of the message body; nil without digests or body.
    public var payload: [UInt8]? { payloadDigest?.value }

    /// The digests for a record of this block.
    public var digests: WARCRecord.Digests {
        guard hasDigests else { return WARCRecord.Digests() }
        return WARCRecord.Digests(
            block: SHA1Digest.text(blockDigest.value), payload: payload.map(SHA1Digest.text))
    }

    /// The digests for a record that has only what stands before the message body.
    var digestsWithoutPayload: WARCRecord.Digests {
        guard payloadOffset != nil else { return digests }
        guard hasDigests else { return WARCRecord.Digests() }
        return WARCRecord.Digests(
            block: SHA1Digest.text(headDigest), payload: payload.map(SHA1Digest.text))
    }

    /// Reads octets back.
    ///
    /// - Parameter range: Which, within what has come.
    /// - Returns: The octets.
    /// - Throws: ``WARCError/cannotSpool(_:)``.
    func read(_ range: Range<Int>) throws(WARCError) -> [UInt8] {
        guard let file else { return Array(head[range]) }
        return try file.read(range)
    }
}

/// A file that has no name: it goes away with whoever has it open.
@Reactor
private final class SpoolFile {
    private let descriptor: Descriptor

    init(in folder: String) throws(WARCError) {
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        let path = "\(folder)/twine-warc-\(name)"
        let number = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .cannotSpool(SystemError.last) }
        descriptor = Descriptor(number)
        _ = unsafe unlink(path)
    }

    func append(_ octets: Span<UInt8>, at offset: Int) throws(WARCError) {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.extracting(written...).withUnsafeBufferPointer {
                unsafe pwrite(
                    descriptor.number, $0.baseAddress, $0.count, off_t(offset + written))
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw .cannotSpool(SystemError.last)
            }
        }
    }

    func read(_ range: Range<Int>) throws(WARCError) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < octets.count {
            let count = unsafe octets.withUnsafeMutableBufferPointer {
                unsafe pread(
                    descriptor.number, $0.baseAddress.map { unsafe $0 + filled },
                    $0.count - filled, off_t(range.lowerBound + filled))
            }
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw .cannotSpool(SystemError(errno: EIO))
            } else if errno != EINTR {
                throw .cannotSpool(SystemError.last)
            }
        }
        return octets
    }
}
