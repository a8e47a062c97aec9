#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An error of the operating system, by its number.
public struct SystemError: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The number, as errno(3) has it.
    public let errno: Int32

    /// Makes the error.
    ///
    /// - Parameter errno: The number.
    public init(errno: Int32) { self.errno = errno }

    /// The error of the system call that failed just now on this thread.
    package static var last: SystemError {
        #if canImport(Glibc)
        SystemError(errno: Glibc.errno)
        #elseif canImport(Musl)
        SystemError(errno: Musl.errno)
        #else
        SystemError(errno: Darwin.errno)
        #endif
    }

    /// The system's words for it.
    public var description: String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}
