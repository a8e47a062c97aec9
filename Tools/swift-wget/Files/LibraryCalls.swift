#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Calls that some C libraries have, and Swift's modules of them do not: found by name.
///
/// Where one is missing nothing is done: none of them is needed to have the right octets on disk.
enum LibraryCalls {
    /// Reserves room for a file on disk, without changing its size.
    ///
    /// - Parameters:
    ///   - descriptor: The file.
    ///   - size: The octets from its beginning on.
    /// - Returns: Whether there is such room now.
    static func reserve(_ descriptor: Int32, _ size: Int) -> Bool {
        #if os(Linux)
        typealias Call = @convention(c) (Int32, Int32, Int, Int) -> Int32
        guard isAllowed(size), let symbol = unsafe dlsym(nil, "fallocate") else { return false }
        let keepSize: Int32 = 1
        return unsafe unsafeBitCast(symbol, to: Call.self)(descriptor, keepSize, 0, size) == 0
        #else
        return false
        #endif
    }

    #if os(Linux)
    /// Whether files may be so long (`ulimit -f`): to ask for more would end the program before a file has
    /// as much as it may have.
    private static func isAllowed(_ size: Int) -> Bool {
        var limit = rlimit()
        let found = unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        return found != 0 || UInt64(size) <= UInt64(limit.rlim_cur)
    }
    #endif

    /// Sets an extended attribute of a file.
    ///
    /// - Parameters:
    ///   - descriptor: The file.
    ///   - name: The attribute, such as `user.xdg.origin.url`.
    ///   - value: What it says.
    /// - Returns: Whether the file system took it.
    @discardableResult
    static func setAttribute(_ descriptor: Int32, _ name: String, _ value: [UInt8]) -> Bool {
        guard let symbol = unsafe dlsym(nil, "fsetxattr") else { return false }
        #if canImport(Darwin)
        typealias Call =
            @convention(c) (
                Int32, UnsafePointer<CChar>, UnsafeRawPointer?, Int, UInt32, Int32
            ) -> Int32
        return unsafe value.withUnsafeBytes {
            unsafe unsafeBitCast(symbol, to: Call.self)(
                descriptor, name, $0.baseAddress, $0.count, 0, 0) == 0
        }
        #else
        typealias Call =
            @convention(c) (
                Int32, UnsafePointer<CChar>, UnsafeRawPointer?, Int, Int32
            ) -> Int32
        return unsafe value.withUnsafeBytes {
            unsafe unsafeBitCast(symbol, to: Call.self)(
                descriptor, name, $0.baseAddress, $0.count, 0) == 0
        }
        #endif
    }
}
