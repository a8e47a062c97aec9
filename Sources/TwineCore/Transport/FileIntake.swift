import CTwine

/// What takes octets of a connection straight into a file.
@Reactor
public protocol FileSink: AnyObject {
    /// The file, which is open for writing; octets are written at its position.
    var descriptor: Int32 { get }

    /// Octets are in the file.
    func octetsWritten(_ count: Int)

    /// The file takes no more; reading has stopped, and what came and was not written is lost.
    ///
    /// - Parameter error: Why, such as ENOSPC.
    func writeFailed(_ error: SystemError)
}

/// A pipe that is empty between two uses.
@Reactor
final class SplicePipe {
    /// What one step moves at most, in octets: as much as a pipe holds that is no administrator's.
    ///
    /// A quarter of it takes half as long again.
    static let room = 1_048_576

    private let reading: Descriptor
    private let writing: Descriptor

    /// Makes a pipe; nil where there are none that octets can be moved through, or too many descriptors.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard unsafe twine_pipe(&ends, Int32(Self.room)) == 0 else { return nil }
        reading = Descriptor(ends[0])
        writing = Descriptor(ends[1])
    }

    /// Moves what has come on a socket into a file.
    ///
    /// - Returns: As `twine_splice`.
    func move(
        _ socket: Int32, to file: Int32, _ count: Int
    ) -> (moved: Int, failure: SystemError?) {
        let ends = [reading.number, writing.number]
        var failure: Int32 = 0
        let moved = unsafe twine_splice(socket, ends, file, min(count, Self.room), &failure)
        return (moved, failure == 0 ? nil : SystemError(errno: failure))
    }
}

/// What a connection still moves into a file.
@Reactor
final class FileIntake {
    let sink: any FileSink
    var remaining: Int

    init(_ sink: any FileSink, _ count: Int) {
        self.sink = sink
        remaining = count
    }
}
