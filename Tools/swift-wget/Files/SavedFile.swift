import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that a download is written to, or standard output.
///
/// It stays open over all tries of a download. Then either ``finish(modified:)`` is called, or
/// ``abandon()``; letting go of it is as abandoning it.
final class SavedFile {
    /// How a file is opened.
    enum Mode: Sendable, Equatable {
        /// There must be none of that name.
        case new
        /// It goes on where it ends.
        case append
        /// What is in it is dropped at once: `-O`.
        case overwrite
        /// What is in it is dropped when the new contents are whole, and stays if they never are.
        ///
        /// It needs no name in between where the system has nameless files. A link is followed, and
        /// the permissions stay. Where the folder takes no other file it is as ``overwrite``.
        case replace
        /// As ``replace``, but a file of its own, with the permissions of a new one, takes the name;
        /// what had it may be moved away meanwhile.
        case renew
    }

    /// The path, as it was given; `-` is standard output.
    let path: Octets
    private let isStandardOutput: Bool
    private var descriptor: Descriptor?
    /// What is put in the place of the file at the end.
    private var replacement: FileReplacement?
    /// The octets from the beginning of the file to where the next is written.
    private(set) var position = 0
    private var hasReserved = false

    /// The descriptor's number, until the file ends; then -1.
    var number: Int32 {
        replacement?.number ?? descriptor?.number ?? (isStandardOutput ? 1 : -1)
    }

    /// Whether it can be emptied, and has a time: no pipe and no device.
    let isRegular: Bool

    /// Takes standard output, which is never closed.
    init(standardOutput: Void) {
        path = "-"
        isStandardOutput = true
        descriptor = nil
        isRegular = false
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: Its path; the folders are there.
    ///   - mode: How.
    ///   - permissions: What the process's mask is taken off, for a file that is made.
    /// - Throws: ``SystemError``; EEXIST for a new file that is there already.
    init(_ path: Octets, _ mode: Mode, permissions: mode_t = 0o666) throws(SystemError) {
        self.path = path
        isStandardOutput = false
        let replacement: FileReplacement? =
            switch mode {
            case .replace: FileReplacement(path)
            case .renew: try FileReplacement(renewing: path)
            case .new, .append, .overwrite: nil
            }
        if let replacement {
            self.replacement = replacement
            descriptor = nil
            isRegular = true
            return
        }
        let flags =
            switch mode {
            case .new: O_CREAT | O_EXCL
            case .append: O_CREAT
            case .overwrite, .replace, .renew: O_CREAT | O_TRUNC
            }
        let number = try LocalFile.open(path, O_WRONLY | flags, mode: permissions)
        descriptor = Descriptor(number)
        // What was made here is one.
        isRegular = mode == .new || Self.isRegular(number)
        if mode == .append, isRegular { position = max(0, Int(lseek(number, 0, SEEK_END))) }
    }

    private static func isRegular(_ number: Int32) -> Bool {
        var facts = stat()
        return unsafe fstat(number, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    // MARK: Writing

    /// Writes octets: all of them, or it throws.
    ///
    /// It waits for a pipe that is full.
    ///
    /// - Parameter octets: The octets.
    /// - Throws: ``SystemError``: ENOSPC, EPIPE and what else there is; ``position`` tells what was
    ///   written.
    func write(_ octets: Span<UInt8>) throws(SystemError) {
        var place = 0
        while place < octets.count {
            let count = try LocalFile.writeSome(octets.extracting(place...), to: number)
            place += count
            position += count
        }
    }

    /// Notes octets that came into the file without passing here: by splice(2).
    func advance(by count: Int) { position += count }

    /// Reserves room on disk, so that the file lies together; its size stays as it is.
    ///
    /// A disk that has not so much room is told only when it is full, as wget does.
    ///
    /// - Parameter size: The whole size that is expected.
    func reserve(_ size: Int) {
        guard isRegular, size > position else { return }
        hasReserved = LibraryCalls.reserve(number, size) || hasReserved
    }

    /// Cuts the file, and goes on there; a pipe keeps what it has.
    ///
    /// - Parameter size: At most ``position``.
    /// - Throws: ``SystemError``.
    func truncate(to size: Int) throws(SystemError) {
        guard isRegular, size < position else { return }
        guard ftruncate(number, off_t(size)) == 0, lseek(number, off_t(size), SEEK_SET) >= 0 else {
            throw SystemError.last
        }
        position = size
    }

    /// Keeps where the file is from as extended attributes, if the file system has such
    /// (`--xattr`).
    ///
    /// - Parameters:
    ///   - origin: The URL that answered; user and password are left out.
    ///   - referrer: The URL that was asked for, if it is another one; its host is kept.
    func setOrigin(_ origin: WgetURL, referrer: WgetURL?) {
        guard isRegular else { return }
        LibraryCalls.setAttribute(
            number, "user.xdg.origin.url", Array(origin.text(.hidden).utf8))
        if let referrer {
            LibraryCalls.setAttribute(
                number, "user.xdg.referrer.url", Array(referrer.originText.utf8))
        }
    }

    // MARK: The end

    /// Ends the file: it has its contents under its name.
    ///
    /// - Parameter modified: When the server says that they were last changed, in seconds since
    ///   1970.
    /// - Throws: ``SystemError``; then what was there before is there still.
    func finish(modified: Int? = nil) throws(SystemError) {
        giveBack()
        if let modified { setModified(modified) }
        try replacement?.put()
        close()
    }

    /// Ends a file that did not become whole: it keeps what has come, as wget's does; what was to
    /// be replaced stays as it was.
    func abandon() {
        giveBack()
        close()
    }

    private func close() {
        replacement = nil
        descriptor = nil
    }

    /// Sets the time of the last change, and that of the last access to now.
    ///
    /// - Parameter seconds: Since 1970.
    func setModified(_ seconds: Int) {
        guard isRegular else { return }
        // To give room back counts as a change.
        giveBack()
        var times = [
            timespec(tv_sec: time(nil), tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0),
        ]
        _ = unsafe futimens(number, &times)
    }

    /// Gives back the room that was reserved and is not needed.
    private func giveBack() {
        guard hasReserved else { return }
        _ = ftruncate(number, off_t(position))
        hasReserved = false
    }
}
