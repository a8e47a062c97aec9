import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The names of files that are there.
enum OutputFolders {
    /// Removes a file, if there is one.
    static func unlink(_ path: Octets) throws(SystemError) {
        guard unsafe removeFile(path.cString) != 0, errno != ENOENT else { return }
        throw SystemError.last
    }
}

/// Older versions of a file, with numbers behind their names.
enum Backups {
    /// Moves a file to the first of so many names, and those that are there on.
    static func rotate(_ path: Octets, _ count: Int) {
        guard FileFacts(path) != nil else { return }
        let numbered = { (number: Int) in (path + Octets(".\(number)")).cString }
        if count > 1 {
            for number in stride(from: count, to: 1, by: -1) {
                _ = unsafe rename(numbered(number - 1), numbered(number))
            }
        }
        _ = unsafe rename(path.cString, numbered(1))
    }
}

/// A name that no file has: the one given, or with a number behind it.
enum UniqueName {
    static func next(_ path: Octets) -> Octets {
        guard FileFacts(path) != nil else { return path }
        var number = 1
        while true {
            let name = path + Octets(".\(number)")
            if FileFacts(name) == nil { return name }
            number += 1
        }
    }
}

extension SystemError {
    static let exists = EEXIST
    static let noSpace = ENOSPC
}

/// unlink(2), by a name that no method has as well.
@unsafe
private func removeFile(_ path: [CChar]) -> Int32 { unsafe unlink(path) }
