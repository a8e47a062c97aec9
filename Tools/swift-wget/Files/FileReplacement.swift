import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// New contents of a file, which nobody sees until they are whole.
///
/// A process that is killed leaves nothing behind where the system has files without names.
/// Elsewhere it leaves a file with a name that begins with a dot, beside the other.
final class FileReplacement {
    private let descriptor: Descriptor
    /// The file, where a link to it leads.
    private let target: Octets
    /// The name until the end; nil while there is none.
    private var name: Octets?
    /// Whether the old file must stay, and only gets the new contents.
    private let isShared: Bool

    var number: Int32 { descriptor.number }

    /// Makes an empty file beside another; nil where there is no such regular file, or none can be
    /// made.
    ///
    /// - Parameter path: The file that is to be replaced.
    init?(_ path: Octets) {
        guard let (target, facts) = Self.resolved(path), facts.st_mode & S_IFMT == S_IFREG,
            // Whom the file itself keeps from writing may not replace it either.
            unsafe target.withFileName({ unsafe access($0, W_OK) }) == 0
        else { return nil }
        guard let file = try? LocalFile.openTemporary(in: target.folder, mode: 0o600) else {
            return nil
        }
        self.target = target
        descriptor = Descriptor(file.number)
        name = file.name
        isShared = !Self.imitate(file.number, facts)
    }

    /// Makes an empty file that takes a name, whatever has it by then; a link is not followed.
    ///
    /// - Throws: ``SystemError``.
    init(renewing path: Octets) throws(SystemError) {
        let file = try LocalFile.openTemporary(in: path.folder, mode: 0o666)
        target = path
        descriptor = Descriptor(file.number)
        name = file.name
        isShared = false
    }

    /// Gives a new file the owner and the permissions of the old.
    ///
    /// - Returns: Whether it can take its place: a file that has other names, or is somebody
    ///   else's, must stay the same file.
    private static func imitate(_ number: Int32, _ facts: stat) -> Bool {
        let isOwned = fchown(number, facts.st_uid, facts.st_gid) == 0
        return fchmod(number, facts.st_mode & 0o7777) == 0 && isOwned && facts.st_nlink <= 1
    }

    deinit {
        if let name { try? LocalFile.remove(name) }
    }

    /// Puts the new contents in the place of the old.
    ///
    /// - Throws: ``SystemError``; then the old ones are there still, unless the file has other
    ///   names and the disk is full.
    func put() throws(SystemError) {
        if isShared {
            try copy()
            return
        }
        if name == nil {
            let name = LocalFile.temporaryName(in: target.folder)
            let own = Octets("/proc/self/fd/\(number)")
            let status = unsafe own.withFileName { from in
                unsafe name.withFileName {
                    unsafe linkat(AT_FDCWD, from, AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
                }
            }
            // Without /proc there is no way to a name: the contents are copied instead.
            guard status == 0 else {
                try copy()
                return
            }
            self.name = name
        }
        if let name { try LocalFile.rename(name, to: target) }
        name = nil
    }

    /// Writes the new contents over the old ones, which other names of the file have too.
    private func copy() throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        let file = Descriptor(try LocalFile.open(target, flags, mode: 0o666))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var place = 0
        while true {
            let count = unsafe pread(number, &buffer, buffer.count, off_t(place))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last }
            guard count > 0 else { break }
            try LocalFile.write(buffer.span.extracting(..<count), to: file.number)
            place += count
        }
        var facts = stat()
        guard unsafe fstat(number, &facts) == 0 else { return }
        #if canImport(Darwin)
        var times = [facts.st_atimespec, facts.st_mtimespec]
        #else
        var times = [facts.st_atim, facts.st_mtim]
        #endif
        _ = unsafe futimens(file.number, &times)
    }

    /// The file that a link leads to, however many there are in between.
    private static func resolved(_ path: Octets) -> (path: Octets, facts: stat)? {
        var facts = stat()
        guard unsafe path.withFileName({ unsafe lstat($0, &facts) }) == 0 else { return nil }
        guard facts.st_mode & S_IFMT == S_IFLNK else { return (path, facts) }
        var found: Octets?
        _ = unsafe path.withFileName { name in
            guard let real = unsafe realpath(name, nil) else { return -1 }
            found = unsafe Octets(
                Array(UnsafeBufferPointer(start: real, count: strlen(real)))
                    .map { UInt8(bitPattern: $0) })
            unsafe free(real)
            return 0
        }
        guard let found, unsafe found.withFileName({ unsafe stat($0, &facts) }) == 0 else {
            return nil
        }
        return (found, facts)
    }
}
