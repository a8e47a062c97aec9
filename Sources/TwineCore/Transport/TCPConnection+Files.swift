import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TCPConnection {
    /// See ``StreamTransport``.
    public func moveInput(_ count: Int, into sink: any FileSink) -> Bool {
        guard count > 0 else {
            intake = nil
            return true
        }
        guard phase == .open, !flags.contains(.takesDescriptors) else { return false }
        if watched.splicePipe == nil { watched.splicePipe = SplicePipe() }
        guard watched.splicePipe != nil else { return false }
        intake = FileIntake(sink, count)
        return true
    }

    /// Moves what has come into the file of an intake.
    func move(into intake: FileIntake) {
        // Another connection's file may have failed since, and have spoilt the pipe.
        guard let pipe = watched.splicePipe ?? SplicePipe() else {
            self.intake = nil
            return intake.sink.writeFailed(SystemError(errno: EMFILE))
        }
        watched.splicePipe = pipe
        let (moved, failure) = pipe.move(number, to: intake.sink.descriptor, intake.remaining)
        if moved > 0 {
            intake.remaining -= moved
            if intake.remaining == 0 { self.intake = nil }
            intake.sink.octetsWritten(moved)
        }
        if let failure {
            watched.splicePipe = nil
            if self.intake === intake { self.intake = nil }
            intake.sink.writeFailed(failure)
        } else if [-ENOSYS, -EPERM, -EINVAL].contains(Int32(moved)) {
            // A sandbox may forbid the call. The octets are still there: they go the usual way.
            self.intake = nil
        } else if moved == 0 {
            inputEnded()
        } else if moved < 0, moved != Int(-EAGAIN), moved != Int(-EINTR) {
            finish(.lost(SystemError(errno: Int32(-moved))))
        }
    }
}

extension TCPConnection: FileTransport {
    /// The most octets of a file in one system call, so that others have their turn.
    private static let fileOctetsPerTurn = 1 << 20

    /// See ``FileTransport``.
    public func sendFile(
        _ file: OpenFile, at offset: Int, _ count: Int
    ) throws(FileTooShort) -> Int? {
        // What waits goes first, and then the producer is asked again.
        guard acceptsWrites, output.isEmpty, !interest.contains(.write) else { return 0 }
        if flags.contains(.hasSent) { withoutDelay() }
        let sent = twine_send_file(
            number, file.number, off_t(offset), min(count, Self.fileOctetsPerTurn))
        switch sent {
        case 1...: flags.insert(.hasSent)
        case 0: throw FileTooShort(expected: offset + count, actual: offset)
        case Int(-ENOSYS), Int(-EINVAL): return nil
        case Int(-EAGAIN), Int(-EINTR): break
        default:
            // An attempt to send octets finds out what is wrong with the connection.
            return nil
        }
        if sent < count { interest.insert(.write) }
        return max(0, sent)
    }
}
