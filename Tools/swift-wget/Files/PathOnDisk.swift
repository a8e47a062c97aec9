import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What stands where a file is to be put.
enum PathOnDisk {
    /// Whether there is a folder of that name.
    static func isFolder(_ path: Octets) -> Bool { kind(of: path) == S_IFDIR }

    /// How many parts of a path lie below something that is no folder, as far as it is there.
    static func blocked(_ path: Octets) -> Int {
        let slash = UInt8(ascii: "/")
        guard var end = path.bytes.lastIndex(of: slash) else { return 0 }
        var below = 1
        while end > 0 {
            if let kind = kind(of: Octets(Array(path.bytes[..<end]))) {
                return kind == S_IFDIR ? 0 : below
            }
            end = path.bytes[..<end].lastIndex(of: slash) ?? 0
            below += 1
        }
        return 0
    }

    /// The type of what is there; nil if nothing is.
    private static func kind(of path: Octets) -> mode_t? {
        var facts = stat()
        guard unsafe stat(path.cString, &facts) == 0 else { return nil }
        return facts.st_mode & S_IFMT
    }
}

extension SystemError {
    static let isFolder = EISDIR
    static let noFolder = ENOTDIR
}
