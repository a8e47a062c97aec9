import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The folders that a file needs.
enum ParentFolders {
    /// Makes the folders of a path that are not there.
    ///
    /// A file that is in the place of the last one is removed: a page `a` was saved before it was
    /// seen that there is an `a/b`. Files in the place of others stay, and nothing can be put below
    /// them, but for those that the caller gives up.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - givesWay: Whether a file is removed that is in the place of any folder.
    /// - Returns: The folder that could not be made, and why; wget tells that, and goes on to open
    ///   the file.
    static func make(
        for path: Octets, givesWay: (Octets) -> Bool = { _ in false }
    ) -> (folder: Octets, error: SystemError)? {
        guard let end = path.bytes.lastIndex(of: UInt8(ascii: "/")), end > 0 else { return nil }
        let folder = Octets(Array(path.bytes[..<end]))
        var facts = stat()
        if unsafe folder.withFileName({ unsafe stat($0, &facts) }) == 0 {
            if facts.st_mode & S_IFMT == S_IFDIR { return nil }
            do throws(SystemError) { try LocalFile.remove(folder) } catch { return (folder, error) }
        }
        var error: SystemError?
        for (place, octet) in path.bytes[...end].enumerated()
        where octet == UInt8(ascii: "/") && place > 0 {
            let part = Octets(Array(path.bytes[..<place]))
            error = make(part)
            // Those that are there do no harm.
            guard error?.errno == EEXIST else { continue }
            if isFolder(part) {
                error = nil
            } else if givesWay(part), (try? LocalFile.remove(part)) != nil {
                error = make(part)
            }
        }
        return error.map { (folder, $0) }
    }

    private static func make(_ folder: Octets) -> SystemError? {
        unsafe folder.withFileName { unsafe mkdir($0, 0o777) } == 0 ? nil : SystemError.last
    }

    private static func isFolder(_ path: Octets) -> Bool {
        var facts = stat()
        return unsafe path.withFileName { unsafe stat($0, &facts) } == 0
            && facts.st_mode & S_IFMT == S_IFDIR
    }
}
