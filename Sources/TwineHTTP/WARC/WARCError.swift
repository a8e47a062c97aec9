public import TwineCore

/// What can go wrong with an archive of exchanges.
public enum WARCError: Error, Equatable, Sendable {
    /// The file of that path cannot be made.
    case cannotOpen(path: String, SystemError)
    /// The file of that path cannot be written, a disk that is full included.
    case cannotWrite(path: String, SystemError)
    /// There is no room for what waits for its lengths and digests, or it cannot be read again.
    case cannotSpool(SystemError)
    /// zlib has no memory to pack a record.
    case cannotCompress
    /// The archive is finished, and takes no more.
    case finished
}

extension WARCError: CustomStringConvertible {
    /// What was wrong, for people to read.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let error): "cannot open \(path): \(error)"
        case .cannotWrite(let path, let error): "cannot write \(path): \(error)"
        case .cannotSpool(let error): "cannot keep a record in a temporary file: \(error)"
        case .cannotCompress: "no memory to compress a record"
        case .finished: "the archive is finished"
        }
    }
}
