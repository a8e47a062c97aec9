#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file descriptor with one owner: closed exactly once, when the owner lets go of it.
package struct Descriptor: ~Copyable {
    /// The number the kernel knows it by.
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    deinit { _ = close(number) }
}
