import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Ends the loop's wait from another thread, or from a signal.
final class Waker: WatchedDescriptor {
    /// The end that wakes; it lives as long as the process.
    nonisolated private static let ends: (read: Int32, write: Int32) = {
        var ends: (Int32, Int32) = (-1, -1)
        let failed = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            unsafe twine_waker(bytes.assumingMemoryBound(to: Int32.self).baseAddress) < 0
        }
        precondition(!failed, "no descriptor to wake the reactor by: \(SystemError.last)")
        return ends
    }()

    /// Ends the loop's wait; may be called from any thread.
    nonisolated static func ring() {
        var one: UInt64 = 1
        _ = unsafe write(ends.write, &one, MemoryLayout<UInt64>.size)
    }

    init() {
        super.init(Descriptor(Self.ends.read))
        interest = .read
    }

    override func serve(_ readiness: Readiness) {
        var octets: (UInt64, UInt64) = (0, 0)
        _ = unsafe read(number, &octets, MemoryLayout.size(ofValue: octets))
    }
}
