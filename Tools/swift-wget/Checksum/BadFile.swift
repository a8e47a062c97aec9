import TwineCore

/// A file that is not what it should be.
enum BadFile {
    /// Removes it, or gives it a name with `.badhash` (`--keep-badhash`), as wget does.
    @Reactor
    static func dispose(of path: Octets, _ session: Session, _ log: Log) {
        let settings = session.settings
        guard settings.metalink.keepsBadHash, !settings.download.deletesAfter else {
            log.tell(.verbose, "Removing \(session.quoted(path)).\n")
            do throws(SystemError) {
                try LocalFile.removeIfThere(path)
            } catch {
                log.tell(.notQuiet, "unlink: \(error)\n")
            }
            return
        }
        let name = UniqueName.next(path + ".badhash")
        log.tell(
            .verbose, "Renaming \(session.quoted(path)) to \(session.quoted(name)).\n")
        do throws(SystemError) {
            try LocalFile.rename(path, to: name)
        } catch {
            log.tell(.notQuiet, "rename: \(error)\n")
        }
    }
}
