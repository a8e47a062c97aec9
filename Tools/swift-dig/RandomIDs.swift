#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Ids that nobody can guess, drawn from the system many at a time.
struct RandomIDs {
    private var octets = [UInt8](repeating: 0, count: Self.count)
    private var taken = Self.count
    /// As many as the system gives at once, always.
    private static let count = 256

    mutating func next() -> UInt16 {
        if taken == Self.count {
            // Only fails for more octets than these, or by a signal in the first moments of a system.
            if unsafe getentropy(&octets, Self.count) != 0 {
                for place in octets.indices { octets[place] = UInt8.random(in: 0...255) }
            }
            taken = 0
        }
        defer { taken += 2 }
        return UInt16(octets[taken]) << 8 | UInt16(octets[taken + 1])
    }
}
